"""Forecasts of the challenge's windows, written in its layout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tocsin.challenge.files import ChallengeLevel, from_challenge_folder
from tocsin.challenge.windows import Window
from tocsin.evaluation import Forecaster, History
from tocsin.evaluation.fan import Fan, in_turn

DRAWS = 1000


def write_forecasts(
    data: Path,
    level: ChallengeLevel,
    windows: Sequence[Window],
    models: Sequence[Forecaster],
    out: Path,
    seed: int = 1,
    fan: Fan = in_turn,
) -> Iterator[tuple[str, Window, Path]]:
    """Forecast every window with every model; yields model, window and file as each is written.

    The data of a window are read up to its cut and no further. Countries fan out by window and
    model; a window of the grid fills memory, so one is made at a time, and the model spreads its
    own work.
    """
    from tocsin.challenge.long_form import to_long_files  # noqa: PLC0415  (numba takes a second)

    grid = level == "priogrid"
    for batch in [[one] for one in windows] if grid else [windows]:
        pieces = [
            (model, window, history)
            for window in batch
            for history in [from_challenge_folder(data, level, window.origin).until(window.origin)]
            for model in models
        ]
        for name, window, units, samples in (in_turn if grid else fan)(Drawing(seed), pieces):
            folder = out / name
            path = to_long_files(folder, level, window, units, samples)
            write_details(folder, name)
            yield name, window, path


@dataclass(frozen=True)
class Drawing:
    """Forecasts one window with one model."""

    seed: int

    def __call__(
        self, piece: tuple[Forecaster, Window, History]
    ) -> tuple[str, Window, tuple[str, ...], NDArray[np.int32]]:
        model, window, history = piece
        samples = model.forecast(history, window.horizons, DRAWS, self.seed)
        return model.name, window, history.units, samples


def write_details(folder: Path, model: str) -> Path:
    """The challenge's `submission_details.yml` beside the forecasts."""
    path = folder / "submission_details.yml"
    path.write_text(
        "team: Tocsin\n"
        f"short_title: Tocsin {model}\n"
        f"even_shorter_identifier: {model[:20]}\n"
        "authors: The Tocsin authors\n"
        "contact: https://github.com/tocsin-ew/tocsin\n",
        encoding="utf-8",
    )
    return path
