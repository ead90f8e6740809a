"""The picture that products are made from: what one reader may see of a place as of a day.

Counts and forecasts are slow to gather and follow from what the store holds: they are kept under
a name made from all of it, so that a flash takes a second and a year of weekly reports shares
twelve months of counts. What they say in few words is kept apart: a flash reads no table. The
record is read anew each time, through the reader's own view.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.briefs import Brief, BriefInputs
    from tocsin.briefs.contents import Gist
    from tocsin.briefs.grounds import Grounds
    from tocsin.briefs.scoping import Scope
    from tocsin.lake import Lake
    from tocsin.products import Picture
    from tocsin.tables.statements import Statement
    from tocsin.warning.standing import Standing

KEPT_AS = 3  # counts up when what is kept, or how it is gathered, changes
_REPORTS = ("report", "situation", "verification")
_FRAMES = ("unit", "parts", "kinds", "dyads", "incidents")
# Every field of the inputs is kept, or made anew when they are read: a new one is kept by nobody.
_HELD = {
    *_FRAMES, "place", "as_of", "reconstruct", "layer", "snapshots", "outlook", "events_held",
    "tlp",
}  # fmt: skip


def picture_of(
    area: str, day: date, *, reconstruct: bool = False, reader: str = "", tlp: str = "RED",
    exercise: bool = False, members: bool = False, reports: bool = False, brief_too: bool = True,
) -> Picture:  # fmt: skip
    """What a reader may see of a place as of a day, under a marking.

    exercise : the warnings raised under a clock set by hand, in place of the real ones
    members : each country of a region too.  reports : what the field sent in too
    brief_too : the tables of the counts too; without them, what they say in few words
    """
    from tocsin.briefs.scoping import scope_of
    from tocsin.products import Picture
    from tocsin.workflow.arriving import open_lake
    from tocsin.workflow.watchkeeping import rulebook

    scope = scope_of(area, day)
    grounds, brief = _counted(area, day, reconstruct) if brief_too else (None, None)
    statements, standings = _record_of(scope.countries, day, reader, tlp, exercise, reports)
    found = Picture(
        scope=scope, as_of=day, reconstruct=reconstruct, reader=reader, rules=rulebook(),
        grounds=grounds, brief=brief, statements=statements, standings=standings,
        snapshots={one.snapshot_id: one for one in open_lake().snapshots()},
        kept=None if brief_too else kept_gist(area, day, reconstruct),
    )  # fmt: skip
    if not members or scope.place.level != "region":
        return found
    return replace(
        found, members={iso3: _member(found, iso3, day, reconstruct) for iso3 in scope.countries}
    )


def _member(whole: Picture, iso3: str, day: date, reconstruct: bool) -> Picture:
    """One country of a region: its counts; the record is the region's."""
    from tocsin.briefs.scoping import scope_of

    grounds, brief = _counted(iso3, day, reconstruct)
    return replace(
        whole, scope=scope_of(iso3, day), grounds=grounds, brief=brief, statements=(), standings=()
    )


def _counted(area: str, day: date, reconstruct: bool) -> tuple[Grounds | None, Brief | None]:
    """The counts of a place and what a brief makes of them; nothing where nothing is known."""
    from tocsin.briefs import build_brief
    from tocsin.briefs.grounds import Grounds
    from tocsin.errors import NotEnoughData

    with suppress(NotEnoughData):
        inputs = kept_inputs(area, day, reconstruct)
        return Grounds(inputs), build_brief(inputs)
    return None, None


def _record_of(
    countries: tuple[str, ...], day: date, reader: str, tlp: str, exercise: bool, reports: bool
) -> tuple[tuple[Statement, ...], tuple[Standing, ...]]:
    """Statements and warnings about some countries that the reader may see, under a marking."""
    from tocsin.knowledge.scope import about_countries, under_marking
    from tocsin.tables.when import end_of
    from tocsin.workflow.record_keeping import open_ledger, reader_named
    from tocsin.workflow.record_reading import Question, has_record
    from tocsin.workflow.watchkeeping import read_standings

    if not has_record():
        return (), ()
    question = Question(reader, day.isoformat())
    chosen = about_countries(under_marking(question.held, tlp), countries)
    if reports:
        sent = under_marking(question.view.statements(_REPORTS), tlp)
        chosen += _from_the_field(sent, countries)
    ledger = open_ledger()
    try:
        found = read_standings(ledger, reader_named(reader), end_of(day))
    finally:
        ledger.close()
    mine = [
        one
        for one in found.values()
        if one.body.country in countries
        and one.is_exercise == exercise
        and under_marking([one.current], tlp)
    ]
    return tuple(chosen), tuple(mine)


def _from_the_field(sent: Iterable[Statement], countries: tuple[str, ...]) -> list[Statement]:
    """Reports about some countries, and how they were judged."""
    held = list(sent)
    mine = {one.id for one in held if getattr(one.body, "country", "") in countries}
    return [one for one in held if one.id in mine or getattr(one.body, "report", "") in mine]


def kept_inputs(area: str, day: date, reconstruct: bool, lake: Lake | None = None) -> BriefInputs:
    """What a brief on a place is made from, from the store if it was gathered before.

    Everything but the map is kept; the same snapshots, issued forecasts and boundaries give the
    same inputs.
    """
    from tocsin.workflow.arriving import open_lake
    from tocsin.workflow.briefing import brief_inputs

    lake = lake or open_lake()
    folder = lake.root.parent / "kept" / f"inputs-{_key(area, day, reconstruct, lake)}"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _read(folder, area, day, reconstruct, lake)
    found = brief_inputs(area, day, reconstruct, lake=lake)
    # A store that cannot be written to, and what cannot be kept, still give an answer.
    with suppress(OSError, TypeError):
        _write(folder, found)
    return found


