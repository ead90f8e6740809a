"""Quiet countries: as many draws are deadly as the chance says, and nobody else's draws change."""

import numpy as np
import pytest

from tocsin.evaluation import UnitMonths
from tocsin.models import pool, returning
from tocsin.models.fitting_returns import GROUPS, fit_returns
from tocsin.models.returning import FEATURES, Returns, features, told_chance, with_returns

HORIZONS = (1, 2, 3, 6, 12)
DRAWS = 4000


def history(seed: int = 3, months: int = 200) -> UnitMonths:
    """Mali at war, Niger and Senegal quiet for a while, Iceland (no neighbour) always."""
    rng = np.random.default_rng(seed)
    values = rng.poisson(0.3, (4, months)).astype(float)
    values[0] = rng.poisson(20, months)
    values[1:3, -6:] = 0
    values[3] = 0
    return UnitMonths("country", "ged_sb", ("MLI", "NER", "SEN", "ISL"), 1, values)


def always(chance: float) -> Returns:
    """Weights that tell one chance whatever the country is like."""
    logit = float(np.log(chance / (1 - chance)))
    return Returns((1,), ((logit, *[0.0] * (len(FEATURES) - 1)),))


@pytest.mark.parametrize("chance", [0.02, 0.25, 0.9])
@pytest.mark.parametrize("share_before", [0.0, 0.5, 1.0])
def test_as_many_draws_are_deadly_as_the_chance_says(chance: float, share_before: float) -> None:
    held = history().until(200)
    before = np.zeros((4, len(HORIZONS), DRAWS), np.int32)
    before[..., : int(share_before * DRAWS)] = 7
    after = with_returns(before, held, HORIZONS, always(chance), 1)
    assert (after[1:] > 0).mean(axis=2) == pytest.approx(chance, abs=1.5 / DRAWS)
    assert (after[0] == before[0]).all(), "a country at war keeps its draws"


def test_a_raised_draw_holds_what_a_first_month_after_quiet_held() -> None:
    whole = history()
    after = with_returns(np.zeros((4, 1, DRAWS), np.int32), whole.until(200), (3,), always(0.3), 1)
    quiet = returning.months_since_deaths(whole.values)[:, :-1] >= returning.LEAST_QUIET
    came = set(whole.values[:, 1:][quiet & (whole.values[:, 1:] > 0)].astype(int))
    assert set(np.unique(after[1:])) - {0} <= came


def test_the_same_seed_gives_the_same_draws_and_nothing_looks_past_the_origin() -> None:
    whole = history()
    longer = UnitMonths("country", "ged_sb", whole.units, 1, whole.values.copy())
    longer.values[:, 150:] += 1000
    short = [pool.Pool().forecast(one.until(150), (1, 6), 200, 4) for one in (whole, longer)]
    assert (short[0] == short[1]).all()


def test_weights_are_found_again_from_what_they_made() -> None:
    rng = np.random.default_rng(5)
    rows = np.column_stack([np.ones(60_000), rng.standard_normal(60_000)])
    horizon = rng.integers(1, 13, 60_000)
    happened = rng.random(60_000) < 1 / (1 + np.exp(-(rows @ [-2.0, 0.8])))
    fitted = fit_returns(rows, happened, horizon)
    assert fitted.first == GROUPS
    assert np.array(fitted.weights) == pytest.approx(np.array([[-2.0, 0.8]] * 4), abs=0.12)


def test_a_neighbour_at_war_raises_the_chance_and_a_country_without_neighbours_has_none() -> None:
    held = history().until(200)
    chance = np.full((4, 1), 0.01)
    rows = features(held, chance, (8,))
    beside = FEATURES.index("deaths a month over a year in the deadliest neighbour, log")
    assert rows[1, 0, beside] > 2
    assert rows[3, 0, beside:].tolist() == [0.0, 0.0, 0.0]
    returns = pool.read_shares("country").returns
    assert returns is not None
    calm = rows.copy()
    calm[1, 0, beside] = 0
    assert (told_chance(rows, (8,), returns) > told_chance(calm, (8,), returns))[1, 0]
