"""Forecasts of the challenge's windows, written in its layout."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tocsin.challenge.files import ChallengeLevel, from_challenge_folder
from tocsin.challenge.windows import Window
from tocsin.evaluation import Forecaster

DRAWS = 1000


def write_forecasts(
    data: Path,
    level: ChallengeLevel,
    windows: Sequence[Window],
    models: Sequence[Forecaster],
    out: Path,
    seed: int = 1,
) -> Iterator[tuple[str, Window, Path]]:
    """Forecast every window with every model; yields model, window and file as each is written.

    The data of a window are read up to its cut and no further.
    """
    from tocsin.challenge.long_form import to_long_files  # noqa: PLC0415  (numba takes a second)

    for window in windows:
        history = from_challenge_folder(data, level, window.origin).until(window.origin)
        for model in models:
            samples = model.forecast(history, window.horizons, DRAWS, seed)
            folder = out / model.name
            path = to_long_files(folder, level, window, history.units, samples)
            write_details(folder, model.name)
            yield model.name, window, path


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
