"""What stands behind a report: how many independent sources, copies, bursts, and past verdicts.

Nothing here rejects a report or changes a grade: it is shown to the person who judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tocsin.workflow.verifying import UNJUDGED, Account, account_among, accounts_of, reports

if TYPE_CHECKING:
    from tocsin.intake.copying import Told
    from tocsin.knowledge.roots import Tie, Voice
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

    The fewest sources that there may be, across nodes: see `knowledge.roots`. `ties` says why they
    are not more, each with the statement that says so; none where rules saw it.
    """
    from tocsin.intake.copying import copies
    from tocsin.knowledge.roots import count_roots
    from tocsin.workflow.record_keeping import view
    from tocsin.workflow.rooting import node_of, tie_told, ties_among, ties_touching

    seen = view(reader, as_of)
    held = sorted(accounts_of(seen), key=lambda one: (one.received, one.report.id), reverse=True)
    first = account_among(held, name)
    told_roots = ties_among(seen, [one.report for one in held])
    about = _linked(held, first, told_roots)
    copied = copies([_told(one) for one in about])
    shown = {node_of(one.report) for one in about}
    ties = [*ties_touching(shown, told_roots), *_ties(about, copied)]
    counted = count_roots([_voice(one) for one in about], ties)
    return {
        "accounts": len(about),
        "roots": counted.fewest,
        "roots_if_contested_fall": counted.if_contested_fall,
        "linked": [one.report.id for one in about],
        "copies": copied.get(first.report.id, []),
        "ties": [tie_told(one) for one in ties],
        "doubts": doubts(held).get(first.report.id, []),
    }


def _ties(about: list[Account], copied: dict[str, list[str]]) -> list[Tie]:
    """What people linked as retellings, what has nearly the same words, and whose handle it is."""
    from tocsin.knowledge.roots import Tie
    from tocsin.workflow.rooting import node_of

    by_id = {one.report.id: one for one in about}
    made = []
    for one in about:
        here = node_of(one.report)
        made.append(Tie("one_source", here, (one.report.origin, f"handle:{_handle(one)}")))
        for link in one.links:
            other = by_id.get(str(getattr(link.body, "other", "")))
            if getattr(link.body, "relation", "") == "retelling" and other is not None:
                made.append(Tie("retelling", here, node_of(other.report), link.id))
        for name in copied.get(one.report.id, ()):
            other = by_id[name]
            if (other.received, name) < (one.received, one.report.id):
                made.append(Tie("copied", here, node_of(other.report)))
    return made


def _voice(one: Account) -> Voice:
    from tocsin.knowledge.roots import Voice
    from tocsin.workflow.rooting import node_of

    how = str(getattr(one.report.body, "how_known", "saw"))
    return Voice(node_of(one.report), how == "told")


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
    handle = f"{one.report.origin}/{_handle(one)}"  # each house has an m-1 of its own
    return Told(one.report.id, handle, one.received, words.strip())


def groups_linked(held: list[Account]) -> list[set[str]]:
    """Reports as people linked them, by statement id: each group, and each that stands alone."""
    left, found = {one.report.id: one for one in held}, []
    while left:
        group = {each.report.id for each in _linked(held, next(iter(left.values())))}
        found.append(group)
        left = {name: one for name, one in left.items() if name not in group}
    return found


def _linked(held: list[Account], first: Account, roots: Sequence[Tie] = ()) -> list[Account]:
    """The report and all that links and roots bring together with it, itself first."""
    from tocsin.knowledge.roots import tied_to
    from tocsin.workflow.rooting import node_of

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
        at = waiting.pop()
        rooted = {name for _, name in tied_to([node_of(by_id[at].report)], roots)} if roots else ()
        for name in sorted((beside[at] | (by_id.keys() & rooted)) - set(found)):
            found.append(name)
            waiting.append(name)
    return [by_id[name] for name in found]