def kept_gist(area: str, day: date, reconstruct: bool) -> Gist | None:
    """What the counts of a place say in few words, from the store if it was said before.

    None where nothing is counted; that is kept by nobody, because it may change with the day.
    """
    from tocsin.briefs.keeping import gist_of, plain_gist
    from tocsin.lake.whole import write_bytes
    from tocsin.workflow.arriving import open_lake

    lake = open_lake()
    name = _key(area, day, reconstruct, lake, day.isoformat(), _program())
    path = lake.root.parent / "kept" / f"gist-{name}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return gist_of(json.loads(path.read_text("utf-8")))
    _, brief = _counted(area, day, reconstruct)
    if brief is None:
        return None
    with suppress(OSError, TypeError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, json.dumps(plain_gist(brief.gist), ensure_ascii=False).encode())
    return brief.gist


def _program() -> list[tuple[str, int, int]]:
    """What the words of a gist follow from beside the store: the files that make it."""
    import tocsin

    home = Path(tocsin.__file__).parent
    found = (path for room in ("briefs", "models", "panel") for path in (home / room).iterdir())
    return sorted(
        (str(path.relative_to(home)), path.stat().st_mtime_ns, path.stat().st_size)
        for path in found
        if path.suffix in (".py", ".json")
    )


def _configuration() -> str:
    """The models as they are: their files decide forecasts."""
    from tocsin.models.fingerprint import configuration

    return str(configuration())


def _key(area: str, day: date, reconstruct: bool, lake: Lake, *beside: object) -> str:
    """Names everything that the inputs follow from.

    beside : what else the kept thing follows from, in place of the models' configuration
    """
    from tocsin import __version__
    from tocsin.lake import boundary_files
    from tocsin.tables.months import last_known_month, month_of

    home = lake.root.parent
    held = lake.snapshots() if reconstruct else lake.snapshots(as_of=day)
    spoken = [one.snapshot_id + ("" if one.released_on <= day else "+") for one in held]
    issued = sorted(path.name for path in (home / "forecasts" / "issued").glob("*"))
    bounds = [(path.name, path.stat().st_mtime_ns) for path in boundary_files(home)]
    # Issued forecasts are chosen by the day; counts change by the month and its release day.
    clock = day.isoformat() if issued else f"{month_of(day)}/{last_known_month(day)}"
    said = [KEPT_AS, __version__, *(beside or (_configuration(),)), area, clock, reconstruct,
            spoken, issued, bounds]  # fmt: skip
    return sha256(json.dumps(said).encode()).hexdigest()[:24]


def _write(folder: Path, inputs: BriefInputs) -> None:
    """Keep inputs; the folder appears under its name only when it is whole."""
    import os
    import shutil

    import numpy as np

    from tocsin.briefs import Skill

    if {one.name for one in fields(inputs)} != _HELD:
        raise TypeError("a field of the inputs is not kept")
    partial = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in _FRAMES:
        frame = getattr(inputs, name)
        if frame is not None:
            frame.write_parquet(partial / f"{name}.parquet")
    told: dict[str, Any] = {
        "snapshots": [one.snapshot_id for one in inputs.snapshots],
        "events_held": inputs.events_held,
        "points": {
            part.unit_id: list(part.point) for part in inputs.layer.parts if part.point is not None
        },
    }
    if inputs.outlook is not None:
        told["outlook"] = {}
        for name, value in vars(inputs.outlook).items():
            if isinstance(value, np.ndarray):
                np.save(partial / f"outlook-{name}.npy", value)
            else:
                told["outlook"][name] = vars(value) if isinstance(value, Skill) else value
    (partial / "told.json").write_text(json.dumps(told), encoding="utf-8")
    try:
        partial.rename(folder)
    except OSError:  # another process kept the same a moment ago
        shutil.rmtree(partial, ignore_errors=True)


def _read(folder: Path, area: str, day: date, reconstruct: bool, lake: Lake) -> BriefInputs:
    """Inputs as they were kept, on today's map."""
    import numpy as np
    import polars as pl

    from tocsin.briefs import BriefInputs, Outlook, Skill, scoping
    from tocsin.workflow.places import boundary_layers

    told = json.loads((folder / "told.json").read_text("utf-8"))
    frames = {
        name: pl.read_parquet(path) if (path := folder / f"{name}.parquet").is_file() else None
        for name in _FRAMES
    }
    outlook = None
    if (said := told.get("outlook")) is not None:
        arrays = {
            path.stem.removeprefix("outlook-"): np.load(path, allow_pickle=False)
            for path in folder.glob("outlook-*.npy")
        }
        skill = Skill(**said["skill"]) if said.get("skill") else None
        outlook = Outlook(**(said | arrays | {"skill": skill}))
    scope = scoping.scope_of(area, day)
    return BriefInputs(
        place=scope.place, as_of=day, reconstruct=reconstruct,
        unit=frames["unit"], parts=frames["parts"],  # type: ignore[arg-type]
        layer=_ground(scope, day, told["points"], boundary_layers()),
        snapshots=tuple(lake.snapshot(one) for one in told["snapshots"]),
        outlook=outlook, kinds=frames["kinds"], dyads=frames["dyads"],
        incidents=frames["incidents"], events_held=told["events_held"],
    )  # fmt: skip


def _ground(scope: Scope, day: date, points: dict[str, list[float]], layers: Any) -> Any:
    """The map of a place, with the towns that were found before."""
    from tocsin.briefs import gathering

    layer = gathering.ground_of(scope, day, layers)
    parts = tuple(
        replace(part, point=(points[part.unit_id][0], points[part.unit_id][1]))
        if part.unit_id in points
        else replace(part, point=None)
        for part in layer.parts
    )
    return replace(layer, parts=parts)
