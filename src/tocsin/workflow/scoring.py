"""The live scorecard: every issued forecast is judged as truth arrives, beside its baselines."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.arriving import open_lake
from tocsin.workflow.counting import build_panel
from tocsin.workflow.forecast_parts import learned_from
from tocsin.workflow.issuing import open_archive
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from tocsin.lake import Lake
    from tocsin.lake.archive import Archive, Issue
    from tocsin.language import Lang
    from tocsin.tables.levels import Level, Target

_WORST = 20


def score_issued(
    *,
    as_of: str = "",
    issue: str = "",
    partial: bool = False,
    out: Path | None = None,
    lang: Lang = "en",
    on_step: Callable[[int, int, str], object] | None = None,
    on_wait: Callable[[], object] | None = None,
) -> dict[str, Any]:
    """Judge issued forecasts by what had been released by a day; add the lines; the standings.

    A forecast that was judged before is judged again only by another vintage of the truth, on a
    new line. Unknown truth judges nothing; a release that leaves out a part of the events judges
    only if `partial`.

    Raises
    ------
    UnknownName, if no issue has that name.
    """
    from tocsin import evaluation

    lake, day = open_lake(), day_of(as_of)
    archive = open_archive(lake)
    issues = [archive.issue(issue)] if issue else archive.issues()
    truths = _Truths(lake, day, partial)
    added, waiting, in_part = 0, 0, 0
    with archive.adding(on_wait=on_wait):
        for done, one in enumerate(issues):
            if on_step is not None:
                on_step(done, len(issues), one.issue_id)
            lines, open_, partly = _lines_of(one, archive, truths)
            waiting, in_part = waiting + open_, in_part + partly
            if lines is not None and lines.height:
                archive.add_scores(lines)
                added += lines.height
    held = archive.scores()
    standing = evaluation.live.newest_vintage(held, day) if held is not None else None
    found: dict[str, Any] = {
        "as_of": day.isoformat(),
        "issues": len(issues),
        "added": added,
        "waiting": waiting,
        "in_part": in_part,
        "lines": held.height if held is not None else 0,
        "standings": [],
        "worst": [],
        "paths": [],
    }
    if standing is None:
        return found
    chosen = standing.filter(_counted(issues, partial))
    for model in dict.fromkeys(one.model_id for one in issues):
        found["standings"] += evaluation.live.standings(chosen, model)
        found["worst"] += _worst(chosen, model)
    if out is not None and held is not None:
        found["paths"] = _written(found, held, out, lang)
    return found


def standings_kept(until: date) -> list[dict[str, Any]]:
    """The live scorecard as of a day, from the scores that are kept: nothing is judged anew.

    Worked out once for a day and a set of scores: its intervals are a bootstrap.
    """
    lake = open_lake()
    kept = sorted(path.name for path in (lake.root.parent / "forecasts" / "scores").glob("*"))
    return _standings_of(str(lake.root), tuple(kept), until) if kept else []


@lru_cache(maxsize=16)
def _standings_of(root: str, kept: tuple[str, ...], until: date) -> list[dict[str, Any]]:
    from tocsin import evaluation

    del root, kept
    archive = open_archive(open_lake())
    held = archive.scores()
    standing = evaluation.live.newest_vintage(held, until) if held is not None else None
    if standing is None:
        return []
    issues = archive.issues()
    chosen = standing.filter(_counted(issues, partial=False))
    found: list[dict[str, Any]] = []
    for model in dict.fromkeys(one.model_id for one in issues):
        found += evaluation.live.standings(chosen, model)
    return found


class _Truths:
    """What had happened, as known on a day, by level, target and months; each built once."""

    def __init__(self, lake: Lake, day: date, partial: bool):
        self._lake, self._day, self.partial = lake, day, partial
        self._held: dict[tuple[Level, Target, int, int], pl.DataFrame] = {}
        self._vintages = self._vintages_of()

    def __call__(self, level: Level, target: Target, first: int, last: int) -> pl.DataFrame:
        from tocsin import evaluation

        key = (level, target, first, last)
        if key not in self._held:
            observed = build_panel(
                level, target, first, last, area=learned_from(level), as_of=self._day,
                lake=self._lake,
            )  # fmt: skip
            self._held[key] = evaluation.live.known_truth(observed, self._vintages, partial=True)
        return self._held[key]

    def _vintages_of(self) -> list[Any]:
        from tocsin import evaluation

        return [
            evaluation.live.Vintage(
                held.snapshot_id,
                held.released_on,
                held.coverage is not None and held.coverage.complete,
            )
            for held in self._lake.snapshots(as_of=self._day)
        ]


def _lines_of(
    issue: Issue, archive: Archive, truths: _Truths
) -> tuple[pl.DataFrame | None, int, int]:
    """New lines for one issue; how many of its own forecasts still wait for their truth, and of
    how many of these a part of it is known."""
    import polars as pl

    from tocsin import evaluation

    held = archive.scores()
    first, last = (issue.origin_month + step for step in (issue.horizons[0], issue.horizons[-1]))
    lines, waiting, in_part = [], 0, 0
    for part in issue.parts:
        every = truths(part.level, part.target, first, last)
        truth = every if truths.partial else every.filter(~pl.col("partial"))
        draws = archive.scan(issue, part).collect()
        if part.model_id == issue.model_id:
            open_ = _without(draws, truth)
            waiting += open_
            in_part += open_ - _without(draws, every)
        new = evaluation.live.not_yet_scored(truth, held, issue.issue_id)
        if new.height:
            lines.append(
                evaluation.live.score_lines(draws, new, issue.issue_id, issue.issued_at.date())
            )
    return (pl.concat(lines) if lines else None), waiting, in_part


def _without(draws: pl.DataFrame, truth: pl.DataFrame) -> int:
    """How many forecasts have no truth."""
    import polars as pl

    months = draws.select(
        "level", "unit_id", "target", (pl.col("origin_month") + pl.col("horizon")).alias("month")
    )
    return months.join(truth, on=["level", "unit_id", "target", "month"], how="anti").height


def _counted(issues: list[Issue], partial: bool) -> pl.Expr:
    """Lines that count in the standings: a forecast that was issued twice counts once."""
    import polars as pl

    first = {issue.key: issue.issue_id for issue in reversed(issues)}
    counted = pl.col("issue_id").is_in(list(first.values()))
    return counted if partial else counted & ~pl.col("partial")


def _worst(lines: pl.DataFrame, model: str) -> list[dict[str, Any]]:
    from tocsin import evaluation
    from tocsin.tables.months import month_text

    return [
        {
            "issue": row["issue_id"],
            "level": row["level"],
            "unit": row["unit_id"],
            "target": row["target"],
            "month": month_text(row["origin_month"] + row["horizon"]),
            "horizon": row["horizon"],
            "observed": int(row["observed"]),
            "crps": row["crps"],
            "vintage": row["vintage"],
        }
        for row in evaluation.live.worst_misses(lines, model, _WORST).iter_rows(named=True)
    ]


def _written(found: dict[str, Any], lines: pl.DataFrame, out: Path, lang: Lang) -> list[str]:
    """Every line as CSV, and the standings as a page."""
    from tocsin.briefs.forecast_pages import render_scorecard

    out.mkdir(parents=True, exist_ok=True)
    lines.write_csv(out / "scores.csv")
    page = out / "scorecard.html"
    page.write_text(render_scorecard(found, lang), encoding="utf-8")
    return [str(out / "scores.csv"), str(page)]
