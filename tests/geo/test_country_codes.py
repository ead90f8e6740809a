"""Countries: every name and code that a source publishes leads to one country."""

import csv
import gzip
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tocsin.errors import UnknownName, UsageError
from tocsin.geo import EXERCISE, countries, country_by, iso3_of_name, region, regions


def test_codes_are_unique_within_each_scheme() -> None:
    for scheme in ("iso3", "iso2", "m49", "gw", "cow", "views_id"):
        codes = [code for each in countries() if (code := getattr(each, scheme)) is not None]
        assert len(codes) == len(set(codes)), scheme


def test_no_name_means_two_countries() -> None:
    for country in countries():
        for name in (country.iso3, country.name_en, country.name_fr, *country.aliases):
            assert country_by(name=name) == country, name


@pytest.mark.parametrize(
    ("published", "iso3"),
    [
        ("DR Congo (Zaire)", "COD"),
        ("Congo", "COG"),
        ("Yemen (North Yemen)", "YEM"),
        ("Bosnia-Herzegovina", "BIH"),
        ("Macedonia, FYR", "MKD"),
        ("Kingdom of eSwatini (Swaziland)", "SWZ"),
        ("cote d'ivoire", "CIV"),
        ("CÔTE D’IVOIRE", "CIV"),
        ("Ivory Coast", "CIV"),
        ("Serbia (Yugoslavia)", "SRB"),
    ],
)
def test_published_names(published: str, iso3: str) -> None:
    assert iso3_of_name(published) == iso3


def test_states_that_begin_and_end() -> None:
    before, after = date(2011, 7, 8), date(2011, 7, 9)
    assert "SSD" not in {each.iso3 for each in countries(before)}
    assert "SSD" in {each.iso3 for each in countries(after)}
    assert country_by(name="German Democratic Republic").valid_to == date(1990, 10, 2)


def test_codes_that_changed_hands() -> None:
    assert country_by(gw=340).iso3 == "SRB"
    assert country_by(gw=345).iso3 == "SRB"
    assert country_by(cow=678).iso3 == country_by(cow=679).iso3 == "YEM"
    assert country_by(gw=680, on=date(1989, 5, 1)).iso3 == "YMD"


def test_unknown_name_offers_near_ones() -> None:
    with pytest.raises(UnknownName, match="Did you mean MLI"):
        country_by(name="Malli")
    with pytest.raises(UsageError):
        country_by(iso3="MLI", gw=432)


def test_the_exercise_country_is_no_country_of_the_world() -> None:
    assert country_by(iso3="XEX") is EXERCISE
    assert EXERCISE not in countries()
    assert EXERCISE.m49 is EXERCISE.gw is EXERCISE.views_id is None


def test_membership_has_dates() -> None:
    assert region("SAHEL") == ("BFA", "MLI", "MRT", "NER", "TCD")
    assert "MLI" in regions(date(2025, 1, 28))["ECOWAS"]
    assert "MLI" not in regions(date(2025, 1, 30))["ECOWAS"]
    assert len(regions(date(2024, 6, 1))["ECOWAS"]) == 15
    assert "MRT" not in regions(date(2010, 1, 1))["ECOWAS"]
    with pytest.raises(UnknownName, match="Known regions: SAHEL"):
        region("ATLANTIS")


@pytest.mark.mirror
def test_every_views_country_and_its_id(mirror: Path) -> None:
    listed = pl.read_csv(mirror / "views_challenge/country_list.csv")
    assert listed.height == 191
    for row in listed.iter_rows(named=True):
        assert country_by(name=row["name"]).views_id == row["country_id"]
        assert country_by(views_id=row["country_id"]).views_id == row["country_id"]


@pytest.mark.mirror
def test_reviewed_codes_of_the_region(mirror: Path) -> None:
    reviewed = pl.read_csv(mirror / "context/country_codes_westafrica.csv")
    assert reviewed.height == 24
    for row in reviewed.iter_rows(named=True):
        country = country_by(iso3=row["iso3"])
        assert country.views_id == row["views_country_id"]
        for column in ("iso2", "m49", "gw", "cow", "name_en", "name_fr", "group"):
            assert getattr(country, column) == row[column], (row["iso3"], column)


@pytest.mark.mirror
def test_every_country_name_that_ucdp_publishes(mirror: Path) -> None:
    names = set(pl.read_parquet(mirror / "ucdp/ged_21_1_events_slim_1989_2020.parquet")["country"])
    panel = pl.read_parquet(mirror / "ucdp/ged_25_1_admin1_month_2010_2024H1.parquet")
    names |= set(panel["country"])
    for path in sorted((mirror / "vintages").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as opened:
            names |= set(next(csv.reader(opened))[1:])
    assert len(names) > 120
    assert {name for name in names if iso3_of_name(name) is None} == set()


@pytest.mark.mirror
def test_ucdp_names_and_numbers_agree(mirror: Path) -> None:
    yearly = pl.read_csv(
        mirror / "ucdp/organized_violence_country_year_25_1_to_2023.csv.gz",
        columns=["country_id_cy", "country_cy"],
    ).unique()
    assert yearly.height > 190
    for number, name in yearly.iter_rows():
        assert country_by(gw=number) == country_by(name=name), name
