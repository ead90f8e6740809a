"""What the watch may look at, as known at a moment: counts, events, chances, statements.

What is slow to build is kept in the store's `derived` folder, under a name made from everything
that it was built from, and is read again as long as nothing of that has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.lake.whole import write_file
from tocsin.tables.statements import Statement

if TYPE_CHECKING:
    import polars as pl

    from tocsin.lake import Lake
    from tocsin.tables.levels import Level, Target
    from tocsin.warning.counts import Counts
    from tocsin.warning.events import Events
    from tocsin.warning.evidence import Evidence
    from tocsin.warning.learning import Lessons
    from tocsin.warning.rulebook import Rulebook

# A pass must take seconds, and a replay of 180 months a minute: a model that needs no fitting.
QUICK_MODEL = "own_history"
# Months that a pass looks back on: what was learned from earlier ones it is told.
MEMORY = 240
KEPT_AS = 4  # counts up when what is kept, or how it is learned, changes


def watched_countries() -> tuple[str, ...]:
    """The countries that are watched: the Sahel, ECOWAS and their neighbours."""
    from tocsin import geo

    return tuple(each.iso3 for each in geo.countries() if each.group not in ("", "exercise"))


def counts_known(
    day: date, *, reconstruct: bool, lake: Lake | None = None, last: int = 0
) -> dict[tuple[Level, Target], Counts]:
    """Unit-months of all deaths as known on a day, by country and first-level area."""
    from tocsin.tables.months import last_known_month
    from tocsin.warning.counts import build_counts
    from tocsin.workflow.arriving import open_lake

    lake = lake or open_lake()
    end = last or last_known_month(day)
    touching = _touching(lake, watched_countries())
    found: dict[tuple[Level, Target], Counts] = {}
    levels: tuple[Level, ...] = ("admin1", "country")
    for level in levels:
        frame = _kept_panel(lake, level, day, reconstruct, end)
        if (frame["status"] == "observed").any():
            found[level, "ged_all"] = build_counts(frame, touching)
    return found


def events_known(day: date, *, reconstruct: bool, lake: Lake | None = None) -> Events | None:
    """The events of the watched countries as known on a day; None if the lake lists none."""
    import polars as pl

    from tocsin.warning.events import Events, build_events
    from tocsin.workflow.arriving import open_lake
    from tocsin.workflow.counting import candidates_known

    lake = lake or open_lake()
    held = [*_speaking(lake, day, reconstruct, "events")]
    if not held:
        return None
    countries = watched_countries()

    def built() -> Events:
        known = candidates_known(lake, day, reconstruct, countries)
        listed = [each for each in known if each.table == "events"]
        return build_events(listed, countries, day, reconstruct)

    key = json.dumps(["events", held, _known_month(day), reconstruct, KEPT_AS])
    paths = [_derived(lake, f"{part}", key) for part in ("events", "events-cover")]
    if not all(path.is_file() for path in paths):
        found = built()
        for path, frame in zip(paths, (found.frame, found.cover), strict=True):
            write_file(path, frame.write_parquet)
    return Events(*(pl.read_parquet(path) for path in paths))


def lessons_known(
    day: date, book: Rulebook, *, reconstruct: bool, lake: Lake | None = None
) -> Lessons | None:
    """What the January of the last known month's year teaches; None where nothing is counted.

    It is learned once for each rulebook, January and set of releases, from what was known then.
    """
    from tocsin.tables.months import first_day
    from tocsin.warning.learning import january_of, learn, lessons_from, to_lessons
    from tocsin.workflow.arriving import open_lake

    lake = lake or open_lake()
    january = january_of(_known_month(day))
    new_year = first_day(january)
    speaking = [_speaking(lake, new_year, reconstruct, what) for what in ("admin1", "events")]
    key = json.dumps(["lessons", book.hash, january, *speaking, reconstruct, KEPT_AS])
    path = _derived(lake, "lessons", key).with_suffix(".json")
    if not path.is_file():
        counts = counts_known(new_year, reconstruct=reconstruct, lake=lake)
        if not counts:
            return None
        events = events_known(new_year, reconstruct=reconstruct, lake=lake)
        clocks = monthly_clocks(january, _known_month(new_year))
        evidence = gather((), clocks[-1], book, counts, clocks, events)
        text = to_lessons(learn(book, evidence, new_year.year))
        write_file(path, lambda where: where.write_bytes(text))
    return lessons_from(path.read_bytes())


def monthly_clocks(first: int, last: int) -> tuple[datetime, ...]:
    """The days on which each month's first counts appeared: those that teach `first`, to `last`."""
    from tocsin.tables.months import candidate_release_day
    from tocsin.tables.when import last_moment
    from tocsin.warning.hazards import START
    from tocsin.warning.learning import TEACH_MONTHS, WARM_MONTHS
    from tocsin.workflow.counting import FIRST_MONTH

    begin = max(FIRST_MONTH + START, first - TEACH_MONTHS - WARM_MONTHS)
    months = range(begin, last + 1)
    return tuple(last_moment(candidate_release_day(month).isoformat()) for month in months)


