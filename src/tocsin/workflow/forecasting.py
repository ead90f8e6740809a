"""Forecasts from one origin, and models tried on past ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.counting import FIRST_MONTH, build_panel
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    import polars as pl

    from tocsin.lake import Lake
    from tocsin.tables.levels import Level, Target


def forecast(
    level: Level,
    target: Target,
    origin: int,
    horizons: Sequence[int],
    *,
    model: str = "",
    area: str = "",
    as_of: date | None = None,
    reconstruct: bool = False,
    draws: int = 1000,
    seed: int = 1,
    lake: Lake | None = None,
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Forecasts of one model from one origin, and the areas of which too little is known.

    The panel that the model sees ends with the origin and holds what had been released by
    `as_of` (default: today).
    """
    from tocsin import evaluation, models

    observations = build_panel(
        level,
        target,
        FIRST_MONTH,
        origin,
        area=area,
        as_of=as_of,
        reconstruct=reconstruct,
        lake=lake,
    )
    panel, left_out = evaluation.with_known_units(models.build_unit_months(observations), origin)
    maker = models.named(model, level) if model else models.best(level)
    history = panel.until(origin)
    return models.build_forecasts(maker, history, horizons, draws, seed), left_out


def run_forecast(
    out: Path,
    *,
    level: str,
    target: str,
    origin: str,
    horizons: str,
    model: str = "",
    area: str = "",
    as_of: str = "",
    reconstruct: bool = False,
    draws: int = 1000,
    seed: int = 1,
) -> dict[str, Any]:
    """Forecast from the words of the command line and write one Parquet file; what it holds."""
    from tocsin.tables.levels import require_level, require_target
    from tocsin.tables.months import month_text, parse_horizons, parse_month

    start = parse_month(origin)
    frame, left_out = forecast(
        require_level(level),
        require_target(target),
        start,
        parse_horizons(horizons),
        model=model,
        area=area,
        as_of=day_of(as_of),
        reconstruct=reconstruct,
        draws=draws,
        seed=seed,
    )
    name = frame["model_id"][0]
    path = out / f"{name}_{level}_{target}_{month_text(start)}.parquet"
    out.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    frame.write_parquet(partial)
    partial.replace(path)
    return {
        "forecasts": frame.height,
        "units": frame["unit_id"].n_unique(),
        "model": name,
        "left_out": list(left_out),
        "path": str(path),
    }


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
) -> list[dict[str, Any]]:
    """Mean scores of models on past origins; every single score goes to the CSV file `out`."""
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
    scores = pl.concat(evaluation.backtest(forecasters, panel, origins))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        scores.write_csv(out)
    return evaluation.summarise(scores).to_dicts()
