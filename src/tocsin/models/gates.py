"""Gates before publication: what must be looked at by a person before a forecast goes out.

Each gate gives findings; a forecast without findings may be published. A finding should be rare and
worth a look: a mistake in the data, a unit that vanished, a model that ran away. How rare it was on
past origins is measured by `python -m benchmarks.gates`. Means are those of all but the deadliest
fiftieth of the draws, which one genocide in the past would else decide.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import History
from tocsin.models.draws import Draws
from tocsin.models.memory import cap_summary_events
from tocsin.models.reconciling import usual_counts

# Deaths a month over all units, forecast over observed in the last year.
MASS_LIMITS = (1 / 3, 3.0)
MASS_FLOOR = 100.0  # deaths a month: below it, a ratio says nothing
# One unit's forecast over its deadliest month of the last five years.
UNIT_TIMES, UNIT_FLOOR, UNIT_MONTHS = 5.0, 500.0, 60
# The same target months in the last issue and in this one.
DRIFT_LIMITS = (1 / 2, 2.0)
UNIT_DRIFT_TIMES, UNIT_DRIFT_FLOOR = 5.0, 200.0
# A count that no war on record explains: so many times all that came before it.
ABSURD_TIMES, ABSURD_FLOOR, ABSURD_MONTHS = 20.0, 20_000.0, 12
DEADLY_MONTHS = 60


@dataclass(frozen=True)
class Finding:
    """What a gate found: a template in English with its fields; `unit_id` is empty for a total."""

    gate: str
    unit_id: str
    problem: str
    fields: dict[str, str | int | float] = field(default_factory=dict)


def examine(
    draws: Draws,
    history: History,
    *,
    unknown: History | None = None,
    previous: Draws | None = None,
) -> list[Finding]:
    """Every finding of every gate, the gravest first.

    Parameters
    ----------
    history : the counts that the draws were made from
    unknown : the units that were left out because nothing is known of them, with their past
    previous : the draws of the last issue of the same level and target
    """
    broken = [*_impossible(draws)]
    if broken:
        return broken
    return [
        *_missing(draws, history, unknown, previous),
        *_absurd(history),
        *_mass(draws, history),
        *(_drift(draws, history, previous) if previous is not None else ()),
    ]


def _impossible(draws: Draws) -> Iterator[Finding]:
    """Draws that are no counts."""
    samples = draws.samples
    if samples.dtype.kind == "f":
        for unit in np.flatnonzero(~np.isfinite(samples).all(axis=(1, 2))):
            yield Finding("finite", draws.units[unit], "{unit}: a draw is not a finite number")
    with np.errstate(invalid="ignore"):
        for unit in np.flatnonzero((samples < 0).any(axis=(1, 2))):
            yield Finding("negative", draws.units[unit], "{unit}: a draw is below zero")


def _missing(
    draws: Draws, history: History, unknown: History | None, previous: Draws | None
) -> Iterator[Finding]:
    """Units that should have a forecast and have none."""
    lacking = [name for name in history.units if name not in set(draws.units)]
    yield from (
        Finding("missing", name, "{unit}: its counts are known, but it has no forecast")
        for name in lacking
    )
    gone: dict[str, None] = {}
    if previous is not None:
        gone |= dict.fromkeys(_without(previous.units, (*draws.units, *lacking)))
    if unknown is not None:
        deadly = np.nan_to_num(unknown.recent(DEADLY_MONTHS)).sum(axis=1) > 0
        gone |= dict.fromkeys(np.array(unknown.units, dtype=object)[deadly])
    for name in gone:
        yield Finding(
            "missing",
            name,
            "{unit}: it was forecast before, or saw deaths in five years, and now nothing is "
            "known of it",
        )


def _absurd(history: History) -> Iterator[Finding]:
    """Counts that are more likely a slip than a war."""
    recent = np.nan_to_num(history.recent(ABSURD_MONTHS)).max(axis=1)
    before = np.nan_to_num(history.values[:, :-ABSURD_MONTHS])
    most = before.max(axis=1) if before.shape[1] else np.zeros(len(recent))
    for unit in np.flatnonzero(recent > np.maximum(ABSURD_FLOOR, ABSURD_TIMES * most)):
        yield Finding(
            "absurd",
            history.units[unit],
            "{unit}: a month of the last year counts {count} deaths, and never before more than "
            "{most}",
            {"count": int(recent[unit]), "most": int(most[unit])},
        )


def _mass(draws: Draws, history: History) -> Iterator[Finding]:
    """Deaths foreseen against deaths counted, over all units and in each."""
    first, last = draws.origin + min(draws.horizons), draws.origin + max(draws.horizons)
    foreseen = draws.usual_means(first, last)
    capped = history.with_values(cap_summary_events(history.values))
    counted = float(usual_counts(capped, 12).sum())
    low, high = MASS_LIMITS
    if max(counted, foreseen.sum()) > MASS_FLOOR and not (
        low * counted <= foreseen.sum() <= high * counted
    ):
        yield Finding(
            "mass",
            "",
            "{foreseen} deaths a month are foreseen over all areas, and {counted} were counted in "
            "the last year",
            {"foreseen": round(float(foreseen.sum())), "counted": round(counted)},
        )
    place = {name: row for row, name in enumerate(history.units)}
    rows = np.array([place[name] for name in draws.units if name in place], dtype=np.intp)
    held = np.array([name in place for name in draws.units])
    most = np.zeros(len(draws.units))
    most[held] = np.nan_to_num(history.recent(UNIT_MONTHS)).max(axis=1)[rows]
    for unit in np.flatnonzero(foreseen > np.maximum(UNIT_FLOOR, UNIT_TIMES * most)):
        yield Finding(
            "mass",
            draws.units[unit],
            "{unit}: {foreseen} deaths a month are foreseen, and in five years no month had more "
            "than {most}",
            {"foreseen": round(float(foreseen[unit])), "most": int(most[unit])},
        )


def _drift(draws: Draws, history: History, previous: Draws) -> Iterator[Finding]:
    """The same target months, foreseen now and in the last issue."""
    first = max(one.origin + min(one.horizons) for one in (draws, previous))
    last = min(one.origin + max(one.horizons) for one in (draws, previous))
    shared = [name for name in draws.units if name in set(previous.units)]
    if first > last or not shared:
        return
    now = draws.usual_means(first, last)[_rows(shared, draws.units)]
    then = previous.usual_means(first, last)[_rows(shared, previous.units)]
    low, high = DRIFT_LIMITS
    if max(now.sum(), then.sum()) > MASS_FLOOR and not (
        low * then.sum() <= now.sum() <= high * then.sum()
    ):
        yield Finding(
            "drift",
            "",
            "{now} deaths a month are foreseen over all areas where the last issue foresaw {then}",
            {"now": round(float(now.sum())), "then": round(float(then.sum()))},
        )
    since = np.nan_to_num(history.recent(max(1, draws.origin - previous.origin)))
    place = {name: row for row, name in enumerate(history.units)}
    for name, new, old in zip(shared, now, then, strict=True):
        risen = new > max(UNIT_DRIFT_TIMES * old, old + UNIT_DRIFT_FLOOR)
        fallen = old > max(UNIT_DRIFT_TIMES * new, new + UNIT_DRIFT_FLOOR)
        seen = since[place[name]] if name in place else np.zeros(1)
        # What has been counted since may be why: then there is nothing to look at.
        explained = (risen and seen.max() >= new / 2) or (fallen and seen.min() <= 2 * new)
        if (risen or fallen) and not explained:
            yield Finding(
                "drift",
                name,
                "{unit}: {now} deaths a month are foreseen where the last issue foresaw {then}, "
                "and no count since explains it",
                {"now": round(float(new)), "then": round(float(old))},
            )


def _without(names: Sequence[str], held: Collection[str]) -> list[str]:
    there = set(held)
    return [name for name in names if name not in there]


def _rows(names: Sequence[str], units: Sequence[str]) -> NDArray[np.intp]:
    place = {name: row for row, name in enumerate(units)}
    return np.array([place[name] for name in names], dtype=np.intp)
