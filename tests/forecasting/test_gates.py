"""Every gate stops what it is there to stop, and lets a sound forecast pass."""

from dataclasses import replace

import numpy as np
import pytest

from tocsin.evaluation import UnitMonths
from tocsin.language.text import french
from tocsin.models.draws import Draws
from tocsin.models.gates import examine

UNITS = ("XAA", "XBA", "XCA")
VALUES = np.stack([np.full(80, 100.0), np.full(80, 20.0), np.zeros(80)])
HISTORY = UnitMonths("country", "ged_sb", UNITS, 400, VALUES).until(479)


def forecast(*levels: float, origin: int = 479) -> Draws:
    samples = np.zeros((3, 6, 20))
    samples[:] = np.array(levels)[:, None, None]
    return Draws("m", "country", "ged_sb", UNITS, origin, tuple(range(1, 7)), samples)


SOUND = forecast(90, 25, 0)


def test_a_sound_forecast_passes() -> None:
    assert examine(SOUND, HISTORY, previous=forecast(95, 20, 0, origin=478)) == []


@pytest.mark.parametrize(
    ("value", "gate"), [(np.nan, "finite"), (np.inf, "finite"), (-1, "negative")]
)
def test_a_draw_that_is_no_count_is_stopped_at_its_unit(value: float, gate: str) -> None:
    broken = forecast(90, 25, 0)
    broken.samples[1, 3, 7] = value
    (found,) = examine(broken, HISTORY)
    assert (found.gate, found.unit_id) == (gate, "XBA")


def test_a_unit_without_a_forecast_is_missed() -> None:
    (found,) = examine(SOUND.of(["XAA", "XCA"]), HISTORY)
    assert (found.gate, found.unit_id) == ("missing", "XBA")


def test_a_unit_that_was_forecast_before_is_missed() -> None:
    here = replace(HISTORY, units=UNITS[:2], values=HISTORY.values[:2])
    (found,) = examine(SOUND.of(UNITS[:2]), here, previous=forecast(95, 20, 0, origin=478))
    assert (found.gate, found.unit_id) == ("missing", "XCA")


def test_a_deadly_unit_of_which_nothing_is_known_any_more_is_missed() -> None:
    values = np.stack([np.r_[np.full(60, 9.0), np.full(20, np.nan)], np.zeros(80)])
    unknown = UnitMonths("country", "ged_sb", ("XDA", "XEA"), 400, values).until(479)
    (found,) = examine(SOUND, HISTORY, unknown=unknown)
    assert (found.gate, found.unit_id) == ("missing", "XDA")


def test_deaths_out_of_all_proportion_are_stopped() -> None:
    gates = {(found.gate, found.unit_id) for found in examine(forecast(90, 700, 0), HISTORY)}
    assert gates == {("mass", ""), ("mass", "XBA")}
    assert {f.gate for f in examine(forecast(10, 5, 0), HISTORY)} == {"mass"}


def test_a_jump_since_the_last_issue_is_stopped_unless_counts_explain_it() -> None:
    before = forecast(90, 400, 0, origin=478)
    found = examine(SOUND, HISTORY, previous=before)
    assert ("drift", "") in {(f.gate, f.unit_id) for f in found}
    fell = forecast(90, 400, 0, origin=478)
    # What was counted since is low: the fall is explained, and only the total is told.
    assert ("drift", "XBA") not in {
        (f.gate, f.unit_id) for f in examine(SOUND, HISTORY, previous=fell)
    }
    rose = forecast(90, 0, 0, origin=478)
    now = forecast(90, 450, 0)
    assert ("drift", "XBA") in {(f.gate, f.unit_id) for f in examine(now, HISTORY, previous=rose)}


def test_an_absurd_count_is_stopped() -> None:
    values = VALUES.copy()
    values[1, -1] = 3_000_000
    history = UnitMonths("country", "ged_sb", UNITS, 400, values).until(479)
    assert ("absurd", "XBA") in {(f.gate, f.unit_id) for f in examine(SOUND, history)}


def test_all_zeros_pass() -> None:
    zeros = UnitMonths("country", "ged_sb", UNITS, 400, VALUES * 0).until(479)
    assert examine(forecast(0, 0, 0), zeros) == []


def test_every_finding_has_its_french() -> None:
    broken = forecast(90, 25, 0)
    broken.samples[0, 0, 0] = np.nan
    broken.samples[1, 0, 0] = -1
    values = VALUES.copy()
    values[1, -1] = 3_000_000
    history = UnitMonths("country", "ged_sb", UNITS, 400, values).until(479)
    unknown = UnitMonths("country", "ged_sb", ("XDA",), 400, np.ones((1, 80))).until(479)
    before = forecast(0, 0, 0, origin=478)
    found = [
        *examine(broken, HISTORY),
        *examine(SOUND.of(["XAA"]), HISTORY, unknown=unknown),
        *examine(forecast(90, 1700, 0), history, previous=before),
        *examine(forecast(90, 1700, 0), HISTORY, previous=before),
    ]
    assert {f.gate for f in found} == {"finite", "negative", "missing", "absurd", "mass", "drift"}
    for finding in found:
        assert finding.problem in french()
        french()[finding.problem].format(unit=finding.unit_id, **finding.fields)
