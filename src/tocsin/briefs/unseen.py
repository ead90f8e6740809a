"""What the data cannot show, the gravest first."""

from tocsin.briefs import wording
from tocsin.briefs.contents import Tie
from tocsin.briefs.facts import Fact, Line, Months, Words
from tocsin.briefs.grounds import Grounds
from tocsin.briefs.sourcing import BOUNDARIES
from tocsin.tables.months import month_of

SILENT_FOR = 6  # months without a recorded death before an area is called silent


def unseen(grounds: Grounds, ties: tuple[Tie, ...]) -> tuple[Line, ...]:
    """What the data cannot show, the gravest first."""
    lines = []
    last, this = grounds.window.last, month_of(grounds.inputs.as_of)
    if grounds.book.reconstructed:
        lines.append(wording.reconstruction_sentence(grounds.book.released(), Months(last, last)))
    if last < this:
        lines.append(wording.unpublished_sentence(last + 1, this))
    lines += blind_spots(grounds)
    quarter = ties[0] if ties else None
    if quarter and quarter.unallocated.value and quarter.unallocated.value > 0:
        lines.append(wording.unallocated_sentence(quarter.unallocated, quarter.total))
    lines += weak_releases(grounds)
    lines.append(wording.floor_sentence())
    return tuple(lines)


def weak_releases(grounds: Grounds) -> list[Line]:
    """First counts, which later releases revise, and files that hold a part of a release."""
    lines = []
    for snapshot, first, last in grounds.book.spoken(grounds.history):
        if snapshot.source.endswith("_candidate"):
            lines.append(wording.preliminary_sentence(first, last))
        elif snapshot.coverage and not snapshot.coverage.complete:
            lines.append(wording.incomplete_sentence(first, last))
    return lines


def blind_spots(grounds: Grounds) -> list[Line]:
    """Unknown areas, areas that fell silent, areas without a polygon."""
    lines = []
    unknown = tuple(p.names for p in grounds.own_parts() if grounds.tally(p).now is None)
    if unknown:
        lines.append(wording.unknown_sentence(unknown, *_some_of_all(grounds, len(unknown))))
    lines += [wording.silent_sentence(names, since) for since, names in silent(grounds)[:2]]
    undrawn = tuple(
        part.names
        for part in grounds.own_parts()
        if part.shape is None and part.names not in unknown
    )
    if undrawn:
        lines.append(wording.undrawn_sentence(undrawn[:6]))
    return lines


def _some_of_all(grounds: Grounds, some: int) -> tuple[Fact, Fact]:
    """How many areas are unknown and how many there are, by whoever drew them."""
    span = grounds.window.year
    cited = (
        (BOUNDARIES,) if grounds.inputs.layer.title
        else grounds.book.of_history(grounds.history, span)
    )  # fmt: skip
    return (
        grounds.fact("areas.unknown", some, "areas", span, sources=cited),
        grounds.fact("areas", len(grounds.own_parts()), "areas", span, sources=cited),
    )


def silent(grounds: Grounds) -> list[tuple[int, Words]]:
    """Areas with deaths in the last three years but none for months: the longest war first."""
    last = grounds.window.last
    found = []
    for part in grounds.own_parts():
        history = grounds.parts.get(part.unit_id)
        since = history.last_with_deaths(last) if history else None
        if history is None or since is None or not last - 24 < since <= last - SILENT_FOR:
            continue
        if history.known(since, last) == last - since + 1:
            weight = history.deaths(max(since - 23, min(history.months)), since) or 0
            found.append((-weight, since, part.names))
    found.sort(key=lambda one: (one[0], one[1], one[2].en))
    return [(since, names) for _, since, names in found]
