"""What stands behind a report: how many independent sources, copies, bursts, and past verdicts.

Nothing here rejects a report or changes a grade: it is shown to the person who judges.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tocsin.workflow.verifying import UNJUDGED, Account, account_among, reports

if TYPE_CHECKING:
    from tocsin.intake.copying import Rooted, Told
    from tocsin.knowledge.track_record import Judged, TrackRecord

COPIED, BURST = "words_copied", "burst_of_its_source"
TOGETHER = ("same_event", "retelling", "update")


def doubts(held: Iterable[Account]) -> dict[str, list[str]]:
    """By report: what is odd about it beside the others, for its verifier."""
    from tocsin.intake.copying import bursts, copies

    told = [_told(one) for one in held]
    found: dict[str, list[str]] = {name: [COPIED] for name in copies(told)}
    for name in bursts(told):
        found.setdefault(name, []).append(BURST)
    return found


def doubts_seen(reader: str = "", as_of: str = "") -> dict[str, list[str]]:
    """The same of every report that the reader may see."""
    return doubts(reports(reader, as_of=as_of))


def behind(name: str, reader: str = "", as_of: str = "") -> dict[str, Any]:
    """How many accounts are linked with a report, and how many independent sources they have.

    The fewest sources that there may be: see `intake.copying.roots`.
    """
    from tocsin.intake.copying import copies, roots

    held = reports(reader, as_of=as_of)
    about = _linked(held, account_among(held, name))
    copied = copies([_told(one) for one in about])
    return {
        "accounts": len(about),
        "roots": roots([_rooted(one, copied) for one in about]),
        "linked": [one.report.id for one in about],
        "copies": copied.get(about[0].report.id, []),
        "doubts": doubts(held).get(about[0].report.id, []),
    }


def record(
    source: str = "", grade: str = "", reader: str = "", as_of: str = ""
) -> list[dict[str, Any]]:
    """How often reports of each source, or of each grade, were upheld, as of a day."""
    from tocsin.knowledge.track_record import by_grade, by_source

    judged = [one for each in reports(reader, as_of=as_of) if (one := _judged(each)) is not None]
    if grade:
        return [_plain(one, "grade") for one in by_grade(judged, grade.strip().upper())]
    if source:
        return [_plain(one, "source") for one in by_source(judged, source)]
    return [
        *(_plain(one, "grade") for one in by_grade(judged)),
        *(_plain(one, "source") for one in by_source(judged)),
    ]


def _plain(one: TrackRecord, what: str) -> dict[str, Any]:
    low, high = one.interval
    return {
        "of": what,
        "about": one.about,
        "reports": one.reports,
        "upheld": one.upheld,
        "refuted": one.refuted,
        "share": None if one.share is None else round(one.share, 3),
        "low": round(low, 3),
        "high": round(high, 3),
        "few": one.is_new,
    }


def _judged(one: Account) -> Judged | None:
    """A report with its last verdict and the first grade that it was given; None if unjudged."""
    from tocsin.knowledge.track_record import UNGRADED, Judged

    verdicts = [each for each in one.verifications if _status(each) not in UNJUDGED]
    if not verdicts:
        return None
    given = [
        (each, grade)
        for each in one.verifications
        if (grade := f"{each.reliability}{each.credibility}") != UNGRADED
    ]
    first, grade = given[0] if given else (None, UNGRADED)
    ahead = first is not None and first.known_at < verdicts[0].known_at
    return Judged(_handle(one), _status(verdicts[-1]), grade, ahead)


def _status(verification: Any) -> str:
    return str(getattr(verification.body, "status", ""))


def _handle(one: Account) -> str:
    return str(getattr(one.report.body, "reporter", ""))


def _told(one: Account) -> Told:
    from tocsin.intake.copying import Told

    body = one.report.body
    words = " ".join(str(getattr(body, name, "")) for name in ("told", "note"))
    return Told(one.report.id, _handle(one), one.received, words.strip())


def groups_linked(held: list[Account]) -> list[set[str]]:
    """Reports as people linked them, by statement id: each group, and each that stands alone."""
    left, found = {one.report.id: one for one in held}, []
    while left:
        group = {each.report.id for each in _linked(held, next(iter(left.values())))}
        found.append(group)
        left = {name: one for name, one in left.items() if name not in group}
    return found


def _linked(held: list[Account], first: Account) -> list[Account]:
    """The report and all that links bring together with it, itself first."""
    by_id = {one.report.id: one for one in held}
    beside: dict[str, set[str]] = {name: set() for name in by_id}
    for one in held:
        for link in one.links:
            other = str(getattr(link.body, "other", ""))
            if getattr(link.body, "relation", "") in TOGETHER and other in by_id:
                beside[one.report.id].add(other)
                beside[other].add(one.report.id)
    found, waiting = [first.report.id], [first.report.id]
    while waiting:
        for name in sorted(beside[waiting.pop()] - set(found)):
            found.append(name)
            waiting.append(name)
    return [by_id[name] for name in found]


def _rooted(one: Account, copied: dict[str, list[str]]) -> Rooted:
    from tocsin.intake.copying import Rooted

    retold = [
        str(getattr(link.body, "other", ""))
        for link in one.links
        if getattr(link.body, "relation", "") == "retelling"
    ]
    how = str(getattr(one.report.body, "how_known", "saw"))
    repeats = (*retold, *copied.get(one.report.id, ()))
    return Rooted(one.report.id, _handle(one), how, repeats)
