"""Yearly figures about countries: units, periods, pairs, and bad rows."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tocsin.sources import Ingest

UNHCR = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,refugees,asylum_seekers,returned_refugees,idps,"
    "returned_idps,stateless,ooc,oip,hst"
)


def figure(table: pl.DataFrame, unit: str, measure: str, year: int, counterpart: str = "") -> float:
    rows = table.filter(
        (pl.col("unit_id") == unit)
        & (pl.col("measure") == measure)
        & (pl.col("period_from") == date(year, 1, 1))
        & (pl.col("counterpart") == counterpart)
    )
    assert rows.height == 1
    assert rows["period_to"][0] == date(year, 12, 31)
    return float(rows["value"][0])


@pytest.mark.mirror
def test_the_figures_of_the_mirror(store: Any, mirror: Path) -> None:
    names = ("unhcr_population", "idmc_idps", "vdem_core", "wdi_gdp_infmort_pop")
    paths = [mirror / "context" / f"{name}_westafrica.csv" for name in names]
    unhcr, idmc, vdem, bank = Ingest(store.lake).paths(paths)
    displaced = store.table(idmc, "context")
    frozen = [figure(displaced, "BFA", "idps", year) for year in (2023, 2024, 2025)]
    assert len(set(frozen)) == 1
    assert "stood still since 2023" in idmc.snapshot.coverage.note
    refugees = store.table(unhcr, "context")
    assert figure(refugees, "MRT", "refugees", 2023, "MLI") > 50_000
    assert set(refugees["unit"]) == {"persons"}
    assert store.table(vdem, "context")["value"].is_between(0, 1).all()
    wealth = store.table(bank, "context")
    assert figure(wealth, "MLI", "pop", 2022) > 20_000
    assert wealth.filter(pl.col("measure") == "pop")["unit"].unique().to_list() == [
        "thousand persons"
    ]


@pytest.mark.mirror
def test_the_official_years_hold_every_bound(store: Any, mirror: Path) -> None:
    path = mirror / "ucdp" / "organized_violence_country_year_25_1_to_2023.csv.gz"
    (outcome,) = Ingest(store.lake).paths([path])
    table = store.table(outcome, "context")
    assert figure(table, "MLI", "ged_all", 2022) == 3656
    assert figure(table, "MLI", "ged_sb", 2022) == 1440
    assert outcome.snapshot.doubts["low_above_best"] >= 3  # three rows of the file as published
    wide = table.pivot("measure", index=["unit_id", "period_from"], values="value")
    assert (wide["ged_all_low"] <= wide["ged_all"]).all()
    assert (wide["ged_all"] <= wide["ged_all_high"]).all()


def test_who_flees_and_to_where_is_a_pair(store: Any, invented: dict[str, Any]) -> None:
    table = store.table(store.ingest_invented(invented["unhcr"]), "context")
    assert figure(table, "XEX", "idps", 2022, "XEX") == 1200
    assert figure(table, "XEX", "refugees", 2022, "UNK") == 30
    assert "oip" not in table["measure"].unique()  # nobody has counted them


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("22,Hadaria,HAD,XEX,Hadaria,HAD,XEX,0,0,0,1,0,0,0,,0", "date_out_of_range"),
        ("2022.5,Hadaria,HAD,XEX,Hadaria,HAD,XEX,0,0,0,1,0,0,0,,0", "not_whole"),
        ("2022,Hadaria,HAD,,Hadaria,HAD,XEX,0,0,0,1,0,0,0,,0", "missing"),
        ("2022,Hadaria,HAD,XEX,Hadaria,HAD,XEX,-5,0,0,1,0,0,0,,0", "too_small"),
        ("2022,Hadaria,HAD,XEX,Hadaria,HAD,XEX,a lot,0,0,1,0,0,0,,0", "not_a_number"),
    ],
)
def test_a_figure_that_cannot_be_read_is_set_aside(
    store: Any, make_csv: Any, row: str, reason: str
) -> None:
    good = "2021,Hadaria,HAD,XEX,Hadaria,HAD,XEX,0,0,0,1,0,0,0,,0"
    outcome = store.ingest("unhcr.csv", make_csv(UNHCR, good, row), released_on=date(2023, 6, 15))
    aside = outcome.snapshot.set_aside
    assert sum(aside.values()) == 1
    assert set(aside) <= {reason, "negative"}


def test_what_the_compiler_imputed_is_not_a_figure(store: Any, make_csv: Any) -> None:
    header = (
        "iso3,gwcode,year,pop,NY.GDP.MKTP.KD,NY.GDP.MKTP.KD.ZG,NY.GDP.PCAP.KD,NY.GDP.PCAP.KD.ZG,"
        "infmort,infmort_yearadj,infmort_imputed"
    )
    content = make_csv(
        header,
        "XEX,1,2020,3400,2000000000,1.5,571,-0.5,61.2,0.1,False",
        "XEX,1,2021,3500,2000000000,1.5,571,-0.5,60.9,0.1,True",
    )
    outcome = store.ingest("wdi.csv", content, released_on=date(2023, 6, 30))
    table = store.table(outcome, "context").filter(pl.col("measure") == "infmort")
    assert table["value"].to_list() == [61.2]
    assert outcome.snapshot.doubts == {"imputed": 1}
    assert outcome.snapshot.rows_kept == 2


def test_a_decimal_comma_is_read(store: Any) -> None:
    content = "country_text_id;year;v2x_polyarchy;v2x_libdem\r\nXEX;2021;0,25;0,125\r\n"
    outcome = store.ingest("vdem_v13.csv", content, released_on=date(2023, 3, 2))
    table = store.table(outcome, "context").sort("measure")
    assert table["value"].to_list() == [0.125, 0.25]
