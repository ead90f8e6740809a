"""Area names: what UCDP publishes leads to the unit it counts."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import UnknownName
from tocsin.geo import (
    admin1_of_name,
    countries,
    country_by,
    divisions,
    iso3_of_name,
    require_unit,
    unit_name,
    units,
    units_without_polygon,
)

REVIEWED = [each.iso3 for each in countries() if each.group]


def test_every_country_of_the_region_has_areas() -> None:
    assert len(REVIEWED) == 24
    assert [iso3 for iso3 in REVIEWED if not units(iso3)] == []


def test_an_area_is_counted_in_a_unit_of_its_country() -> None:
    for iso3 in REVIEWED:
        known = set(units(iso3))
        for area in divisions(iso3):
            assert area.counted_in in known
            assert set(area.ground_of) <= known
            assert not (area.parts and area.ground_of), "a shape or somebody else's ground"


def test_no_part_belongs_to_two_units_on_one_day() -> None:
    days = [date(2010, 1, 1), date(2013, 1, 1), date(2017, 1, 1), date(2024, 1, 1)]
    for iso3 in REVIEWED:
        for day in days:
            parts = [part for area in divisions(iso3, day) for part in area.parts]
            assert len(parts) == len(set(parts)), (iso3, day)


def test_mali_before_and_after_its_divisions() -> None:
    assert "MLI.menaka" not in units("MLI", date(2016, 1, 18))
    assert "MLI.menaka" in units("MLI", date(2016, 1, 19))
    assert units_without_polygon("MLI", date(2016, 1, 18)) == ()
    assert units_without_polygon("MLI", date(2024, 1, 1)) == ("MLI.menaka",)
    official = {area.name_fr for area in divisions("MLI", date(2023, 3, 13))}
    assert len(official) == 20
    assert {"Taoudénit", "Bandiagara", "Nioro"} <= official
    assert admin1_of_name("MLI", "Bandiagara") == "MLI.mopti"


def test_burkina_faso_has_thirteen_regions_of_forty_five_provinces() -> None:
    regions = divisions("BFA")
    assert len(regions) == 13
    assert sum(len(region.parts) for region in regions) == 45


@pytest.mark.parametrize(
    ("iso3", "published", "unit"),
    [
        ("MLI", "Segou region", "MLI.segou"),
        ("MLI", "Ségou", "MLI.segou"),
        ("MLI", "Timbuktu", "MLI.tombouctou"),
        ("MLI", "MÉNAKA REGION", "MLI.menaka"),
        ("BFA", "Hauts Bassins region", "BFA.hauts-bassins"),
        ("CAF", "Ouham-Pendé province", "CAF.ouham-pende"),
        ("CAF", "Ouham-Pendé prefecture", "CAF.ouham-pende"),
        ("CIV", "Moyen-Cavally district", "CIV.montagnes"),
        ("SDN", "Northern Darfur state", "SDN.north-darfur"),
        ("NGA", "Federal Capital territory", "NGA.federal-capital-territory"),
        ("RUS", "Moscow gorod", "RUS.moscow-gorod"),
        ("RUS", "Moscow oblast", "RUS.moscow"),
        ("MLI", "Gotham", None),
        ("MLI", "", None),
        ("SOM", " ", None),
    ],
)
def test_published_names(iso3: str, published: str, unit: str | None) -> None:
    assert admin1_of_name(iso3, published) == unit


@given(st.text(max_size=40))
def test_any_text_is_a_unit_or_none(published: str) -> None:
    reviewed = admin1_of_name("MLI", published)
    assert reviewed is None or reviewed in units("MLI")
    elsewhere = admin1_of_name("SOM", published)
    assert elsewhere is None or elsewhere.startswith("SOM.")


def test_names_in_both_languages() -> None:
    assert unit_name("CMR.extreme-nord", "en") == "Far North"
    assert unit_name("CMR.extreme-nord", "fr") == "Extrême-Nord"
    assert unit_name("MLI", "fr") == country_by(iso3="MLI").name_fr
    assert unit_name("147945", "fr") == "147945"
    with pytest.raises(UnknownName):
        unit_name("ZZZ.somewhere", "en")
    with pytest.raises(UnknownName, match=r"Areas of MLI: MLI\.bamako"):
        require_unit("MLI.atlantis")


@pytest.mark.mirror
def test_every_area_of_the_panel_has_a_unit(mirror: Path) -> None:
    panel = pl.read_parquet(mirror / "ucdp/ged_25_1_admin1_month_2010_2024H1.parquet")
    published: dict[str, set[str]] = defaultdict(set)
    for country, full in panel.select("country", "unit").unique().iter_rows():
        iso3 = iso3_of_name(country)
        assert iso3 is not None, country
        unit = admin1_of_name(iso3, full.split(" | ")[1])
        assert unit is not None, full
        require_unit(unit)
        published[unit].add(full)
    # Outside the region, only names that were reviewed may fall together.
    together = {unit for unit, names in published.items() if len(names) > 1}
    outside = {unit for unit in together if unit[:3] not in REVIEWED}
    assert outside == {
        "COD.kinshasa",
        "COD.kongo-central",
        "IND.odisha",
        "IRQ.sulaymaniyah",
        "PHL.davao-de-oro",
        "UKR.kyiv-special-republican-city",
        "YEM.aden",
        "YEM.bayda",
        "YEM.dali",
        "YEM.hudaydah",
        "YEM.marib",
        "YEM.taiz",
    }


@pytest.mark.mirror
def test_areas_are_published_only_while_they_exist(mirror: Path) -> None:
    """UCDP uses a new area from the year in which it was made: our dates say the same."""
    panel = pl.read_parquet(mirror / "ucdp/ged_25_1_admin1_month_2010_2024H1.parquet")
    new = {"MLI.menaka", "CAF.lim-pende", "CAF.mambere", "CAF.ouham-fafa", "SDN.west-kordofan"}
    seen = set()
    for country, full, month in panel.select("country", "unit", "month").iter_rows():
        iso3 = iso3_of_name(country)
        unit = admin1_of_name(str(iso3), full.split(" | ")[1])
        if unit in new:
            year, number = (int(part) for part in month.split("-"))
            assert unit in units(unit[:3], date(year, number, 28)), full
            seen.add(unit)
    assert seen == new
