"""The grid's pool: zeros where nothing came near, the same bytes however the work is cut."""

import numpy as np
import pytest
from tests.models.invented_grid import SIDE, ocean

from tocsin.evaluation import History, UnitMonths
from tocsin.models import grid
from tocsin.models.baselines import NeighbourConflictology
from tocsin.models.grid_forest import Forest, Leaves
from tocsin.models.grid_memory import GridMemory
from tocsin.models.neighbourhood import Neighbourhood

HORIZONS = (1, 2, 3, 6)
POOL = grid.GridPool(forest=Forest(trees=20))


def past(panel: UnitMonths | None = None) -> History:
    panel = panel or ocean()
    return panel.until(panel.last_month)


def drawn(history: History, pool: grid.GridPool = POOL, seed: int = 1) -> np.ndarray:
    return pool.forecast(history, HORIZONS, 100, seed)


def test_neighbours_are_summed_like_a_loop_over_squares() -> None:
    panel = ocean(months=5)
    found = Neighbourhood.of(panel.units).summed(panel.values, 2)
    square = panel.values.reshape(SIDE, SIDE, 5)
    for row, column in ((0, 0), (5, 5), (17, 9)):
        near = square[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
        np.testing.assert_array_equal(found[row * SIDE + column], near.sum(axis=(0, 1)))


def test_columns_meet_at_the_date_line_and_rows_end_at_the_poles() -> None:
    found = Neighbourhood.of(["720", "1", "259200"])
    assert set(found.beside(np.array([0]), 1)[0].tolist()) == {-1, 0, 1}
    assert set(found.beside(np.array([2]), 1)[0].tolist()) == {-1, 2}


def test_cells_that_no_deaths_came_near_are_zero_and_the_war_is_not() -> None:
    history = past()
    samples = drawn(history)
    assert samples.dtype == np.int32
    assert samples.shape == (324, 4, 100)
    far = ~Neighbourhood.of(history.units).summed(history.values, 2).any(axis=1)
    assert far.sum() > 100
    assert not samples[far].any()
    heart = 5 * SIDE + 5
    recent = history.values[heart, -24:].mean()
    assert recent / 3 < samples[heart].mean() < 3 * recent


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    history = past()
    assert drawn(history).tobytes() == drawn(history).tobytes()
    assert drawn(history).tobytes() != drawn(history, seed=2).tobytes()


def test_who_does_the_work_and_in_which_order_does_not_matter() -> None:
    def backwards(work, pieces):
        done = {piece: work(piece) for piece in reversed(pieces)}
        return iter([done[piece] for piece in pieces])

    history = past()
    spread = grid.GridPool(forest=POOL.forest, fan=backwards)
    assert drawn(history, spread).tobytes() == drawn(history).tobytes()


def test_with_too_little_past_the_neighbours_are_repeated() -> None:
    panel = ocean(months=20)
    expected = NeighbourConflictology().forecast(past(panel), HORIZONS, 100, 1)
    np.testing.assert_array_equal(drawn(past(panel)), expected)


def test_unknown_months_absurd_counts_and_silence_are_answered() -> None:
    panel = ocean()
    panel.values[5 * SIDE + 5, 40:60] = np.nan
    panel.values[5 * SIDE + 6, -3] = 4e9
    samples = drawn(past(panel))
    assert (samples >= 0).all()
    silent = UnitMonths("priogrid", "ged_sb", panel.units, 300, np.zeros_like(panel.values))
    assert not drawn(past(silent)).any()


def test_what_lies_far_away_does_not_change_a_cell_without_deaths() -> None:
    """The memory holds only cells that deaths came within two cells of."""
    history = past()
    held = GridMemory.of(history)
    near = Neighbourhood.of(history.units).summed(history.values, 2)
    np.testing.assert_array_equal(held.cells, np.flatnonzero(near.any(axis=1)))
    features = list(held.features())
    assert all(one.shape == held.values.shape for one in features)
    assert all(np.isfinite(one).all() for one in features)


def test_a_draw_comes_from_the_leaf_of_its_tree_by_weight() -> None:
    then = np.array([[1], [1], [2]], np.int32)
    leaves = Leaves.of(then, np.array([[1], [2]], np.int32), np.array([1.0, 3.0, 1.0]))
    picked = leaves.pick(slice(0, 2), 4000, np.random.default_rng(1))
    assert set(picked[1]) == {2}
    assert (picked[0] == 1).mean() == pytest.approx(0.75, abs=0.03)


def test_shares_add_up_and_were_fitted_before_2018() -> None:
    shares = grid.read_grid_shares()
    assert shares.components == grid.COMPONENTS
    assert shares.states == grid.STATES
    assert shares.last_target == "2017-12"
    np.testing.assert_allclose(shares.table().sum(axis=1), 1)
    assert 0.5 <= shares.damping <= 1


def test_states_follow_the_last_year() -> None:
    values = np.zeros((5, 24))
    values[1:, -1] = [1, 6, 60, 240]
    panel = UnitMonths("priogrid", "ged_sb", ("1", "2", "3", "4", "5"), 300, values)
    assert grid.states_of(panel.until(323), np.arange(5)).tolist() == [0, 1, 2, 3, 4]
