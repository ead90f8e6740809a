"""Reviewed facts about places, one CSV file each, kept beside this module."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from importlib.resources import files


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one file, every field as text.

    >>> next(rows("countries.csv"))["iso3"]
    'ABW'
    """
    text = (files("tocsin.geo.facts") / name).read_text(encoding="utf-8")
    yield from csv.DictReader(io.StringIO(text))


def parts(text: str) -> tuple[str, ...]:
    """A field that holds several values.

    >>> parts("Soum;Yagha")
    ('Soum', 'Yagha')
    """
    return tuple(part for part in text.split(";") if part)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def number(text: str) -> int | None:
    return int(text) if text else None


def holds(on: date, start: date | None, end: date | None) -> bool:
    """Whether a period, open where it has no day, includes `on`."""
    return (start is None or start <= on) and (end is None or on <= end)
