"""The panel of real releases: sums that tie with the official country-year file."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tocsin.geo import iso3_of_name
from tocsin.lake import Lake
from tocsin.tables.months import parse_month
from tocsin.workflow import arriving, counting

pytestmark = pytest.mark.mirror
FIRST, LAST = parse_month("2010-01"), parse_month("2023-12")


@pytest.fixture(scope="module")
def lake(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    home = tmp_path_factory.mktemp("store")
    files = [
        mirror / "ucdp" / "ged_25_1_country_month_1989_2024H1.csv.gz",
        mirror / "ucdp" / "ged_25_1_admin1_month_2010_2024H1.parquet",
        *sorted((mirror / "vintages").glob("*.csv.gz")),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_HOME", str(home))
        list(arriving.ingest(files))
    return Lake(home)


def test_yearly_totals_equal_the_official_file(lake: Lake, mirror: Path) -> None:
    panel = counting.build_panel("country", "ged_all", FIRST, LAST, lake=lake)
    held = (
        panel.filter(pl.col("snapshot").str.starts_with("ucdp_country_month/25.1"))
        .with_columns(year=1980 + (pl.col("month") - 1) // 12)
        .group_by("unit_id", "year")
        .agg(pl.col("best").sum())
    )
    official = pl.read_csv(
        mirror / "ucdp" / "organized_violence_country_year_25_1_to_2023.csv.gz",
        infer_schema_length=None,
    ).select(
        pl.col("country_cy").map_elements(iso3_of_name, return_dtype=pl.String).alias("unit_id"),
        pl.col("year_cy").cast(pl.Int32).alias("year"),
        pl.col("cumulative_total_deaths_in_orgvio_best_cy").alias("official"),
    )
    joined = official.join(held, on=["unit_id", "year"]).filter(pl.col("year") >= 2010)
    mali = joined.filter(pl.col("unit_id") == "MLI").sort("year")
    assert mali["best"].to_list() == mali["official"].to_list()
    assert mali.filter(pl.col("year") == 2022)["best"].item() == 3656
    assert joined.height > 1500
    wrong = joined.filter(pl.col("best") != pl.col("official"))
    # The series gives a few events on the border to Nigeria that the official file gives to Niger.
    assert set(wrong["unit_id"]) <= {"NER", "NGA"}
    border = joined.filter(pl.col("unit_id").is_in(["NER", "NGA"])).group_by("year")
    sums = border.agg(pl.col("best").sum(), pl.col("official").sum())
    assert sums["best"].to_list() == sums["official"].to_list()


def test_areas_and_the_unallocated_add_up_to_the_country(lake: Lake) -> None:
    areas = counting.build_panel("admin1", "ged_all", FIRST, LAST, area="MLI", lake=lake)
    country = counting.build_panel("country", "ged_all", FIRST, LAST, area="MLI", lake=lake)
    by_month = areas.group_by("month").agg(pl.col("best").sum()).sort("month")
    assert by_month["best"].to_list() == country.sort("month")["best"].to_list()
    rest = areas.filter(pl.col("unit_id") == "MLI.unallocated")["best"].sum()
    assert 0 < rest < 0.05 * country["best"].sum()


def test_a_strict_as_of_reads_the_vintage_of_its_day(lake: Lake) -> None:
    december = parse_month("2023-12")
    seen = {
        day: counting.build_panel(
            "country", "ged_all", december, december + 3, area="MLI", as_of=day, lake=lake
        )
        for day in (date(2024, 1, 25), date(2024, 1, 26), date(2024, 3, 31))
    }
    known = {day: panel["status"].to_list() for day, panel in seen.items()}
    assert known[date(2024, 1, 25)] == ["unknown"] * 4
    assert known[date(2024, 1, 26)] == ["observed"] + ["unknown"] * 3
    assert known[date(2024, 3, 31)] == ["observed"] * 3 + ["unknown"]
    names = seen[date(2024, 3, 31)]["snapshot"].to_list()
    assert all("2024-03-21" in name for name in names[:3])
    assert not any(panel["reconstructed"].any() for panel in seen.values())
