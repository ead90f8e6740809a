"""The field's forecasting challenge: baselines, a submission, its scores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def challenge_baselines(
    data: Path, level: str, windows: str, out: Path
) -> Iterator[tuple[str, str, Path]]:
    """Write the challenge's baselines for `windows`; yields model, window and file."""
    from tocsin import challenge, models

    area = challenge.challenge_level(level)
    names = models.BASELINES if area == "country" else (*models.BASELINES, "conflictology_n")
    makers = [models.named(name, area) for name in names]
    parsed = challenge.parse_windows(windows)
    for model, window, path in challenge.write_forecasts(data, area, parsed, makers, out):
        yield model, window.name, path


def challenge_forecast(
    data: Path,
    level: str,
    windows: str,
    out: Path,
    model: str = "",
    seed: int = 1,
    workers: int = 1,
    scheduler: str = "",
) -> Iterator[tuple[str, str, Path]]:
    """Write one model's forecasts for `windows`, whose truth may be unknown.

    `workers` and `scheduler` say who does the work (see `fanning.fan`), not what comes out.
    """
    from tocsin import challenge, models
    from tocsin.workflow.fanning import fan

    area = challenge.challenge_level(level)
    parsed = challenge.parse_windows(windows)
    with fan(workers, scheduler) as over:
        forecaster = models.named(model, area, over) if model else models.best(area, over)
        written = challenge.write_forecasts(data, area, parsed, [forecaster], out, seed, over)
        for name, window, path in written:
            yield name, window.name, path


def challenge_score(folder: Path, actuals: Path) -> list[dict[str, Any]]:
    """Scores of a submission's windows and, last, their mean."""
    import msgspec

    from tocsin import challenge

    scores = list(challenge.score_submission(folder, actuals))
    rows: list[dict[str, Any]] = [
        msgspec.structs.asdict(row) for row in (*scores, challenge.mean_of_windows(scores))
    ]
    return rows
