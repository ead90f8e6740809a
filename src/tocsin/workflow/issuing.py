"""Forecasts are issued: made in parts, fitted together, stopped by gates, and archived for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.arriving import open_lake
from tocsin.workflow.counting import FIRST_MONTH, build_panel
from tocsin.workflow.words import countries_of, day_of

if TYPE_CHECKING:
    import polars as pl

    from tocsin.evaluation import History
    from tocsin.lake import Lake
    from tocsin.lake.archive import Archive, Issue, Making, Remark
    from tocsin.models.draws import Draws
    from tocsin.tables.levels import Level, Target

# Issued beside every forecast, so that it can be judged against them for ever.
BASELINES = ("conflictology12", "last")
Step = Callable[[int, int, str], object]


@dataclass(frozen=True, eq=False)
class Seen:
    """What is known of one level and target at the origin, and the units of which nothing is."""

    known: History
    unknown: History | None
    snapshots: tuple[str, ...]
    exercise: bool

    @property
    def left_out(self) -> tuple[str, ...]:
        return self.unknown.units if self.unknown else ()


@dataclass(frozen=True)
class Plan:
    """Everything that the draws of an issue depend on, but for the counts themselves."""

    levels: tuple[Level, ...]
    targets: tuple[Target, ...]
    origin: int
    horizons: tuple[int, ...]
    model: str
    baselines: tuple[str, ...]
    area: str
    as_of: date
    reconstruct: bool
    draws: int
    seed: int
    joint: bool

    def key(self, seen: dict[tuple[Level, Target], Seen], configuration: str) -> str:
        """A hash that changes with anything that the draws depend on."""
        import hashlib
        import json

        said = {name: str(value) for name, value in sorted(vars(self).items())}
        digest = hashlib.sha256(json.dumps([said, configuration], sort_keys=True).encode())
        for (level, target), one in sorted(seen.items()):
            digest.update(f"{level} {target} {one.known.units} {one.known.first_month}".encode())
            digest.update(one.known.values.tobytes())
        return digest.hexdigest()[:16]


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
    despite: str = "",
    on_step: Step | None = None,
    on_remark: Callable[[Remark], object] | None = None,
) -> dict[str, Any]:
    """Issue forecasts from the words of the command line; copies go to the folder `out`.

    Raises
    ------
    CheckFailed, if a gate found something and no reason was given to publish despite it.
    """
    from tocsin.tables.months import parse_horizons

    lake = open_lake()
    plan = _plan(level, target, origin, model, area, as_of, reconstruct, lake)(
        horizons=parse_horizons(horizons), draws=draws, seed=seed, joint=joint
    )
    issue = issue_forecasts(plan, lake=lake, despite=despite, on_step=on_step, on_remark=on_remark)
    return {"issue": issue.issue_id, "files": _copy_out(open_archive(lake), issue, out)}
