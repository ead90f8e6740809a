"""The live scorecard: issued forecasts against truth as it arrives, beside issued baselines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from tocsin.evaluation.measures import covered
from tocsin.evaluation.scores import score
from tocsin.evaluation.skill import skill
from tocsin.tables.declared import LIVE_SCORES, SCORES
from tocsin.tables.months import last_day

_FORECAST = ("level", "unit_id", "target", "month")
_ENOUGH = 30  # forecasts: with fewer, an interval of the skill would say nothing


@dataclass(frozen=True)
class Vintage:
    """A release that a truth may come from."""

    snapshot_id: str
    released_on: date
    complete: bool


def known_truth(
    observations: pl.DataFrame, vintages: Sequence[Vintage], partial: bool = False
) -> pl.DataFrame:
    """The observations that a forecast may be judged by, with their vintage.

    A month counts only from a release made after it had ended. What is unknown is left out, and
    so is what comes from a release that leaves out a part of the events, unless `partial`.

    Returns
    -------
    level, unit_id, target, month, best, vintage, released_on, partial
    """
    releases = pl.DataFrame(
        {
            "snapshot": [one.snapshot_id for one in vintages],
            "released_on": pl.Series([one.released_on for one in vintages], dtype=pl.Date),
            "partial": pl.Series([not one.complete for one in vintages], dtype=pl.Boolean),
        },
        schema_overrides={"snapshot": pl.String},
    )
    truth = observations.filter(pl.col("status") == "observed").join(
        releases, on="snapshot", how="inner"
    )
    ends = {month: last_day(month) for month in truth["month"].unique().to_list()}
    ended = truth.filter(
        pl.col("month").replace_strict(ends, return_dtype=pl.Date) < pl.col("released_on")
        if ends
        else pl.lit(True)
    )
    return ended.filter(pl.lit(partial) | ~pl.col("partial")).select(
        *_FORECAST, "best", pl.col("snapshot").alias("vintage"), "released_on", "partial"
    )


def score_lines(
    forecasts: pl.DataFrame, truth: pl.DataFrame, issue_id: str, issued_on: date
) -> pl.DataFrame:
    """Lines of the scorecard for one part of an issue; none where no truth is known.

    Parameters
    ----------
    forecasts : `forecasts` table
    truth : as `known_truth` gives it
    issued_on : the day on which the forecast was made
    """
    month = pl.col("origin_month") + pl.col("horizon")
    judged = forecasts.with_columns(month.alias("month")).join(
        truth, on=list(_FORECAST), how="inner", maintain_order="left"
    )
    if judged.is_empty():
        return LIVE_SCORES.empty()
    scores = score(forecasts, truth).join(
        judged.select(*SCORES.key, "month", "vintage", "released_on", "partial"),
        on=list(SCORES.key),
        maintain_order="left",
    )
    ends = {one: last_day(one) for one in scores["month"].unique().to_list()}
    inside = covered(judged["best"].to_numpy(), judged["samples"].to_numpy())
    return LIVE_SCORES.build(
        {
            "issue_id": [issue_id] * scores.height,
            **{name: scores[name] for name in SCORES.schema},
            "covered": pl.Series(inside),
            "vintage": scores["vintage"],
            "released_on": scores["released_on"],
            "partial": scores["partial"],
            "live": scores["month"].replace_strict(ends, return_dtype=pl.Date) >= issued_on,
        }
    )


def not_yet_scored(truth: pl.DataFrame, held: pl.DataFrame | None, issue_id: str) -> pl.DataFrame:
    """The truth by which an issue has not been judged: new months, and new vintages of old ones."""
    if held is None:
        return truth
    done = held.filter(pl.col("issue_id") == issue_id).select(
        "level",
        "unit_id",
        "target",
        (pl.col("origin_month") + pl.col("horizon")).alias("month"),
        "vintage",
    )
    return truth.join(done.unique(), on=[*_FORECAST, "vintage"], how="anti")


def newest_vintage(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Of each forecast the line of the newest truth released by a day, whole before partial."""
    key = [name for name in LIVE_SCORES.key if name != "vintage"]
    return (
        lines.filter(pl.col("released_on") <= as_of)
        .sort("partial", "released_on", "vintage", descending=[False, True, True])
        .unique(key, keep="first", maintain_order=True)
    )


def standings(lines: pl.DataFrame, model: str) -> list[dict[str, Any]]:
    """Mean scores of a model beside its best baseline, by live or not, level and target.

    The best baseline is the one whose mean CRPS on the same forecasts is lowest; the skill's 90 %
    interval is a bootstrap over blocks of months and over units.

    Parameters
    ----------
    lines : `live_scores` of one vintage each (see `newest_vintage`)
    """
    rows = []
    for group in lines.partition_by("live", "level", "target", maintain_order=True):
        own = group.filter(pl.col("model_id") == model)
        rivals = group.filter(pl.col("model_id") != model)
        if own.is_empty():
            continue
        beside = {
            str(name): _paired(own, rows_of)
            for (name,), rows_of in rivals.sort("model_id").group_by(
                "model_id", maintain_order=True
            )
        }
        means = {name: _means(pair, "_beside") for name, pair in beside.items() if pair.height}
        best = min(means, key=lambda name: means[name]["crps"], default="")
        rows.append(
            {
                "live": bool(own["live"][0]),
                "level": own["level"][0],
                "target": own["target"][0],
                "model": model,
                "issues": own["issue_id"].n_unique(),
                "forecasts": own.height,
                **_means(own),
                "coverage": float(own["covered"].to_numpy().mean()),
                "partial": int(own["partial"].sum()),
                "baselines": means,
                "best_baseline": best,
                **(_skill(beside[best]) if best else {}),
            }
        )
    return sorted(rows, key=lambda row: (not row["live"], str(row["level"]), str(row["target"])))


def worst_misses(lines: pl.DataFrame, model: str, count: int = 20) -> pl.DataFrame:
    """The forecasts of a model with the highest CRPS."""
    own = lines.filter(pl.col("model_id") == model)
    return own.sort("crps", "unit_id", "horizon", descending=[True, False, False]).head(count)


_PAIR = ("issue_id", "level", "unit_id", "target", "origin_month", "horizon", "vintage")


def _paired(own: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return own.join(other, on=list(_PAIR), how="inner", suffix="_beside", maintain_order="left")


def _means(lines: pl.DataFrame, suffix: str = "") -> dict[str, float]:
    return {name: float(lines[name + suffix].to_numpy().mean()) for name in ("crps", "ign", "mis")}


def _skill(pair: pl.DataFrame) -> dict[str, float | None]:
    own, beside = pair["crps"].to_numpy(), pair["crps_beside"].to_numpy()
    if not beside.sum() > 0:
        return {"skill": None, "skill_low": None, "skill_high": None}
    if pair.height < _ENOUGH:
        return {"skill": float(1 - own.sum() / beside.sum()), "skill_low": None, "skill_high": None}
    months = (pair["origin_month"] + pair["horizon"]).to_numpy()
    found = skill(own, beside, np.array(pair["unit_id"].to_list()), months)
    return {"skill": found.value, "skill_low": found.low, "skill_high": found.high}
