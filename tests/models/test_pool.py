"""The pool answers any history that a panel can hold, the same way each time."""

import numpy as np
import pytest

from tocsin.evaluation import UnitMonths, with_known_units
from tocsin.models.baselines import COUNT_LIMIT
from tocsin.models.pool import COMPONENTS, HORIZON_GROUPS, STATES, Pool, read_shares, states
from tocsin.models.tails import spread_at, temper
from tocsin.tables.levels import Level

HORIZONS = (1, 14, 36)


def invented(values: np.ndarray, level: Level = "country") -> UnitMonths:
    """An invented panel whose last column is month 300."""
    names = tuple(f"XX{letter}.{row}" for row, letter in enumerate("ABCDEFGHIJ"[: len(values)]))
    return UnitMonths(level, "ged_sb", names, 301 - values.shape[1], values)


def forecast(panel: UnitMonths, draws: int = 40) -> np.ndarray:
    return Pool().forecast(panel.until(300), HORIZONS, draws, seed=5)


@pytest.fixture(scope="module")
def wars() -> np.ndarray:
    """Ten invented units over fifteen years: peace, flare-ups, small and large wars."""
    rng = np.random.default_rng(3)
    level = np.array([0, 0, 0.05, 0.3, 1, 4, 15, 60, 200, 900])[:, None]
    return rng.poisson(level * rng.gamma(1.0, 1.0, (10, 180))).astype(float)


def test_the_same_seed_gives_the_same_bytes(wars: np.ndarray) -> None:
    first, again = forecast(invented(wars)), forecast(invented(wars))
    assert first.tobytes() == again.tobytes()
    assert first.dtype == np.int32
    assert first.shape == (10, 3, 40)
    other = Pool().forecast(invented(wars).until(300), HORIZONS, 40, seed=6)
    assert first.tobytes() != other.tobytes()


def test_larger_wars_are_forecast_larger(wars: np.ndarray) -> None:
    means = forecast(invented(wars), draws=400).mean(axis=(1, 2))
    assert means[9] > means[7] > means[5] > means[2]


def test_two_months_of_data_are_enough() -> None:
    draws = forecast(invented(np.array([[0.0, 0], [3, 5], [40, 900]])))
    assert not draws[0].any()
    assert 0 < np.median(draws[1]) < 20
    assert np.median(draws[2]) < 2000


def test_a_world_at_peace_stays_at_peace() -> None:
    assert not forecast(invented(np.zeros((4, 200)))).any()


def test_gaps_are_unknown_and_do_not_spread(wars: np.ndarray) -> None:
    gappy = wars.copy()
    gappy[:, 50:70] = np.nan
    gappy[4, -3:] = np.nan
    draws = forecast(invented(gappy))
    assert (draws >= 0).all()
    assert draws[9].mean() > 100


def test_a_new_country_is_forecast_from_its_few_months(wars: np.ndarray) -> None:
    young = wars.copy()
    young[8, :-4] = np.nan
    draws = forecast(invented(young))
    assert draws[8].mean() > 10


def test_a_vanished_unit_is_left_out_by_name(wars: np.ndarray) -> None:
    gone = wars.copy()
    gone[6, -13:] = np.nan
    kept, left_out = with_known_units(invented(gone), 300)
    assert left_out == ("XXG.6",)
    assert forecast(kept).shape[0] == 9


def test_absurd_counts_stay_within_what_a_draw_can_hold(wars: np.ndarray) -> None:
    absurd = wars.copy()
    absurd[9, -1] = 1e15
    absurd[8, -6:] = 4e9
    draws = forecast(invented(absurd))
    assert (draws >= 0).all()
    assert (draws <= COUNT_LIMIT).all()
    assert draws[5].mean() < 200  # the others are not drawn up


def test_one_record_of_months_of_war_is_not_carried_forward(wars: np.ndarray) -> None:
    booked = wars.copy()
    booked[7, -2] = 90_000.0
    plain, after = forecast(invented(wars), 400)[7], forecast(invented(booked), 400)[7]
    assert np.quantile(after, 0.9) < 10 * np.quantile(plain, 0.9)


@pytest.mark.parametrize("level", ["country", "admin1"])
def test_the_shares_fit_the_components(level: Level) -> None:
    shares = read_shares(level)
    assert shares.components == tuple(part.name for part in COMPONENTS)
    assert shares.states == STATES
    assert shares.horizon_groups == HORIZON_GROUPS
    assert shares.table().shape == (len(STATES), len(HORIZON_GROUPS), len(shares.components))
    assert (shares.table() >= 0).all()
    assert shares.last_target <= "2017-12"
    assert all(0 < factor <= 1 for _, factor in shares.spread)


def test_states_follow_the_last_year_alone() -> None:
    values = np.zeros((5, 100))
    values[1, -40] = 8  # quiet: deaths within five years
    values[2, -2] = 8  # low
    values[3, -12:] = 10  # war
    values[4, -12:] = 400  # heavy
    found = [STATES[state] for state in states(invented(values).until(300))]
    assert found == ["never", "quiet", "low", "war", "heavy"]


def test_tails_are_drawn_in_only_above_the_median_and_keep_their_order() -> None:
    rng = np.random.default_rng(1)
    draws = rng.integers(0, 5000, (2, 3, 101)).astype(np.int32)
    knots = ((60.0, 1.0), (400.0, 0.7))
    tempered = temper(draws, np.array([10.0, 1000.0]), knots)
    assert tempered[0].tolist() == draws[0].tolist()  # a small war is left as it is
    middle = np.median(draws[1], axis=1)
    assert np.median(tempered[1], axis=1).tolist() == middle.tolist()
    for before, after in zip(draws[1], tempered[1], strict=True):
        assert (np.diff(after[np.argsort(before, kind="stable")]) >= 0).all()
    assert (tempered[1].max(axis=1) < draws[1].max(axis=1)).all()
    assert spread_at(np.array([0.0, 60, 155, 400, 9000]), knots)[[0, 1, 3, 4]].tolist() == [
        1.0,
        1.0,
        0.7,
        0.7,
    ]


def test_no_draw_is_above_what_history_makes_thinkable(wars: np.ndarray) -> None:
    """A war of 900 beside small ones that grew a thousandfold: ratios alone foresee too much."""
    grown = wars.copy()
    grown[5:9, 60:] = np.where(np.arange(60, 180) % 24 < 12, 1, 9000)
    grown[9, -12:] = 25_000
    plain = np.nanmax(grown, axis=1)
    draws = forecast(invented(grown), draws=1000)
    bound = np.minimum(np.maximum(20 * plain, 5000), plain.max())
    assert (draws.max(axis=(1, 2)) <= bound).all()
    assert draws.max() == plain.max(), "nothing was cut: the case does not test the bound"
