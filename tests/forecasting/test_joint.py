"""Draws that add up: exactly, always, and without changing what a country's own forecast says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tocsin.evaluation import UnitMonths, all_scores
from tocsin.models import joint
from tocsin.models.draws import Draws, draws_of
from tocsin.models.reconciling import changes_from, divided, ordered_as, past_months

COUNTS = st.integers(0, 3) | st.integers(0, 2_000_000)


@st.composite
def families(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    areas, steps, draws = (draw(st.integers(1, top)) for top in (6, 4, 9))
    totals = draw(arrays.arrays(np.int32, (steps, draws), elements=COUNTS))
    children = draw(arrays.arrays(np.int32, (areas, steps, draws), elements=COUNTS))
    usual = draw(arrays.arrays(np.float64, areas, elements=st.sampled_from([0.0, 0.3, 7.0])))
    return totals, children, usual


@given(families(), st.integers(0, 99))
def test_areas_add_up_to_their_country_whatever_the_draws(
    family: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int
) -> None:
    totals, children, usual = family
    parts = divided(totals, children, usual, np.random.default_rng(seed))
    assert np.array_equal(parts.sum(axis=0), totals)
    assert parts.min() >= 0
    # An area keeps its share to within one death, wherever the areas' own draws say something.
    weight = children.sum(axis=0)
    share = np.divide(children, weight, where=weight > 0, out=np.zeros(children.shape))
    assert (np.abs(parts - share * totals)[:, weight > 0] < 1 + 1e-6).all()


@given(
    arrays.arrays(np.int32, (3, 2, 8), elements=COUNTS),
    arrays.arrays(np.float64, (3, 8), elements=st.sampled_from([np.nan, -1.0, 0.0, 0.5, 2.0])),
)
def test_putting_draws_in_order_changes_no_distribution(
    samples: np.ndarray, changes: np.ndarray
) -> None:
    ordered = ordered_as(samples, changes, np.random.default_rng(1))
    for before, after in zip(samples, ordered, strict=True):
        assert sorted(map(tuple, before.T)) == sorted(map(tuple, after.T)), "a path moves whole"
    truth = np.ones(6)
    plain = all_scores(truth, samples.reshape(6, 8))
    for name, values in all_scores(truth, ordered.reshape(6, 8)).items():
        assert np.allclose(values, plain[name])


def history(values: np.ndarray) -> UnitMonths:
    units = tuple(f"X{chr(65 + row)}A" for row in range(len(values)))
    return UnitMonths("country", "ged_sb", units, 301, values)


def test_units_that_rose_together_are_drawn_high_together() -> None:
    rng = np.random.default_rng(3)
    common = np.exp(rng.normal(0, 1, 180)).repeat(1)
    values = np.stack([common * 50, common * 80, np.exp(rng.normal(0, 1, 180)) * 50]).round()
    past = history(values).until(480)
    months = past_months(past, 3, 600, 1)
    samples = rng.poisson(60, (3, 3, 600)).astype(np.int32)
    ordered = ordered_as(samples, changes_from(past, months, 3), rng).sum(axis=1)
    together, apart = np.corrcoef(ordered[:2])[0, 1], np.corrcoef(ordered[1:])[0, 1]
    assert together > 0.8
    assert abs(apart) < 0.4


def test_a_change_of_which_nothing_is_known_is_ordered_by_chance() -> None:
    values = np.full((2, 40), np.nan)
    values[0] = 5
    past = history(values).until(340)
    months = past_months(past, 6, 50, 1)
    assert months.max() <= 340 - 6
    assert np.isfinite(changes_from(past, months, 6)[0]).all()


def test_a_unit_with_two_months_of_past_still_has_an_order() -> None:
    past = history(np.array([[3.0, 4.0]])).until(302)
    months = past_months(past, 12, 20, 1)
    samples = np.arange(20, dtype=np.int32).reshape(1, 1, 20)
    ordered = ordered_as(samples, changes_from(past, months, 12), np.random.default_rng(1))
    assert sorted(ordered[0, 0].tolist()) == list(range(20))


def draws(level: str, target: str, units: tuple[str, ...], samples: np.ndarray) -> Draws:
    steps = tuple(range(1, samples.shape[1] + 1))
    return Draws("m", level, target, units, 480, steps, samples)  # type: ignore[arg-type]


@given(arrays.arrays(np.int32, (3, 2, 3, 5), elements=COUNTS))
def test_types_add_up_to_their_sum_in_every_draw(samples: np.ndarray) -> None:
    units = ("XAA", "XBA")
    parts = {
        kind: draws("country", kind, units, samples[place])
        for place, kind in enumerate(joint.TYPES)
    }
    whole = draws("country", "ged_all", ("XAA", "XBA", "XCA"), np.ones((3, 3, 5), np.int32))
    added = joint.summed(parts, whole)
    assert np.array_equal(added.of(units).samples, samples.sum(axis=0))
    # A country whose types are not known apart keeps the forecast of its sum.
    assert (added.of(["XCA"]).samples == 1).all()


def test_misfits_are_named() -> None:
    countries = draws("country", "ged_sb", ("XAA",), np.array([[[4]]], np.int32))
    areas = draws("admin1", "ged_sb", ("XAA.a", "XAA.b"), np.array([[[1]], [[2]]], np.int32))
    home = lambda unit: unit[:3]  # noqa: E731
    assert joint.misfits(countries, areas, home) == ["XAA"]
    past = UnitMonths("admin1", "ged_sb", areas.units, 480, np.ones((2, 1))).until(480)
    assert joint.misfits(countries, joint.shared_out(countries, areas, past, home, 1), home) == []


def test_a_table_gives_back_the_draws() -> None:
    one = draws("country", "ged_sb", ("XAA", "XBA"), np.arange(12, dtype=np.int32).reshape(2, 3, 2))
    back = draws_of(one.table())
    assert back.units == one.units
    assert np.array_equal(back.samples, one.samples)
    assert back.months == (481, 482, 483)