def gather(
    statements: Sequence[Statement],
    now: datetime,
    book: Rulebook,
    counts: Mapping[tuple[Level, Target], Counts],
    clocks: tuple[datetime, ...] | None = None,
    events: Events | None = None,
    lessons: Lessons | None = None,
) -> Evidence:
    """Everything that rules may look at, as known at `now` and at the clocks of their memory.

    `lessons` brings what was learned before, so that nothing need be learned now.
    """
    from tocsin import models
    from tocsin.warning.chances import Chances
    from tocsin.warning.evidence import Evidence
    from tocsin.warning.hazards import Hazards
    from tocsin.warning.looking import clocks_before

    model = models.named(QUICK_MODEL, "admin1")
    if lessons is not None:
        counts = {key: held.tail(MEMORY) for key, held in counts.items()}
    times = clocks or clocks_before(now, book)
    return Evidence(
        clocks=times,
        known_month=tuple(_known_month(clock.date()) for clock in times),
        counts=counts,
        statements=statements,
        exceedance=Chances(model, counts) if counts else None,
        events=events,
        hazards=Hazards(counts, dict(lessons.fits) if lessons else {}) if counts else None,
        forecast_name=model.name,
    )


def evidence_kinds() -> tuple[str, ...]:
    """Kinds of statements that rules may look at: all but what becomes of warnings."""
    from tocsin.tables.kinds import KINDS
    from tocsin.warning.standing import STEP_KINDS

    return tuple(kind for kind in KINDS if kind not in (*STEP_KINDS, "purge"))


def _known_month(day: date) -> int:
    from tocsin.tables.months import last_known_month

    return last_known_month(day)


def _speaking(lake: Lake, day: date, reconstruct: bool, what: str) -> list[str]:
    """Snapshots that may speak on a day (+ for one released later), at a level or of events."""
    held = lake.snapshots() if reconstruct else lake.snapshots(as_of=day)
    return [
        each.snapshot_id + ("" if each.released_on <= day else "+")
        for each in held
        if each.coverage
        and (
            any(part.table == "events" for part in each.parts)
            if what == "events"
            else what in each.coverage.levels
        )
    ]


def _kept_panel(lake: Lake, level: Level, day: date, reconstruct: bool, last: int) -> pl.DataFrame:
    """A panel since UCDP's first month, from the store if it was built before from the same."""
    import polars as pl

    from tocsin.workflow.counting import FIRST_MONTH, build_panel

    named = [level, _speaking(lake, day, reconstruct, level), _known_month(day), reconstruct]
    path = _derived(lake, "counts", json.dumps([*named, last, KEPT_AS]))
    if path.is_file():
        return pl.read_parquet(path)
    area = ",".join(watched_countries())
    frame = build_panel(
        level, "ged_all", FIRST_MONTH, last, area=area, as_of=day, reconstruct=reconstruct,
        lake=lake,
    )  # fmt: skip
    write_file(path, frame.write_parquet)
    return frame


def _touching(lake: Lake, countries: Sequence[str]) -> dict[str, list[str]]:
    """Which areas touch, kept beside the counts: shapes are slow to read."""
    from tocsin.warning.touching import touching_areas

    path = lake.root.parent / "derived" / "touching-2023.json"
    if not path.is_file():
        found = touching_areas(countries, date(2023, 6, 30))
        write_file(path, lambda where: where.write_text(json.dumps(found), encoding="utf-8"))
    kept: dict[str, list[str]] = json.loads(path.read_text("utf-8"))
    return kept


def _derived(lake: Lake, what: str, key: str) -> Path:
    name = f"{what}-{sha256(key.encode()).hexdigest()[:16]}.parquet"
    return lake.root.parent / "derived" / name
