"""From indicators to alert levels: three-valued criteria, entry at once, exit after known quiet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import LEVELS, AlertLevel, Confidence, Firing
from tocsin.warning.abouts import About
from tocsin.warning.evidence import Evidence
from tocsin.warning.firings import firing
from tocsin.warning.indicators import Rule
from tocsin.warning.judging import FIRES, QUIET, UNKNOWN, States, measure, states
from tocsin.warning.problems import Criterion, Problem, names_in
from tocsin.warning.rulebook import Rulebook

DAY = 86_400.0
Ranks = NDArray[np.int8]


@dataclass(frozen=True)
class Assessment:
    """What the rules say of one about at one clock."""

    problem: str
    about: About
    clock: datetime
    level: AlertLevel | None
    firings: tuple[Firing, ...]
    not_known: tuple[str, ...]
    confidence: Confidence
    confidence_why: Words


def met(criterion: Criterion | str, indicators: Mapping[str, States]) -> States:
    """A criterion over three-valued indicators (Kleene): fires, quiet or unknown.

    >>> a, b = np.array([1], np.int8), np.array([-1], np.int8)
    >>> met(Criterion(any=("a", "b")), {"a": a, "b": b})[0], met(
    ...     Criterion(all=("a", "b")), {"a": a, "b": b})[0]
    (1, -1)
    """
    if isinstance(criterion, str):
        return indicators[criterion]
    inner = criterion.any or criterion.all or criterion.of
    parts = np.stack([met(part, indicators) for part in inner])
    needed = 1 if criterion.any else len(inner) if criterion.all else criterion.at_least or 1
    firing_parts = (parts == FIRES).sum(axis=0)
    possible = firing_parts + (parts == UNKNOWN).sum(axis=0)
    return np.where(
        firing_parts >= needed, FIRES, np.where(possible >= needed, UNKNOWN, QUIET)
    ).astype(np.int8)


def entries(problem: Problem, indicators: Mapping[str, States]) -> dict[AlertLevel, States]:
    """Whether the entry of each level holds."""
    return {level: met(problem.levels[level].entry.when, indicators) for level in LEVELS}


def ranks(
    problem: Problem,
    entry: Mapping[AlertLevel, States],
    seconds: NDArray[np.float64],
    before: Ranks | None = None,
) -> Ranks:
    """The rank of the alert level (0 none … 4 imminent), about by clock.

    A level is held from when its entry fires until the entry has been *known* quiet for the days
    of its exit; what is unknown starts no quiet and ends none that would lower the level.

    Parameters
    ----------
    entry : states of each level's entry, about by clock
    seconds : the clocks, in seconds
    before : ranks before the first clock (what the ledger says); none, if not given
    """
    shape = next(iter(entry.values())).shape
    rank = np.zeros(shape, np.int8)
    for number, level in enumerate(LEVELS, start=1):
        state = entry[level]
        patience = problem.levels[level].exit.after_days * DAY
        held = np.zeros(shape[0], bool) if before is None else before >= number
        not_quiet = np.full(shape[0], seconds[0] if len(seconds) else 0.0)
        for column, now in enumerate(seconds):
            not_quiet = np.where(state[:, column] != QUIET, now, not_quiet)
            held = (state[:, column] == FIRES) | (held & (now - not_quiet < patience))
            rank[held, column] = number
    return rank


def judge(
    names: Sequence[str], rules: Mapping[str, Rule], abouts: Sequence[About], evidence: Evidence
) -> dict[str, States]:
    """The state of each named indicator, about by clock."""
    return {name: states(rules[name], measure(rules[name], abouts, evidence)) for name in names}


def assess(
    book: Rulebook,
    name: str,
    abouts: Sequence[About],
    evidence: Evidence,
    before: Mapping[str, int] | None = None,
    factor: float = 1.0,
) -> Iterator[Assessment]:
    """What the rules of a problem say at the last clock; earlier clocks are its memory.

    `before` holds the rank that the ledger gives an about (0 for none).
    """
    problem = book.problems[name]
    used = book.used_by(name)
    measured = {each: measure(book.indicators[each], abouts, evidence) for each in used}
    indicators = {
        each: states(book.indicators[each], got, factor) for each, got in measured.items()
    }
    held = np.array([(before or {}).get(about.id, 0) for about in abouts], np.int8)
    rank = ranks(problem, entries(problem, indicators), evidence.micros, held)
    for row, about in enumerate(abouts):
        number = int(rank[row, -1]) if rank.size else 0
        if number == 0 and held[row] == 0:
            continue
        values = {each: float(got.value[row, -1]) for each, got in measured.items()}
        yield _assessment(book, name, number, about, row, indicators, values, evidence, factor)


def _assessment(
    book: Rulebook,
    name: str,
    number: int,
    about: About,
    row: int,
    indicators: Mapping[str, States],
    values: Mapping[str, float],
    evidence: Evidence,
    factor: float,
) -> Assessment:
    level = LEVELS[number - 1] if number else None
    asked = book.used_by(name)
    if level is not None:
        asked = names_in_levels(book.problems[name], number)
    fired = [each for each in asked if indicators[each][row, -1] == FIRES]
    unknown = tuple(each for each in asked if indicators[each][row, -1] == UNKNOWN)
    firings = tuple(
        firing(each, book.indicators[each], about, evidence, values[each], factor) for each in fired
    )
    confidence, why = _confidence(firings, unknown)
    return Assessment(name, about, evidence.clocks[-1], level, firings, unknown, confidence, why)


def names_in_levels(problem: Problem, number: int) -> tuple[str, ...]:
    """Indicators named by the levels up to a rank, and by the next one (what would raise it)."""
    levels = LEVELS[: min(number + 1, len(LEVELS))]
    return tuple(
        dict.fromkeys(
            each for level in levels for each in names_in(problem.levels[level].entry.when)
        )
    )


def _confidence(firings: Sequence[Firing], unknown: Sequence[str]) -> tuple[Confidence, Words]:
    """From how many independent kinds of evidence agree, and how much could not be judged."""
    families = sorted({each.rule.split(":")[0] for each in firings})
    sources = {source for each in firings for source in (*each.statements, *each.snapshots)}
    why = Words(
        fr=f"{len(firings)} indicateurs, {len(sources)} relevés, "
        f"{len(families)} sortes de preuve ; {len(unknown)} indicateurs inconnus.",
        en=f"{len(firings)} indicators, {len(sources)} records, {len(families)} kinds of evidence; "
        f"{len(unknown)} indicators unknown.",
    )
    if len(firings) >= 3 and len(sources) >= 3 and not unknown:
        return "high", why
    if len(firings) >= 2 and len(unknown) <= len(firings):
        return "moderate", why
    return "low", why
