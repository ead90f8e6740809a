"""The exercise as files, such as an analyst would be given: a table, a mapping, boundaries."""

import json

from tocsin.exercise.country import ISO3, NAME, boundaries
from tocsin.exercise.violence import FIRST_MONTH, LAST_MONTH, events
from tocsin.tables.months import month_text

_MAPPING = f"""\
# How to read hadaria-events.csv. Everything in it is invented: an exercise.
title: "EXERCISE: invented events in {NAME}"
publisher: Tocsin (exercise)
licence: CC0 1.0
citation: "Tocsin exercise data: an invented country. Nothing here happened."
version: "1"
released_on: "2024-08-01"
exercise: true
columns:
  event_id: id
  violence: kind
  date_start: start
  date_end: end
  country: country
  iso3: iso3
  admin1: region
  place: place
  latitude: lat
  longitude: lon
  side_a: side_a
  side_b: side_b
  low: low
  best: best
  high: high
constants:
  where_prec: "1"
  date_prec: "1"
violence:
  state-based: sb
  non-state: ns
  one-sided: os
covers:
  month_from: {month_text(FIRST_MONTH)}
  month_to: {month_text(LAST_MONTH)}
  countries: [{ISO3}]
"""

_READ_ME = f"""\
{NAME} is an invented country: an exercise. Un pays inventé : un exercice.

  tocsin ingest hadaria-events.csv
  tocsin places add hadaria-regions.geojson --country {ISO3} --level admin1
  tocsin brief {ISO3} --as-of 2023-06-30 --reconstruct --lang fr --out .
"""


def files() -> dict[str, bytes]:
    """File name to content; the same bytes every time.

    >>> sorted(files())[:2]
    ['READ-ME.txt', 'hadaria-events.csv']
    """
    return {
        "READ-ME.txt": _READ_ME.encode(),
        "hadaria-events.csv": events().write_csv().encode(),
        "hadaria-events.csv.mapping.yml": _MAPPING.encode(),
        "hadaria-regions.geojson": json.dumps(boundaries(), ensure_ascii=False, indent=1).encode(),
    }
