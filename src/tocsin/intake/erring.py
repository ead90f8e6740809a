"""How people err when they tell what happened: the chance of what is said, given what was.

The shares below are those that `docs/explanation/exercise.md` writes down for the exercise. They
are a picture of error, not a law: how much worse the matcher does when the picture is wrong has not
been measured. Everything here is a plain function of two values.
"""

import math
from functools import lru_cache

import numpy as np

# A day off, two days off, and what stays for three and four: the last by way of caution.
SLIPS = {0: 0.69, 1: 0.125, 2: 0.025, 3: 0.005, 4: 0.002}
# Days from what happened to the arrival of the account: few within the day, most within three.
_LAGS = (0.10, 0.25, 0.25, 0.22, 0.05, 0.03, 0.03, 0.02)
_LATER = 0.05 / 30  # each day after those
BEFORE = 1e-6  # a clock or a day is wrong
SAME_KIND, NEAR_KIND, ANY_KIND = 0.75, 0.22, 0.03
KINDS = 12.0  # kinds that are common enough to be met: two accounts agree by chance once in twelve
NAMES = 4.0  # likewise of names of groups
RIGHT_NAME = 0.96
NOT_COUNTED = 0.2
COUNTED_RIGHT, SPREAD = 0.45, 0.35  # the rest errs by a log-normal factor
# Numbers of dead that are weighed: each up to sixty, then in steps of a tenth.
NUMBERS = np.array([*range(61), *(round(60 * 1.1**step) for step in range(1, 48))])
# What a kind of event is taken for, by those who see a part of it.
_TAKEN_FOR: dict[str, tuple[str, ...]] = {
    "attack_village": ("burning", "looting", "flight"),
    "attack_camp": ("clash", "clash_state"),
    "attack_convoy": ("ambush", "ied"),
    "ambush": ("ied", "attack_convoy", "clash"),
    "clash": ("ambush", "troops"),
    "clash_state": ("clash", "attack_camp", "troops"),
    "clash_communities": ("attack_village", "cattle_theft"),
    "air_strike": ("drone", "shelling"),
    "drone": ("air_strike", "shelling"),
    "shelling": ("air_strike", "drone"),
    "ied": ("mine", "ambush"),
    "mine": ("ied",),
    "suicide": ("ied", "attack_camp"),
    "arrests": ("abduction", "forced_recruitment"),
    "execution": ("attack_village", "abduction"),
    "abduction": ("aid_worker", "arrests"),
    "forced_recruitment": ("abduction", "arrests"),
    "child_recruitment": ("forced_recruitment", "abduction"),
    "threat": ("blockade", "checkpoint"),
    "blockade": ("checkpoint", "threat"),
    "checkpoint": ("tax", "threat"),
    "tax": ("checkpoint", "threat"),
    "cattle_theft": ("looting", "clash_communities"),
    "looting": ("attack_village", "cattle_theft"),
    "burning": ("attack_village", "looting"),
    "aid_worker": ("abduction", "ambush"),
    "peacekeeper": ("ied", "ambush"),
    "official": ("abduction", "execution"),
    "electoral": ("protest", "threat"),
    "protest": ("riot", "electoral"),
    "riot": ("protest", "clash_communities"),
    "flight": ("attack_village", "threat"),
    "troops": ("clash", "clash_state"),
}
_DEADLY = frozenset(
    {"attack_village", "attack_camp", "attack_convoy", "ambush", "clash", "clash_state",
     "clash_communities", "air_strike", "drone", "ied", "mine", "suicide", "execution",
     "peacekeeper", "riot"}
)  # fmt: skip


def slips(days: int) -> float:
    """The chance that people name a day so many days before or after the true one.

    >>> slips(0) > slips(1) == slips(-1)
    True
    """
    return SLIPS.get(abs(days), 0.0)


def arrives(days: int) -> float:
    """The chance that an account arrives so many days after what it tells of; hardly any before.

    >>> arrives(1) > arrives(9) > arrives(-1)
    True
    """
    if days < 0:
        return BEFORE
    return _LAGS[days] if days < len(_LAGS) else _LATER


@lru_cache(maxsize=4096)
def kind_said(said: str, true: str) -> float:
    """The chance that an event of that kind is told as one of this kind.

    >>> kind_said("burning", "attack_village") > kind_said("protest", "attack_village")
    True
    """
    taken = _TAKEN_FOR.get(true, ())
    chance = ANY_KIND / KINDS
    if said == true:
        chance += SAME_KIND + (0.0 if taken else NEAR_KIND)
    elif said in taken:
        chance += NEAR_KIND / len(taken)
    return chance


def kinds_meant(said: str) -> tuple[str, ...]:
    """Kinds for which this one may stand, itself first.

    >>> kinds_meant("mine")
    ('mine', 'ied')
    """
    return (said, *(true for true, taken in _TAKEN_FOR.items() if said in taken))


@lru_cache(maxsize=4096)
def count_said(said: int | None, true: int) -> float:
    """The chance that this number of dead is told of that one; None: not told.

    >>> count_said(4, 4) > count_said(6, 4) > count_said(20, 4)
    True
    """
    if said is None:
        return NOT_COUNTED
    chance = COUNTED_RIGHT if said == true else 0.0
    by_factor = 1 - NOT_COUNTED - COUNTED_RIGHT
    if true == 0:
        return chance + (by_factor if said == 0 else 2e-3 / (1 + said))
    low = math.log(max(said - 0.5, 1e-9) / true) / SPREAD
    high = math.log((said + 0.5) / true) / SPREAD
    return chance + by_factor * (_normal(high) - _normal(low)) + 1e-5


@lru_cache(maxsize=2)
def deaths(*, deadly: bool) -> np.ndarray:
    """How often an event kills each of `NUMBERS`; long-tailed, because massacres happen.

    >>> round(float(deaths(deadly=True).sum()), 6)
    1.0
    """
    none = 0.06 if deadly else 0.97
    some = NUMBERS[1:].astype(float)
    weights = np.exp(-0.5 * ((np.log(some) - math.log(3.6)) / 0.65) ** 2) / some
    return np.concatenate([[none], (1 - none) * weights / weights.sum()])


@lru_cache(maxsize=4096)
def count_chances(said: int | None) -> np.ndarray:
    """The chance of a number said, for each of `NUMBERS` that may be true."""
    return np.array([count_said(said, int(true)) for true in NUMBERS])


def is_deadly(kind: str) -> bool:
    """Whether people mostly die in an event of that kind.

    >>> is_deadly("ambush"), is_deadly("protest")
    (True, False)
    """
    return kind in _DEADLY


def _normal(at: float) -> float:
    return 0.5 * (1 + math.erf(at / math.sqrt(2)))
