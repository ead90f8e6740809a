"""Which countries lie beside which: a table of facts, so that no map need be read to know it."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tocsin.geo import facts
from tocsin.geo.country_codes import countries


@cache
def near_countries() -> dict[str, frozenset[str]]:
    """ISO3 of the countries beside each: borders at most 0.6 degrees apart, straits included.

    Measured once on Natural Earth's boundaries at 1:50 million (public domain), as of today.

    >>> sorted(near_countries()["MLI"])
    ['BFA', 'CIV', 'DZA', 'GIN', 'MRT', 'NER', 'SEN']
    """
    return {row["iso3"]: frozenset(facts.parts(row["near"])) for row in facts.rows("borders.csv")}


def neighbours_of(units: Sequence[str]) -> NDArray[np.bool_]:
    """(U, U) whether two countries, named by ISO3 or by VIEWS id, lie beside each other.

    A country that is not known has no neighbours.

    >>> neighbours_of(["MLI", "NER", "FRA"]).tolist()
    [[False, True, False], [True, False, False], [False, False, False]]
    """
    iso3 = {str(one.views_id): one.iso3 for one in countries() if one.views_id is not None}
    names = [iso3.get(unit, unit) for unit in units]
    place = {name: row for row, name in enumerate(names)}
    beside = np.zeros((len(names), len(names)), np.bool_)
    for row, name in enumerate(names):
        for near in near_countries().get(name, ()):
            if near in place:
                beside[row, place[near]] = True
    return beside
