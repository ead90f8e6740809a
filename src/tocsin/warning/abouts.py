"""What a problem can be about, and where that lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin import geo
from tocsin.errors import UnknownName
from tocsin.tables.bodies import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tocsin.tables.levels import Level
    from tocsin.tables.statements import Statement
    from tocsin.warning.evidence import Evidence
    from tocsin.warning.problems import Problem

UNALLOCATED = ".unallocated"


@dataclass(frozen=True)
class About:
    """A unit, or a subject of the ledger, with the area and the country in which it lies."""

    id: str
    area: str
    country: str
    name: Words


def countries_of(names: Sequence[str]) -> frozenset[str]:
    """ISO3 codes of countries and regions; empty for everywhere."""
    regions = geo.regions()
    return frozenset(code for name in names for code in regions.get(name, (name,)))


def abouts_of(problem: Problem, evidence: Evidence, clock: datetime) -> list[About]:
    """Everything that a problem is about, as known at a clock, in the order of its ids."""
    where = problem.where
    wanted = countries_of(where.countries)
    found = (
        _subjects(where.kind, where.filter, evidence, clock)
        if where.kind
        else _units(where.level or "country", evidence, clock)
    )
    return [each for each in found if not wanted or each.country in wanted]


def _units(level: Level, evidence: Evidence, clock: datetime) -> list[About]:
    """Units that are counted, and those that an alert or a report from the field names: an area
    without any counts is warned all the same."""
    counted = {
        unit for (at, _), held in evidence.counts.items() if at == level for unit in held.units
    }
    alerted = {
        area
        for one in evidence.by_kind.get("alert", ())
        if evidence.counting_at(one, clock)
        for area in evidence.places.areas(one)
        if ("." in area) == (level == "admin1")
    }
    told = {
        one.area
        for one in evidence.reports
        if one.start <= clock < one.end and ("." in one.area) == (level == "admin1")
    }
    units = sorted(counted | alerted | told)
    return [
        About(unit, unit, unit[:3], name_of(unit))
        for unit in units
        if not unit.endswith(UNALLOCATED)
    ]


def name_of(unit: str) -> Words:
    """The name of an area in both languages."""
    if len(unit) == 3:
        try:
            country = geo.country_by(iso3=unit)
        except UnknownName:
            return Words(unit, unit)
        return Words(country.name_fr, country.name_en)
    return Words(geo.unit_name(unit, "fr"), geo.unit_name(unit, "en"))


def _subjects(
    kind: str, where: Mapping[str, tuple[str, ...]], evidence: Evidence, clock: datetime
) -> list[About]:
    from tocsin.warning.evidence import holds  # noqa: PLC0415  (tables, which a message needs not)

    found: dict[str, About] = {}
    for one in evidence.latest_on_each(kind, clock):
        if holds(one, where):
            found[one.subject] = about_of_statement(one, evidence)
    return [found[subject] for subject in sorted(found)]


def about_of_statement(one: Statement, evidence: Evidence) -> About:
    """The subject of a statement as something to warn about."""
    countries = sorted(evidence.places.countries(one))
    area = getattr(one.body, "area", "") or (countries[0] if countries else "")
    words = next(
        (
            value
            for name in ("place", "title", "name")
            if isinstance(value := getattr(one.body, name, None), Words)
        ),
        Words(one.subject, one.subject),
    )
    return About(one.subject, area, area[:3] or (countries[0] if countries else ""), words)
