"""The VIEWS Prediction Challenge: its files in, its baselines and our forecasts out, its scores."""

from tocsin.challenge.files import ChallengeLevel, challenge_level, from_challenge_folder
from tocsin.challenge.scoring import WindowScore, mean_of_windows, score_submission
from tocsin.challenge.submission import write_forecasts
from tocsin.challenge.windows import Window, parse_window, parse_windows

__all__ = [
    "ChallengeLevel",
    "Window",
    "WindowScore",
    "challenge_level",
    "from_challenge_folder",
    "mean_of_windows",
    "parse_window",
    "parse_windows",
    "score_submission",
    "write_forecasts",
]
