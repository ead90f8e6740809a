"""A scripted month of reports from the invented country, of which the truth is known.

Sixty events in sixty places; each is told by several people who err in day, place, count, kind and
name as the noise model in `docs/explanation/exercise.md` says. Some accounts are copies, some are
lies. The model was written down before anything was measured against it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tocsin.exercise.country import REGIONS

FIRST_DAY = date(2024, 5, 1)
DAYS, EVENTS, VILLAGES = 30, 60, 48
TWICE = 0.10  # events that fall on the place of an earlier one, within three days
LIES = 0.05  # accounts of what did not happen, as a share of the true ones
COPIES = 0.15  # of the accounts after an event's first
_KINDS = (
    "attack_village", "ambush", "clash", "ied", "abduction", "cattle_theft", "looting", "threat",
    "checkpoint", "flight", "burning", "shelling",
)  # fmt: skip
# What people take a kind of event for.
_TAKEN_FOR = {
    "attack_village": ("burning", "looting", "flight"),
    "ambush": ("ied", "attack_convoy", "clash"), "clash": ("ambush", "troops"),
    "ied": ("mine", "ambush"), "abduction": ("aid_worker", "arrests"),
    "cattle_theft": ("looting", "clash_communities"), "looting": ("attack_village", "cattle_theft"),
    "threat": ("blockade", "checkpoint"), "checkpoint": ("tax", "threat"),
    "flight": ("attack_village", "threat"), "burning": ("attack_village", "looting"),
    "shelling": ("air_strike", "drone"),
}  # fmt: skip
_ACTORS = {
    "Front de l’Aube": ("Front de l’Aube", "Front Aube", "les gens de l’Aube", "FDA"),
    "Ligue des Pistes": ("Ligue des Pistes", "la Ligue", "ligue pistes", "LDP"),
    "Milice du Fleuve": ("Milice du Fleuve", "la milice", "milice fleuve", "MDF"),
    "Armée de Hadaria": ("Armée de Hadaria", "armée", "soldats", "forces armées"),
}
_FIRST = ("Tir", "Ka", "Sen", "Da", "Mas", "Ou", "Agh", "Bo", "Gar", "Tin", "Zou", "Fa", "Dio",
          "Nya", "Sok", "Hom")  # fmt: skip
_MIDDLE = ("ba", "ra", "kou", "li", "dou", "man", "sel", "ga", "tou", "ro", "ndi", "ssa")
_LAST = ("ba", "ré", "kourou", "la", "bougou", "né", "ssou", "wal", "dji", "ma", "ti", "go")
_SLIPS = (("ou", "u"), ("dj", "j"), ("k", "c"), ("ss", "s"), ("é", "e"), ("w", "ou"), ("gh", "g"),
          ("z", "s"), ("y", "i"))  # fmt: skip
_WAYS = ("nord", "est", "sud", "ouest")


@dataclass(frozen=True)
class Spot:
    """A place of the exercise (degrees, in open water)."""

    name: str
    region: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Account:
    """One report: its answers, who sent it, which event it tells of, and which place it means."""

    answers: dict[str, str]
    reporter: str
    truth: str
    spot: Spot
    noisy_place: bool
    arrived: date


def spots(seed: int = 1) -> tuple[Spot, ...]:
    """The towns of the invented country and 48 villages, the same for every exercise."""
    draw = np.random.default_rng(seed)
    found = [Spot(name, region.name, x, y) for region in REGIONS for name, (x, y) in region.places]
    names = {spot.name for spot in found}
    towns = list(found)
    while len(found) < len(towns) + VILLAGES:
        name = "".join(str(draw.choice(part)) for part in (_FIRST, _MIDDLE, _LAST))
        town = towns[int(draw.integers(len(towns)))]
        if name not in names:
            names.add(name)
            east, north = draw.normal(0, 0.45, 2)
            found.append(Spot(name, town.region, round(town.longitude + east, 4),
                              round(town.latitude + north, 4)))  # fmt: skip
    return tuple(found)


def month_of_reports(seed: int) -> list[Account]:
    """Every report of a scripted month, in the order of arrival; the same seed, the same reports.

    >>> month_of_reports(3) == month_of_reports(3)
    True
    """
    draw = np.random.default_rng([20, seed])
    places = spots()
    told: list[tuple[int, Account]] = []
    events: list[tuple[int, Spot]] = []
    for number in range(EVENTS):
        day, spot = int(draw.integers(DAYS)), places[int(draw.integers(len(places)))]
        if events and draw.random() < TWICE:
            before, spot = events[int(draw.integers(len(events)))]
            day = min(DAYS - 1, before + int(draw.integers(4)))
        events.append((day, spot))
        told += _told_of(draw, f"e{number}", day, spot, places, 1 + int(draw.poisson(1.5)))
    for number in range(round(LIES * len(told))):
        spot = places[int(draw.integers(len(places)))]
        told += _told_of(draw, f"lie{number}", int(draw.integers(DAYS)), spot, places, 1)
    told.sort(key=lambda one: one[0])
    return [account for _, account in told]


def actor_of(name: str) -> str:
    """The actor that the exercise's registry knows under a name; an unknown name as it is.

    >>> actor_of("FDA")
    'Front de l’Aube'
    """
    return next((actor for actor, names in _ACTORS.items() if name in names), name)


def _told_of(
    draw: np.random.Generator, truth: str, day: int, spot: Spot, places: tuple[Spot, ...], many: int
) -> list[tuple[int, Account]]:
    kind = str(draw.choice(_KINDS))
    actor = str(draw.choice(list(_ACTORS)))
    killed = int(draw.poisson(4)) if kind in ("attack_village", "ambush", "clash", "ied") else 0
    accounts: list[tuple[int, Account]] = []
    for _ in range(min(many, 7)):
        arrives = day + int(draw.integers(1, 4))
        arrived = FIRST_DAY + timedelta(days=arrives)
        if accounts and draw.random() < COPIES:
            first = accounts[0][1]
            accounts.append((arrives, Account(first.answers, _reporter(draw), truth, spot,
                                              first.noisy_place, arrived)))  # fmt: skip
            continue
        name, noisy = _place(draw, spot, places)
        answers = {"day_from": _day(draw, day), "place": name, "event": _kind(draw, kind),
                   "how_known": str(draw.choice(["saw", "heard", "told"]))}  # fmt: skip
        if (count := _count(draw, killed)) is not None:
            answers["killed"] = str(count)
        if draw.random() < 0.6:
            said = actor if draw.random() < 0.95 else str(draw.choice(list(_ACTORS)))
            answers["perpetrator"] = str(draw.choice(_ACTORS[said]))
        accounts.append((arrives, Account(answers, _reporter(draw), truth, spot, noisy, arrived)))
    return accounts


def _reporter(draw: np.random.Generator) -> str:
    return f"m-{int(draw.integers(1, 80))}"


def _day(draw: np.random.Generator, day: int) -> str:
    slip = int(draw.choice([0, -1, 1, -2, 2], p=[0.70, 0.125, 0.125, 0.025, 0.025]))
    return (FIRST_DAY + timedelta(days=day + slip)).isoformat()


def _kind(draw: np.random.Generator, kind: str) -> str:
    chance = draw.random()
    if chance < 0.75:
        return kind
    return str(draw.choice(_TAKEN_FOR[kind] if chance < 0.97 else _KINDS))


def _count(draw: np.random.Generator, killed: int) -> int | None:
    chance = draw.random()
    if chance < 0.2:
        return None
    if chance < 0.65:
        return killed
    return round(killed * float(np.exp(draw.normal(0, 0.35))))


def _place(draw: np.random.Generator, spot: Spot, places: tuple[Spot, ...]) -> tuple[str, bool]:
    """The place as somebody writes it, and whether that is not its name."""
    chance = draw.random()
    if chance < 0.5:
        return spot.name, False
    if chance < 0.7:
        return _mistyped(draw, spot.name), True
    if chance < 0.85:
        return _misheard(draw, spot.name), True
    if chance < 0.95:
        way = _WAYS[int(draw.integers(4))]
        return f"{int(draw.integers(1, 9))} km au {way} de {spot.name}", True
    near = min((one for one in places if one is not spot),
               key=lambda one: (one.longitude - spot.longitude) ** 2
               + (one.latitude - spot.latitude) ** 2)  # fmt: skip
    return near.name, True


def misspelt(draw: np.random.Generator, name: str) -> str:
    """A name as those write it who do not write the name itself, in the shares of the exercise.

    >>> misspelt(np.random.default_rng(2), "Senkoro") != "Senkoro"
    True
    """
    chance = draw.random() * 0.45
    if chance < 0.2:
        return _mistyped(draw, name)
    if chance < 0.35:
        return _misheard(draw, name)
    way = _WAYS[int(draw.integers(4))]
    return f"{int(draw.integers(1, 9))} km au {way} de {name}"


def _mistyped(draw: np.random.Generator, name: str) -> str:
    at = int(draw.integers(1, len(name)))
    slip = int(draw.integers(3))
    if slip == 0:
        return name[:at] + name[at + 1 :]
    if slip == 1:
        return name[:at] + str(draw.choice(list("aeioulnrst"))) + name[at:]
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def _misheard(draw: np.random.Generator, name: str) -> str:
    fits = [(written, heard) for written, heard in _SLIPS if written in name.lower()]
    if not fits:
        return _mistyped(draw, name)
    written, heard = fits[int(draw.integers(len(fits)))]
    return name.lower().replace(written, heard, 1).title()
