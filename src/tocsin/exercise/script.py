"""The month as a team gets it: each day what arrives, and each week who could look, and who not.

The reports and their errors are those of `reports`; situation reports of the regions come on top,
from a draw of their own, so that the month's noise stays as it is written down.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tocsin.exercise.country import REGIONS
from tocsin.exercise.reports import FIRST_DAY, Account, month_of_reports

LAST_DAY = FIRST_DAY + timedelta(days=33)  # an account comes up to three days after the month
WEEKS = 4
SILENT, BLIND = 0.15, 0.10  # of region-weeks: nobody writes; somebody writes that nobody could look
_INDICATORS = ("armed_men", "threats", "checkpoints", "markets_closed", "cattle", "markets_open")


@dataclass(frozen=True)
class Week:
    """A region and a week: what its monitor could see, or that nobody wrote."""

    region: str
    last_day: date
    state: str  # seen, blind, silent
    answers: dict[str, str]


def arriving_on(seed: int, day: date) -> list[tuple[int, Account]]:
    """Accounts that come on a day, each with its number in the month.

    >>> sum(len(arriving_on(3, FIRST_DAY + timedelta(days=n))) for n in range(34))
    142
    """
    return [(n, one) for n, one in enumerate(month_of_reports(seed)) if one.arrived == day]


def weeks(seed: int) -> list[Week]:
    """Every region and week of the month; the same seed, the same silences."""
    draw = np.random.default_rng([21, seed])
    found = []
    for number in range(WEEKS):
        last = FIRST_DAY + timedelta(days=7 * number + 6)
        for region in REGIONS:
            chance = draw.random()
            state = "silent" if chance < SILENT else "blind" if chance < SILENT + BLIND else "seen"
            answers = {"week": last.isoformat(), "place": region.name}
            for name in _INDICATORS:
                seen = "observed" if draw.random() < 0.4 else "not_observed"
                answers[name] = "could_not_observe" if state == "blind" else seen
            found.append(Week(region.name, last, state, answers))
    return found
