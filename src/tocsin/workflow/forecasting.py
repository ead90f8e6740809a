"""The models there are, tried on past origins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.counting import FIRST_MONTH, build_panel
from tocsin.workflow.fanning import fan
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    pass


def model_names(level: str) -> tuple[str, ...]:
    """Names of the models that serve a level."""
    from tocsin import models
    from tocsin.tables.levels import require_level

    return models.names(require_level(level))


def run_backtest(
    *,
    level: str,
    target: str,
    first: str,
    last: str,
    step: int,
    horizons: str,
    models: str = "",
    area: str = "",
    as_of: str = "",
    reconstruct: bool = False,
    draws: int = 1000,
    seed: int = 1,
    out: Path | None = None,
    workers: int = 1,
    scheduler: str = "",
) -> list[dict[str, Any]]:
    """Mean scores of models on past origins; every single score goes to the CSV file `out`.

    `workers` and `scheduler` say who does the work (see `fanning.fan`), not what comes out.
    """
    import polars as pl

    from tocsin import evaluation
    from tocsin import models as makers
    from tocsin.tables.levels import require_level, require_target
    from tocsin.tables.months import parse_horizons, parse_month

    where, steps, end = require_level(level), parse_horizons(horizons), parse_month(last)
    observations = build_panel(
        where,
        require_target(target),
        FIRST_MONTH,
        end + max(steps),
        area=area,
        as_of=day_of(as_of),
        reconstruct=reconstruct,
    )
    origins = evaluation.RollingOrigins(parse_month(first), end, step, steps, draws, seed)
    panel = makers.build_unit_months(observations)
    chosen = [name for name in models.split(",") if name] or makers.names(where)
    forecasters = [makers.named(name, where) for name in chosen]
    with fan(workers, scheduler) as over:
        scores = pl.concat(evaluation.backtest(forecasters, panel, origins, over))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        scores.write_csv(out)
    return evaluation.summarise(scores).to_dicts()
