"""Scores of a submission in the challenge's layout, window by window."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from tocsin.challenge.files import FOLDER, from_actuals_file
from tocsin.challenge.windows import window_of_directory
from tocsin.errors import CheckFailed
from tocsin.evaluation import all_scores


class WindowScore(msgspec.Struct, frozen=True, kw_only=True):
    """Mean scores of one window; `window` is `mean` for the mean of the windows."""

    model: str
    window: str
    rows: int
    crps: float
    ign: float
    mis: float


def score_submission(folder: Path, actuals: Path) -> Iterator[WindowScore]:
    """Scores of every window of `<folder>/<cm|pgm>/window=…` that the actuals hold, in order.

    Raises
    ------
    CheckFailed, if no window of the submission is in the actuals, or rows are missing.
    """
    level, truth = from_actuals_file(actuals)
    held = sorted((folder / FOLDER[level]).glob("window=*"))
    from tocsin.challenge.long_form import from_long_files  # noqa: PLC0415  (numba takes a second)

    found = False
    for place in held:
        window = window_of_directory(place.name)
        wanted = truth.filter(truth["month"].is_between(window.first, window.last)).sort(
            "month", "unit"
        )
        if wanted.is_empty():
            continue
        found = True
        samples = from_long_files(
            place, level, wanted["month"].to_numpy(), wanted["unit"].to_numpy()
        )
        scores = all_scores(wanted["observed"].to_numpy(), samples)
        yield WindowScore(
            model=folder.name,
            window=window.name,
            rows=len(samples),
            **{name: float(values.mean()) for name, values in scores.items()},
        )
    if not found:
        raise CheckFailed(
            "no window of the submission is in the actuals",
            where=str(folder),
            remedy="Give the folder of one model, which holds cm or pgm, and actuals of its level.",
        )


def mean_of_windows(scores: list[WindowScore]) -> WindowScore:
    """The mean of the windows' means, as the challenge reports it."""
    return WindowScore(
        model=scores[0].model,
        window="mean",
        rows=sum(score.rows for score in scores),
        crps=float(np.mean([score.crps for score in scores])),
        ign=float(np.mean([score.ign for score in scores])),
        mis=float(np.mean([score.mis for score in scores])),
    )
