"""Unit-month series: what ties to what, and what must not be believed."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tocsin.errors import SourceChanged, UsageError
from tocsin.sources import Ingest
from tocsin.tables.months import parse_month

COUNTRY_MONTH = (
    "country_iso3,year_month,ucdp_event_count,ucdp_fatalities_best,ucdp_state_based_events,"
    "ucdp_non_state_events,ucdp_one_sided_events,note"
)
MIRRORED = {
    "country": "ucdp/ged_25_1_country_month_1989_2024H1.csv.gz",
    "admin1": "ucdp/ged_25_1_admin1_month_2010_2024H1.parquet",
    "years": "ucdp/organized_violence_country_year_25_1_to_2023.csv.gz",
    "views": "views_challenge/country_month_ged_sb_1990_01_to_2022_12.parquet",
    "actuals": "views_challenge/country_month_actuals_Y2018_Y2022.parquet",
    "grid": "views_challenge/priogrid_month_actuals_Y2018_Y2020.parquet",
}


def ingested(store: Any, mirror: Path, *names: str) -> list[Any]:
    return list(Ingest(store.lake).paths([mirror / name for name in names]))


def yearly(series: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Sums by unit and calendar year."""
    year = ((pl.col("month") - 1) // 12 + 1980).alias("year")
    return (
        series.filter(pl.col("measure") == measure)
        .group_by("unit_id", year)
        .agg(pl.col("value").sum())
    )


@pytest.mark.mirror
def test_country_months_add_up_to_the_official_years(store: Any, mirror: Path) -> None:
    """2010 to 2023, every country that both hold; Niger and Nigeria, told apart by the compiler
    from the sums of Niger's areas, only together."""
    months, years = ingested(store, mirror, MIRRORED["country"], MIRRORED["years"])
    ours = yearly(store.table(months, "series"), "ged_all")
    official = (
        store.table(years, "context")
        .filter(pl.col("measure") == "ged_all")
        .select(
            "unit_id", pl.col("period_from").dt.year().alias("year"), pl.col("value").cast(pl.Int64)
        )
    )
    both = ours.join(official, on=["unit_id", "year"], suffix="_official").filter(
        pl.col("year").is_between(2010, 2023)
    )
    assert both.height > 1_500
    mali = both.filter((pl.col("unit_id") == "MLI") & (pl.col("year") == 2022))
    assert mali["value"].to_list() == [3656]
    apart = both.filter(pl.col("value") != pl.col("value_official"))
    assert set(apart["unit_id"]) <= {"NER", "NGA"}
    assert apart["value"].sum() == apart["value_official"].sum()
    assert (apart["value"] - apart["value_official"]).abs().max() <= 16


@pytest.mark.mirror
def test_nigeria_with_niger_is_unknown_for_both(store: Any, mirror: Path) -> None:
    (outcome,) = ingested(store, mirror, MIRRORED["country"])
    early = store.table(outcome, "series").filter(
        pl.col("unit_id").is_in(["NER", "NGA"]) & (pl.col("month") < parse_month("2010-01"))
    )
    assert early.is_empty()
    assert outcome.snapshot.set_aside == {"two_areas_in_one": 252}
    assert not outcome.snapshot.coverage.silence_is_zero


@pytest.mark.mirror
def test_areas_stay_just_below_their_country(store: Any, mirror: Path) -> None:
    months, areas = ingested(store, mirror, MIRRORED["country"], MIRRORED["admin1"])
    country = yearly(store.table(months, "series"), "ged_all")
    parts = (
        yearly(store.table(areas, "series"), "ged_all")
        .group_by(pl.col("unit_id").str.slice(0, 3), "year")
        .agg(pl.col("value").sum())
    )
    both = parts.join(country, on=["unit_id", "year"], suffix="_country").filter(
        pl.col("unit_id").is_in(["MLI", "BFA", "NER"]) & pl.col("year").is_between(2010, 2023)
    )
    total = both.group_by("unit_id").agg(pl.col("value").sum(), pl.col("value_country").sum())
    share = total.select(1 - pl.col("value") / pl.col("value_country")).to_series()
    assert share.is_between(0, 0.027).all()
    assert (both["value"] <= both["value_country"]).all()


@pytest.mark.mirror
def test_areas_are_known_where_the_file_names_the_country(store: Any, mirror: Path) -> None:
    (outcome,) = ingested(store, mirror, MIRRORED["admin1"])
    coverage = outcome.snapshot.coverage
    assert len(coverage.units) == 55
    assert not {"TGO", "MRT", "GHA", "SEN", "GIN"} & set(coverage.units)
    assert coverage.silence_is_zero
    assert (coverage.month_from, coverage.month_to) == (361, 534)
    units = store.table(outcome, "series")["unit_id"].unique()
    assert {"MLI.mopti", "MLI.menaka", "BFA.sahel", "NER.tillaberi"} <= set(units)


@pytest.mark.mirror
def test_the_challenge_counts_agree_with_each_other(store: Any, mirror: Path) -> None:
    series, actuals, grid = ingested(
        store, mirror, MIRRORED["views"], MIRRORED["actuals"], MIRRORED["grid"]
    )
    assert {each.status for each in (series, actuals, grid)} == {"kept"}
    key = ["unit_id", "month", "measure"]
    both = store.table(series, "series").join(store.table(actuals, "series"), on=key)
    assert both.height == 11_460
    assert (both["value"] == both["value_right"]).all()
    cells = store.table(grid, "series")
    assert cells["unit_id"].n_unique() == 13_110
    assert cells["level"].unique().to_list() == ["priogrid"]


@pytest.mark.mirror
def test_vintages_grow_by_a_month_and_keep_their_dates(store: Any, mirror: Path) -> None:
    files = sorted((mirror / "vintages").glob("*.csv.gz"))
    outcomes = list(Ingest(store.lake).paths(files))
    released = [each.snapshot.released_on.isoformat() for each in outcomes]
    assert released == sorted(released)
    assert released[0] == "2024-01-26"
    lasts = [each.snapshot.coverage.month_to for each in outcomes]
    assert lasts == list(range(lasts[0], lasts[0] + 6))
    assert not any(each.snapshot.coverage.complete for each in outcomes)
    mali = [
        store.table(each, "series").filter(
            (pl.col("unit_id") == "MLI") & (pl.col("month") == parse_month("2023-12"))
        )["value"][0]
        for each in outcomes
    ]
    assert len(mali) == 6  # revised or not, each vintage keeps what it said


# --- what must not be believed ---------------------------------------------------------------


def test_parts_that_do_not_add_up_are_set_aside(store: Any, make_csv: Any) -> None:
    content = make_csv(COUNTRY_MONTH, "XEX,2023-05,3,12,1,1,1,", "XEX,2023-06,3,12,1,1,0,")
    outcome = store.ingest("ged_25_1_country_month.csv", content)
    assert outcome.snapshot.set_aside == {"sum_differs": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("XEX,2023-13,0,0,0,0,0,", "not_a_date"),
        ("XEX,May 2023,0,0,0,0,0,", "not_a_date"),
        ("XEX,1988-12,0,0,0,0,0,", "date_out_of_range"),
        ("XEX,2025-07,0,0,0,0,0,", "date_out_of_range"),
        ("Hadaria,2023-05,0,0,0,0,0,", "unknown_place"),
        ("QQQ,2023-05,0,0,0,0,0,", "unknown_place"),
        ("XEX,2023-05,1.5,0,0,0,0,", "not_whole"),
        ("XEX,2023-05,0,-3,0,0,0,", "negative"),
        ("XEX,2023-05,0,,0,0,0,", "missing"),
        (",2023-05,0,0,0,0,0,", "missing"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside_with_its_line(
    store: Any, make_csv: Any, row: str, reason: str
) -> None:
    content = make_csv(COUNTRY_MONTH, "XEX,2023-04,0,0,0,0,0,", row)
    outcome = store.ingest("ged_25_1_country_month.csv", content)
    assert outcome.snapshot.set_aside == {reason: 1}
    (reject,) = store.table(outcome, "rejects").to_dicts()
    assert (reject["row"], reject["line"], reject["reason"]) == (3, 3, reason)


def test_names_that_mean_one_area_are_added(store: Any, tmp_path: Path) -> None:
    path = tmp_path / "ged_25_1_admin1_month.parquet"
    pl.DataFrame(
        {
            "country": ["Mali", "Mali"],
            "unit": ["Mali | Segou region", "Mali | Ségou region"],
            "month": ["2023-05", "2023-05"],
            **{name: [0, 0] for name in ("n_events", "n_sb", "n_ns", "n_os", "deaths")},
        }
    ).write_parquet(path)
    (outcome,) = Ingest(store.lake).paths([path])
    assert store.table(outcome, "series")["unit_id"].unique().to_list() == ["MLI.segou"]
    assert outcome.snapshot.rows_kept == 2


def test_a_country_that_nobody_knows_is_a_change(store: Any, make_csv: Any) -> None:
    known = "Mali,Niger,Chad,Togo,Ghana,Benin,Senegal,Guinea,Gambia,Nigeria,Cameroon,Algeria,Libya"
    known += ",Egypt,Sudan,Kenya,Uganda,Angola,Zambia,Nepal"
    header = f"Unnamed: 0,{known},Atlantis"
    with pytest.raises(SourceChanged, match="Atlantis"):
        store.ingest("deaths_as_of_2024-01-26.csv", make_csv(header, "2023-12-31" + ",0" * 21))
    twice = f"Unnamed: 0,{known},MLI"  # the same country under its code
    with pytest.raises(SourceChanged, match="MLI"):
        store.ingest("deaths_as_of_2024-01-26.csv", make_csv(twice, "2023-12-31" + ",0" * 21))


def test_a_vintage_without_a_date_asks_for_it(store: Any, invented: dict[str, Any]) -> None:
    content = invented["country_month_vintages"].content
    with pytest.raises(UsageError, match="release date"):
        store.ingest("wide.csv", content)


def test_an_empty_cell_is_unknown_not_zero(store: Any, invented: dict[str, Any]) -> None:
    outcome = store.ingest_invented(invented["country_month_vintages"])
    hadaria = store.table(outcome, "series").filter(pl.col("unit_id") == "XEX")
    assert hadaria["value"].to_list() == [14]


def test_a_cell_beyond_the_world_is_set_aside(store: Any, tmp_path: Path) -> None:
    path = tmp_path / "pgm_actuals_2022.parquet"
    pl.DataFrame(
        {"month_id": [505, 505], "priogrid_gid": [259_200, 259_201], "ged_sb": [0, 0]}
    ).write_parquet(path)
    (outcome,) = Ingest(store.lake).paths([path])
    assert outcome.snapshot.set_aside == {"too_large": 1}
