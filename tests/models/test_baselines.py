"""The challenge's baselines by their definitions."""

import numpy as np
import pytest

from tocsin.errors import UnknownName
from tocsin.evaluation import UnitMonths
from tocsin.models import Bootstrap, Conflictology, Last, NeighbourConflictology, OwnHistory, named

VALUES = np.vstack([np.arange(24.0), np.zeros(24), np.full(24, 500.0)])
HISTORY = UnitMonths("country", "ged_sb", ("A", "B", "C"), 100, VALUES).until(120)


def test_conflictology_holds_each_of_twelve_months_equally_often() -> None:
    samples = Conflictology(12).forecast(HISTORY, (3, 14), 1200, 1)
    values, times = np.unique(samples[0, 0], return_counts=True)
    assert values.tolist() == list(range(9, 21))
    assert set(times.tolist()) == {100}
    # A path moves on month by month, so that quarters are sums of neighbouring months.
    path = Conflictology(12).forecast(HISTORY, (1, 2, 3), 12, 1)[0, :, 0]
    assert path.tolist() == [10, 11, 12]


def test_last_is_poisson_of_the_origin_month() -> None:
    samples = Last().forecast(HISTORY, (3, 4), 4000, 1)
    assert samples[0].mean() == pytest.approx(20, abs=0.3)
    assert samples[0].var() == pytest.approx(20, abs=1.5)
    assert not samples[1].any()


def test_bootstrap_pools_every_unit() -> None:
    samples = Bootstrap(12).forecast(HISTORY, (3,), 30_000, 1)
    for unit in range(3):
        assert (samples[unit] == 500).mean() == pytest.approx(1 / 3, abs=0.02)
        assert (samples[unit] == 0).mean() == pytest.approx(1 / 3, abs=0.02)


def test_neighbours_share_their_months() -> None:
    gids = ("120000", "120001", "120720", "130000")
    values = np.zeros((4, 12))
    values[1] = 6
    history = UnitMonths("priogrid", "ged_sb", gids, 100, values).until(111)
    samples = NeighbourConflictology().forecast(history, (3,), 900, 1)
    # 120000 has two neighbours that exist: one third of what it draws is the one at war.
    assert (samples[0] == 6).mean() == pytest.approx(1 / 3, abs=0.01)
    assert not samples[3].any()


def test_own_history_is_blurred_around_its_own_months() -> None:
    samples = OwnHistory().forecast(HISTORY, tuple(range(1, 13)), 2000, 1)
    assert len(np.unique(samples[2, 0])) > 200
    assert np.median(samples[2]) == pytest.approx(500, rel=0.1)
    assert not samples[1].any()


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownName, match="conflictology12"):
        named("oracle")
    with pytest.raises(UnknownName):
        named("conflictology_n", "country")
