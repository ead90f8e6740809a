"""Places as people write them: the right one within the first three, of towns and of villages.

The noise is that of the exercise, of those who do not write the name itself: a slip of the finger
45 %, spelt by ear 33 %, so many km from it 22 %. The country is known, as it is in a report. Towns
are GeoNames'; villages are those that events name and GeoNames does not hold (`TOCSIN_MIRROR`).
"""

import os
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.figure import Figure
from tocsin.exercise.reports import misspelt
from tocsin.geo.gazetteer import GEONAMES, Gazetteer, Place
from tocsin.intake.placing import PlaceFinder

COUNTRIES = ("MLI", "BFA", "NER", "TCD", "MRT", "NGA", "CIV", "GHA", "BEN", "TGO", "SEN", "CMR")
SAMPLE = 1500


def measure() -> list[Figure]:
    """Shares of places found within the first three offers."""
    gazetteer = _gazetteer()
    finder = PlaceFinder(gazetteer)
    known = [place for place in gazetteer.places() if place.iso3 in COUNTRIES]
    towns = [place for place in known if place.source == GEONAMES]
    villages = [place for place in known if place.source != GEONAMES]
    figures = [_found("towns of the gazetteer", finder, towns, "95 %")]
    if villages:
        figures.append(_found("villages named by events", finder, villages, "reported apart"))
    return figures


def _found(what: str, finder: PlaceFinder, places: list[Place], target: str) -> Figure:
    draw = np.random.default_rng(61)
    picks = draw.choice(len(places), min(SAMPLE, len(places)), replace=False)
    first = three = 0
    for pick in picks:
        place = places[int(pick)]
        offers = finder.find(misspelt(draw, place.name), place.iso3)
        at = next((n for n, one in enumerate(offers) if one.place == place), 99)
        first, three = first + (at == 0), three + (at < 3)
    share = three / len(picks)
    return Figure(
        f"{what}: right place within the first three, of {len(picks):,} misspelt",
        f"{share:.3f} (first: {first / len(picks):.3f})",
        target,
        met=share >= 0.95 if target.startswith("9") else None,
    )


def _gazetteer() -> Gazetteer:
    """Widened by the events of the mirror, if there is one."""
    mirror = os.environ.get("TOCSIN_MIRROR", "")
    if not mirror or not Path(mirror).is_dir():
        return Gazetteer()
    from tocsin.workflow import arriving, places

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ["TOCSIN_HOME"] = home
        list(arriving.ingest(sorted(Path(mirror).glob("ucdp/GEDEvent*.csv"))))
        return places.known_places()
