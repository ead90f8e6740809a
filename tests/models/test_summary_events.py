"""Records that book months of war at once: known by their dates, or by the series' shape."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tocsin.errors import ShapeMismatch
from tocsin.evaluation import UnitMonths
from tocsin.models.memory import cap_summary_events
from tocsin.models.summary_events import are_summaries, spread_summary_events
from tocsin.tables.months import parse_month

FIRST = parse_month("2001-01")


def days(*text: str) -> np.ndarray:
    return np.array(text, dtype="datetime64[D]")


def panel(values: list[float]) -> UnitMonths:
    """An invented country from January 2001 on."""
    return UnitMonths("country", "ged_sb", ("XXA",), FIRST, np.array([values], dtype=float))


def test_a_record_of_months_is_spread_over_its_days() -> None:
    held = panel([10, 10, 10, 10, 1220, 10])
    spread = spread_summary_events(
        held, ["XXA"], days("2001-02-01"), days("2001-05-31"), np.array([1200.0])
    )
    assert spread.values[0].round(6).tolist() == [10, 290, 320, 310, 330, 10]
    assert spread.values.sum() == pytest.approx(held.values.sum())
    assert held.values[0, 4] == 1220  # truth is left as it was


def test_short_or_small_records_are_no_summaries() -> None:
    found = are_summaries(
        days("2001-01-01", "2001-01-01", "2001-01-01"),
        days("2001-02-20", "2001-12-31", "2001-03-02"),
        np.array([90_000.0, 99.0, 100.0]),
    )
    assert found.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("unit", "end", "deaths"),
    [("XXB", "2001-05-31", 1200.0), ("XXA", "2009-05-31", 1200.0), ("XXA", "2001-05-31", 1300.0)],
    ids=["unit not held", "after the last month", "more than the month counts"],
)
def test_what_the_series_does_not_hold_is_left_alone(unit: str, end: str, deaths: float) -> None:
    held = panel([10, 10, 10, 10, 1220, 10])
    spread = spread_summary_events(held, [unit], days("2001-02-01"), days(end), np.array([deaths]))
    assert spread.values.tolist() == held.values.tolist()


def test_deaths_before_the_first_month_or_in_unknown_ones_are_not_lost() -> None:
    held = panel([np.nan, 0, 0, 900])
    spread = spread_summary_events(
        held, ["XXA"], days("2000-06-01"), days("2001-04-30"), np.array([900.0])
    )
    assert np.isnan(spread.values[0, 0])
    assert np.nansum(spread.values) == pytest.approx(900)


def test_columns_that_differ_in_length_are_refused() -> None:
    with pytest.raises(ShapeMismatch):
        spread_summary_events(panel([1]), ["XXA"], days(), days(), np.array([]))


def test_the_shape_of_a_series_gives_a_record_away_too() -> None:
    war = [400.0] * 24
    war[12] = 30_000
    assert cap_summary_events(np.array([war]))[0, 12] == 2000
    # A war that grows to such numbers and stays there is no record.
    assert cap_summary_events(np.array([[400.0] * 12 + [9000.0] * 12])).max() == 9000


@pytest.mark.mirror
def test_both_rules_on_real_records_before_2018(mirror: Path) -> None:
    with zipfile.ZipFile(mirror / "ucdp" / "ged191_layout_fixture.zip") as held:
        rows = list(csv.DictReader(io.StringIO(held.read("ged191.csv").decode())))
    units = [row["country"] for row in rows]
    start, end = (
        np.array([row[name][:10] for row in rows], dtype="datetime64[D]")
        for name in ("date_start", "date_end")
    )
    deaths = np.array([float(row["best"]) for row in rows])
    summaries = are_summaries(start, end, deaths)
    assert summaries.sum() == 6
    assert deaths[summaries].max() == 1000
    month = end.astype("datetime64[M]").astype(int) - np.datetime64("1989-01", "M").astype(int)
    values = np.zeros((1, 360))
    myanmar = np.array([unit.startswith("Myanmar") for unit in units])
    np.add.at(values[0], month[myanmar], deaths[myanmar])
    held_panel = UnitMonths(
        "country", "ged_all", (units[int(myanmar.argmax())],), FIRST - 144, values
    )
    spread = spread_summary_events(held_panel, units, start, end, deaths)
    assert spread.values.sum() == pytest.approx(values.sum())
    december_1995 = 12 * 6 + 11
    assert values[0, december_1995] >= 1000 > 300 > spread.values[0, december_1995]
    # By its shape alone the record is too small to be told from a bad month.
    assert cap_summary_events(values)[0, december_1995] == values[0, december_1995]
