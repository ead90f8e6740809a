"""Forecasts are issued: made in parts, fitted together, stopped by gates, and archived for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.evaluation.fan import Fan, in_turn
from tocsin.workflow.arriving import open_lake
from tocsin.workflow.counting import build_panel
from tocsin.workflow.fanning import fan
from tocsin.workflow.forecast_parts import (
    Pair,
    Plan,
    Seen,
    Step,
    learned_from,
    make_parts,
    part_name,
    read_part,
    see_all,
    within,
)
from tocsin.workflow.words import countries_of, day_of

if TYPE_CHECKING:
    from tocsin.lake import Lake
    from tocsin.lake.archive import Archive, Issue, IssuePart, Making, Remark
    from tocsin.models.draws import Draws
    from tocsin.tables.levels import Level, Target


def run_forecast(
    out: Path | None = None,
    *,
    level: str = "country",
    target: str = "ged_all",
    origin: str = "",
    horizons: str = "1-12",
    model: str = "",
    area: str = "",
    as_of: str = "",
    reconstruct: bool = False,
    draws: int = 1000,
    seed: int = 1,
    joint: bool = True,
    nowcast: bool = False,
    despite: str = "",
    workers: int = 1,
    scheduler: str = "",
    on_step: Step | None = None,
    on_remark: Callable[[Remark], object] | None = None,
    on_absent: Callable[[Pair], object] | None = None,
    on_wait: Callable[[], object] | None = None,
) -> dict[str, Any]:
    """Issue forecasts from the words of the command line; copies go to the folder `out`.

    `workers` and `scheduler` say who does the work (see `fanning.fan`), not what comes out.

    Raises
    ------
    CheckFailed, if a gate found something and no reason was given to publish despite it.
    """
    from tocsin.models import DEFAULT, named
    from tocsin.tables.months import month_text, parse_horizons, parse_month

    lake, day, steps = open_lake(), day_of(as_of), parse_horizons(horizons)
    levels, targets = _levels(level), _targets(target)
    name = model or DEFAULT
    for one in levels:
        named(name, one)
    plan = Plan(
        pairs=tuple((one, kind) for one in levels for kind in targets),
        origin=parse_month(origin)
        if origin
        else last_counted_month(levels[0], targets, day, reconstruct, lake),
        horizons=steps,
        model=name,
        area=",".join(countries_of(area)),
        as_of=day,
        reconstruct=reconstruct,
        draws=draws,
        seed=seed,
        joint=joint,
        nowcast=nowcast,
    )
    with fan(workers, scheduler) as over:
        issue = issue_forecasts(
            plan,
            lake,
            despite=despite,
            over=over,
            on_step=on_step,
            on_remark=on_remark,
            on_absent=on_absent,
            on_wait=on_wait,
        )
    folder = open_archive(lake).issued / issue.issue_id
    _copy(folder, issue, out)
    return {
        "issue": issue.issue_id,
        "origin": month_text(issue.origin_month),
        "folder": str(folder),
        "remarks": len(issue.remarks),
        "parts": [_part_told(folder, issue, part, out) for part in issue.parts],
    }


def issue_forecasts(
    plan: Plan,
    lake: Lake,
    *,
    despite: str = "",
    over: Fan = in_turn,
    on_step: Step | None = None,
    on_remark: Callable[[Remark], object] | None = None,
    on_absent: Callable[[Pair], object] | None = None,
    on_wait: Callable[[], object] | None = None,
) -> Issue:
    """Make, join, examine and archive the forecasts of a plan.

    Each part is kept as soon as it is made: a run that is cut off goes on where it was, and gives
    the same bytes.

    Raises
    ------
    CheckFailed, if a gate found something and `despite` gives no reason to publish all the same.
    """
    from tocsin import models
    from tocsin.errors import CheckFailed

    archive = open_archive(lake)
    plan, seen = see_all(plan, lake, on_absent)
    if plan.nowcast:
        _require_revisions(seen)
    configuration = models.configuration()
    with archive.adding(on_wait=on_wait):
        making = archive.making(plan.key(seen, configuration))
        make_parts(plan, seen, making, on_step, over)
        remarks = _examined(plan, seen, making, archive)
        for remark in remarks:
            if on_remark is not None:
                on_remark(remark)
        if remarks and not despite.strip():
            raise CheckFailed(
                "the gates found {count} things to look at; nothing was published",
                remedy="Look at each and put right what is wrong. If nothing is, publish with "
                '--despite "the reason": the reason is kept with the forecast.',
                count=len(remarks),
            )
        return making.keep(
            _manifest(plan, seen, making, archive, configuration, remarks, despite.strip())
        )


def _require_revisions(seen: dict[Pair, Seen]) -> None:
    """Nothing, if how figures are revised can be learned for some level and target.

    Raises
    ------
    NotEnoughData
    """
    from tocsin.errors import NotEnoughData
    from tocsin.models.nowcast import FEWEST_PAIRS

    if not any(one.revisions for one in seen.values()):
        raise NotEnoughData(
            "no nowcast can be made: fewer than {fewest} figures had been through a revision",
            remedy="Ingest dated releases of the same figures, or forecast without --nowcast.",
            fewest=FEWEST_PAIRS,
        )


def _nowcast_told(seen: dict[Pair, Seen]) -> dict[str, int]:
    """How many revisions each nowcast had learned from, and how many figures it revised."""
    told = {}
    for (level, target), one in seen.items():
        if one.revisions is not None and one.late is not None:
            told[f"{level} {target} revisions"] = len(one.revisions)
            told[f"{level} {target} late figures"] = int(one.late.sum())
    return told


def last_counted_month(
    level: Level, targets: tuple[Target, ...], day: date, reconstruct: bool, lake: Lake
) -> int:
    """The last month of which any target had been counted by the end of a day.

    Raises
    ------
    NotEnoughData, if there is none.
    """
    import polars as pl

    from tocsin.errors import NotEnoughData
    from tocsin.tables.months import month_of

    this = month_of(day)
    counted = []
    for target in targets:
        panel = build_panel(
            level, target, this - 36, this, area=learned_from(level), as_of=day,
            reconstruct=reconstruct, lake=lake,
        )  # fmt: skip
        counted += panel.filter(pl.col("status") == "observed")["month"].to_list()
    if not counted:
        raise NotEnoughData(
            "nothing is counted in the three years before {day}",
            remedy="Ingest a release that had appeared by then, or give --origin.",
            day=day.isoformat(),
        )
    return int(max(counted))


def open_archive(lake: Lake) -> Archive:
    """The archive of forecasts beside a lake."""
    from tocsin.lake.archive import Archive

    return Archive(lake.root.parent)


def issued() -> list[dict[str, Any]]:
    """Every issue in the archive, oldest first, as plain values."""
    import msgspec

    return [msgspec.to_builtins(issue) for issue in open_archive(open_lake()).issues()]


def _levels(words: str) -> tuple[Level, ...]:
    from tocsin.tables.levels import LEVELS, require_level

    if words.strip() == "all":
        return LEVELS
    asked = {require_level(word.strip()) for word in words.split(",")}
    return tuple(level for level in LEVELS if level in asked)


def _targets(words: str) -> tuple[Target, ...]:
    from tocsin.tables.levels import TARGETS, require_target

    if words.strip() == "all":
        return TARGETS
    asked = {require_target(word.strip()) for word in words.split(",")}
    return tuple(target for target in TARGETS if target in asked)


# --- gates and manifest ----------------------------------------------------------------------


def _examined(
    plan: Plan, seen: dict[Pair, Seen], making: Making, archive: Archive
) -> tuple[Remark, ...]:
    """What the gates found in the parts that are to be published."""
    from tocsin.lake.archive import Remark
    from tocsin.models import gates

    previous = _previous(plan, archive)
    remarks = []
    for pair in plan.pairs:
        one = seen[pair]
        draws = read_part(making, part_name(plan.model, *pair))
        held = previous.part(*pair, plan.model) if previous else None
        findings = gates.examine(
            draws,
            within(plan, one.every),
            unknown=within(plan, one.unknown) if one.unknown else None,
            previous=issued_draws(archive, previous, held) if previous and held else None,
        )
        remarks += [
            Remark(
                gate=found.gate,
                level=pair[0],
                target=pair[1],
                unit_id=found.unit_id,
                problem=found.problem,
                fields=found.fields,
            )
            for found in findings
        ]
    return tuple(remarks)


def _previous(plan: Plan, archive: Archive) -> Issue | None:
    """The last issue of the same model and area from an earlier origin, not from a later day."""
    earlier = [
        issue
        for issue in archive.issues()
        if issue.model_id == plan.model
        and issue.area == plan.area
        and issue.as_of <= plan.as_of
        and issue.origin_month < plan.origin
    ]
    return max(earlier, key=lambda issue: (issue.origin_month, issue.issued_at), default=None)


def issued_draws(archive: Archive, issue: Issue, part: IssuePart) -> Draws:
    """The draws of a part, read from the archive and checked against the manifest."""
    from tocsin.models.draws import draws_of

    return draws_of(archive.scan(issue, part).collect())


def _manifest(
    plan: Plan,
    seen: dict[Pair, Seen],
    making: Making,
    archive: Archive,
    configuration: str,
    remarks: tuple[Remark, ...],
    despite: str,
) -> Issue:
    from tocsin import __version__
    from tocsin.lake.archive import Issue

    snapshots = sorted({name for one in seen.values() for name in one.snapshots})
    lake = open_lake()
    return Issue(
        issue_id=archive.new_name(plan.origin, plan.as_of, plan.model),
        key=plan.key(seen, configuration),
        issued_at=datetime.now(UTC).replace(microsecond=0),
        as_of=plan.as_of,
        reconstruct=plan.reconstruct,
        origin_month=plan.origin,
        horizons=plan.horizons,
        model_id=plan.model,
        baselines=plan.models[1:],
        configuration=configuration,
        draws=plan.draws,
        seed=plan.seed,
        area=plan.area,
        snapshots=tuple(snapshots),
        parts=tuple(
            _part(plan, pair, model, seen[pair], making)
            for pair in plan.pairs
            for model in plan.models
        ),
        joint=plan.joint,
        nowcast=_nowcast_told(seen),
        remarks=remarks,
        despite=despite if remarks else "",
        exercise=any(lake.snapshot(name).exercise for name in snapshots),
        tocsin_version=__version__,
    )


def _part(plan: Plan, pair: Pair, model: str, seen: Seen, making: Making) -> IssuePart:
    from tocsin.lake.archive import IssuePart

    name = part_name(model, *pair)
    unknown = within(plan, seen.unknown).units if seen.unknown else ()
    frame = making.read(name)
    return IssuePart(
        model_id=model,
        level=pair[0],
        target=pair[1],
        path=f"{name}.parquet",
        rows=frame.height,
        units=frame["unit_id"].n_unique(),
        sha256=making.sha256(name),
        left_out=unknown,
    )


def _copy(folder: Path, issue: Issue, out: Path | None) -> None:
    """Copy the model's own files where the user wants them."""
    import shutil

    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    for part in issue.parts:
        if part.model_id == issue.model_id:
            copy = out / _copy_name(issue, part)
            partial = copy.with_suffix(".partial")
            shutil.copyfile(folder / part.path, partial)
            partial.replace(copy)


def _copy_name(issue: Issue, part: IssuePart) -> str:
    from tocsin.tables.months import month_text

    return f"{part.path.removesuffix('.parquet')}_{month_text(issue.origin_month)}.parquet"


def _part_told(folder: Path, issue: Issue, part: IssuePart, out: Path | None) -> dict[str, Any]:
    copied = out is not None and part.model_id == issue.model_id
    path = out / _copy_name(issue, part) if out is not None and copied else folder / part.path
    return {
        "forecasts": part.rows,
        "units": part.units,
        "model": part.model_id,
        "level": part.level,
        "target": part.target,
        "left_out": list(part.left_out),
        "path": str(path),
    }
