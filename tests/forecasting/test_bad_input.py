"""What reality brings: short, silent, broken, new, vanished and absurd series, all answered."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
from tests.forecasting.conftest import FIRST, hold, said, season
from typer.testing import Result

from tocsin.tables.months import parse_month

Tocsin = Callable[..., Result]
MONTHS = parse_month("2024-06") - FIRST + 1
RUN = (
    "forecast", "run", "--as-of", "2024-07-01", "--target", "ged_sb", "--draws", "60",
    "--horizons", "1-4",
)  # fmt: skip
SOUND = {"XAA": season(MONTHS, 40), "XBA": season(MONTHS, 9, 2)}


def give(home: Path, **units: Sequence[int | None]) -> None:
    hold(home, {("country", "ged_sb"): {**SOUND, **units}}, "2024-06-30")


def issued(home: Path) -> pl.DataFrame:
    (folder,) = (home / "forecasts" / "issued").iterdir()
    return pl.read_parquet(folder / "tocsin_country_ged_sb.parquet")


def late(*values: int | None) -> list[int | None]:
    """A series of which only the last months are known."""
    return [None] * (MONTHS - len(values)) + list(values)


def test_two_months_of_data_give_a_forecast(own_store: Path, tocsin: Tocsin) -> None:
    give(own_store, XCA=late(7, 9))
    done = tocsin(*RUN)
    assert done.exit_code == 0, said(done)
    draws = issued(own_store).filter(unit_id="XCA")["samples"].to_numpy()
    assert draws.shape == (4, 60)
    assert 0 < draws.mean() < 100


def test_a_store_of_two_months_gives_a_forecast(own_store: Path, tocsin: Tocsin) -> None:
    hold(own_store, {("country", "ged_sb"): {"XAA": late(3, 5)}}, "2024-06-30")
    done = tocsin(*RUN)
    assert done.exit_code == 0, said(done)
    assert issued(own_store)["unit_id"].unique().to_list() == ["XAA"]


def test_zeros_alone_give_zeros(own_store: Path, tocsin: Tocsin) -> None:
    zeros = {"XAA": [0] * MONTHS, "XBA": [0] * MONTHS}
    hold(own_store, {("country", "ged_sb"): zeros}, "2024-06-30")
    done = tocsin(*RUN)
    assert done.exit_code == 0, said(done)
    assert not issued(own_store)["samples"].to_numpy().any()


def test_a_gap_is_unknown_and_never_zero(own_store: Path, tocsin: Tocsin) -> None:
    broken: list[int | None] = [50] * MONTHS
    broken[-9:-1] = [None] * 8
    give(own_store, XCA=broken)
    assert tocsin(*RUN).exit_code == 0
    draws = issued(own_store).filter(unit_id="XCA")["samples"].to_numpy()
    # With zeros in the gap, two draws in three would be none.
    assert (draws == 0).mean() < 0.4
    held = issued(own_store).filter(unit_id="XCA", horizon=1)
    assert held.height == 1


def test_a_new_country_is_forecast_from_its_first_months(own_store: Path, tocsin: Tocsin) -> None:
    give(own_store, XNA=late(0, 0, 12, 30))
    assert tocsin(*RUN).exit_code == 0
    assert issued(own_store).filter(unit_id="XNA")["samples"].to_numpy().any()


def test_a_deadly_country_that_vanishes_stops_the_issue(own_store: Path, tocsin: Tocsin) -> None:
    give(own_store, XVA=[30] * (MONTHS - 14) + [None] * 14)
    stopped = tocsin(*RUN)
    assert stopped.exit_code == 1
    assert "XVA: it was forecast before, or saw deaths in five years" in said(stopped)
    opened = tocsin(*RUN, "--despite", "the source no longer covers XVA")
    assert opened.exit_code == 0
    assert "XVA" not in issued(own_store)["unit_id"].to_list()
    (issue,) = json.loads(tocsin("forecast", "list", "--json").stdout)
    assert "XVA" in issue["parts"][0]["left_out"]


@pytest.mark.parametrize("absurd", [50_000, 2_000_000_000])
def test_an_absurd_count_stops_the_issue(own_store: Path, tocsin: Tocsin, absurd: int) -> None:
    give(own_store, XCA=[*season(MONTHS, 20)[:-1], absurd])
    stopped = tocsin(*RUN)
    assert stopped.exit_code == 1
    assert f"XCA: a month of the last year counts {absurd} deaths" in said(stopped)
    opened = tocsin(*RUN, "--despite", "confirmed by the source")
    assert opened.exit_code == 0
    # One record is no trend: the forecast does not follow it to the end.
    draws = issued(own_store).filter(unit_id="XCA")["samples"].to_numpy()
    assert draws.mean() < 20_000
    assert draws.min() >= 0


def test_an_origin_of_which_nothing_is_known_is_refused(own_store: Path, tocsin: Tocsin) -> None:
    give(own_store)
    refused = tocsin(*RUN, "--origin", "2031-01")
    assert refused.exit_code == 1
    assert "nothing is known of any area in the year before 2031-01" in said(refused)


def test_an_empty_store_is_told_what_to_do(own_store: Path, tocsin: Tocsin) -> None:
    refused = tocsin(*RUN)
    assert refused.exit_code == 1
    assert "Ingest a release" in said(refused)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("--level", "village"), "no level is named 'village'"),
        (("--target", "ged_x"), "no target is named 'ged_x'"),
        (("--model", "oracle"), "no model of level country is named oracle"),
        (("--horizons", "0-3"), "not a list of horizons"),
        (("--as-of", "yesterday"), "is not a date"),
        (("--origin", "June"), "is not a month"),
    ],
)
def test_words_that_make_no_sense_are_usage_errors(
    own_store: Path, tocsin: Tocsin, words: tuple[str, str], answer: str
) -> None:
    give(own_store)
    refused = tocsin(*RUN, *words)
    assert refused.exit_code == 2
    assert answer in said(refused)
