"""Who may know: a record's preview, partners and groups, requests, and what is not confirmed."""

from typing import Any

from tocsin.policy.decision import CEILINGS
from tocsin.policy.markings import NARROWER
from tocsin.web.room.asking import Asked

MOST_NAMES = 40  # of those to whom one record is released at once


def may_release(asked: Asked) -> bool:
    """Whether this reader may let a record out now: the house's own authority, at the present."""
    return asked.live and asked.is_own and asked.role == "release-authority"


def sharing(asked: Asked) -> dict[str, Any]:
    """Partners, groups and requests as they stand now; the house's own business only."""
    from tocsin.workflow import exchange_status, granting, membership, record_keeping, seconding

    standings = exchange_status.exchange_status() if _sees_everything(asked) else []
    view = record_keeping.view(asked.reader)
    asks = [(one, each) for one in standings for each in one.unconfirmed]
    return {
        "title": asked.say("Sharing"),
        "standings": standings,
        "withheld": asked.is_own and not _sees_everything(asked),
        "recalls": _by_record(asks, view, asked),
        "groups": membership.shown_groups() if asked.is_own else [],
        "requests": granting.requests(asked.reader) if asked.is_own else [],
        "waiting": seconding.waiting(asked.reader) if may_release(asked) else [],
        "may_release": may_release(asked),
        "done": asked.word("done"),
    }


def _sees_everything(asked: Asked) -> bool:
    """Whether nothing in the house is hidden from a reader: how much was sent tells of it all."""
    from tocsin.workflow.record_keeping import reader_named

    whole = CEILINGS["analyst"]
    reader = reader_named(asked.reader)
    return asked.is_own and CEILINGS.get(reader.role) == whole and not reader.needs


def _by_record(asks: list[Any], view: Any, asked: Asked) -> list[dict[str, Any]]:
    """Recalls and corrections that somebody has not confirmed, by record, the oldest first."""
    from tocsin.language import code_words

    found: dict[str, dict[str, Any]] = {}
    for standing, each in asks:
        about = each.about or each.statement
        line = found.setdefault(
            each.statement,
            {
                "about": about, "subject": _subject(view, each.statement, about),
                "kind": code_words(each.kind, asked.lang), "since": each.sent[:10], "who": [],
            },
        )  # fmt: skip
        line["who"].append({"peer": standing.peer, "arrived": each.arrived})
        line["since"] = min(line["since"], each.sent[:10])
    return sorted(found.values(), key=lambda one: str(one["since"]))


def _subject(view: Any, *names: str) -> str:
    from tocsin.errors import UnknownName

    for one in names:
        try:
            return str(view.statement(one).subject)
        except UnknownName:
            continue
    return f"{names[0][:18]}…"


def preview(asked: Asked, name: str) -> dict[str, Any]:
    """Who will see a record as it is marked, or would if it were released as the address asks."""
    from tocsin.workflow import granting, releasing, seconding
    from tocsin.workflow.record_keeping import own_organisation

    now = releasing.preview(name, asked.reader)
    may = may_release(asked) and now.origin == own_organisation()
    to, tlp = named_in(asked), asked.word("tlp")
    then = None
    if may and to:
        then = granting.release(name, to, tlp=tlp, reader=asked.reader).preview
    shown = then or now
    words = [one for one in seconding.waiting(asked.reader) if one.statement == name] if may else []
    return {
        "title": asked.say("Who will see it"),
        "why": releasing.WHY,
        "shown": shown,
        "now": now,
        "proposed": then is not None,
        "newly": set(shown.audience) - set(now.audience),
        "seeing": [one for one in shown.seers if one.sees],
        "others": [one for one in shown.seers if not one.sees],
        "may_release": may,
        "choices": whom(asked, now) if may else [],
        "tlps": NARROWER,
        "to": to,
        "tlp": tlp,
        "two_persons": "RED" in (now.tlp, shown.tlp),
        "first_words": [one for one in words if then and one.preview == then.digest],
        "waiting": words,
        "done": asked.word("done"),
    }


def named_in(asked: Asked) -> list[str]:
    """The organisations and groups that an address or a form names: to1, to2, … and others."""
    chosen = [asked.word(f"to{number}") for number in range(1, MOST_NAMES + 1)]
    typed = asked.word("others").replace(",", " ").split()
    return [one for one in dict.fromkeys((*chosen, *typed)) if one]


def whom(asked: Asked, now: Any) -> list[tuple[str, str]]:
    """To whom the house may release: partners whose keys it trusts, and groups that it knows."""
    from tocsin.workflow import exchange_status, membership

    standing = [
        (one.peer, "a partner node")
        for one in exchange_status.exchange_status()
        if one.status == "trusted"
    ]
    groups = [(f"group:{one.name}", "a group") for one in membership.shown_groups()]
    listed = {one for one, _ in (*standing, *groups)}
    others = [(one, "named before") for one in (*now.rel_to, *named_in(asked)) if one not in listed]
    return [*standing, *groups, *dict.fromkeys(others)][:MOST_NAMES]


def request(asked: Asked, name: str) -> dict[str, Any]:
    """A request to release, with the preview of what would be granted."""
    from tocsin.errors import UnknownName
    from tocsin.workflow import granting, releasing

    found = next((one for one in granting.requests(asked.reader) if one.id == name), None)
    if found is None:
        raise UnknownName(
            "no request has the id {id}", remedy="See them with: tocsin share requests", id=name
        )
    may = may_release(asked) and found.answer is None
    shown, trouble = _granted(asked, found) if may else (None, "")
    return {
        "title": asked.say("A request to release"),
        "why": releasing.WHY,
        "found": found,
        "shown": shown,
        "trouble": trouble,
        "may_answer": may,
    }


def _granted(asked: Asked, found: Any) -> tuple[Any, str]:
    """The preview of a grant, or why it cannot be granted: it can still be refused."""
    from tocsin.errors import TocsinError
    from tocsin.language.text import text
    from tocsin.workflow import granting

    try:
        done = granting.grant(found.record, found.asked_by, found.to, reader=asked.reader)
    except TocsinError as error:
        return None, error.message(lambda one: text(one, asked.lang))
    return done.preview, ""
