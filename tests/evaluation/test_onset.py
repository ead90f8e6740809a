"""Onsets are judged against each unit's own record of violence returning."""

import numpy as np
import pytest

from tocsin.errors import NotEnoughData
from tocsin.evaluation import UnitMonths
from tocsin.evaluation.onset import (
    OnsetRows,
    join_onset_rows,
    months_quiet,
    onset_rows,
    onset_skill,
    smoothed_rates,
)

# An invented record: A sees deaths every sixth month, B never, C always.
MONTHS = 120
VALUES = np.vstack(
    [np.where(np.arange(MONTHS) % 6 == 0, 3.0, 0.0), np.zeros(MONTHS), np.full(MONTHS, 9.0)]
)
PANEL = UnitMonths("country", "ged_sb", ("A", "B", "C"), 1, VALUES)


def test_quiet_starts_anew_with_each_death() -> None:
    assert months_quiet(VALUES)[0, :8].tolist() == [0, 1, 2, 3, 4, 5, 0, 1]
    assert months_quiet(VALUES)[1, -1] == MONTHS
    assert months_quiet(VALUES)[2, -1] == 0


def test_a_units_own_rhythm_is_its_rate() -> None:
    history = PANEL.until(112)  # A has been quiet for three months; deaths return in three
    rates = smoothed_rates(history, [1, 2, 3], weight_of_all=0.001)
    # Quiet of three to five months is one length: a third of those months are 3 before deaths.
    assert rates[0] == pytest.approx([1 / 3, 1 / 3, 1 / 3], abs=0.02)
    assert rates[1].tolist() == [0.0, 0.0, 0.0]
    # With little of its own, a unit is believed to be like the others.
    assert smoothed_rates(history, [3], weight_of_all=1e9)[0, 0] == pytest.approx(1 / 3, abs=0.02)


def test_the_baseline_knows_nothing_after_the_origin() -> None:
    changed = VALUES.copy()
    changed[:, 112:] = 500
    later = UnitMonths("country", "ged_sb", PANEL.units, 1, changed)
    draws = np.zeros((3, 2, 4), np.int32)
    one, other = onset_rows(draws, PANEL, 112, [1, 3]), onset_rows(draws, later, 112, [1, 3])
    assert one.baseline.tolist() == other.baseline.tolist()
    assert other.happened.all()


def test_only_quiet_units_with_known_truth_are_judged() -> None:
    rows = onset_rows(np.zeros((3, 2, 4), np.int32), PANEL, 119, [1, 2], least_quiet=3)
    assert set(rows.unit.tolist()) == {0, 1}
    assert rows.month.tolist() == [120, 120]  # month 121 is unknown


def test_skill_is_one_for_a_seer_and_below_nought_for_a_crier_of_wolf() -> None:
    def rows_of(chance_of: str) -> OnsetRows:
        parts = []
        for origin in range(60, 110):
            truth = np.stack([PANEL.at(origin + step) for step in (1, 2)], axis=1)
            deaths = truth if chance_of == "truth" else np.ones_like(truth)
            draws = np.repeat(deaths[:, :, None], 5, axis=2).astype(np.int32)
            parts.append(onset_rows(draws, PANEL, origin, [1, 2]))
        return join_onset_rows(parts)

    assert onset_skill(rows_of("truth"))[1].value == 1
    assert onset_skill(rows_of("wolf"))[2].high < 0


def test_without_an_onset_there_is_no_skill() -> None:
    calm = UnitMonths("country", "ged_sb", ("A",), 1, np.zeros((1, 40)))
    with pytest.raises(NotEnoughData, match="no quiet area"):
        onset_skill(onset_rows(np.zeros((1, 1, 2), np.int32), calm, 30, [1]))
