"""How many sources stand behind records: circles, hostile words, contested ties."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tocsin.knowledge.roots import Tie, Voice, count_roots


def voices(*names: str) -> list[Voice]:
    return [Voice((name.partition("-")[0], name)) for name in names]


def made_from(child: str, parent: str, **more) -> Tie:
    (a, b) = voices(child, parent)
    return Tie("stems_from", a.node, b.node, **more)


def test_five_retellings_are_one_source() -> None:
    retold = [made_from(f"n-{number}", "n-0") for number in range(1, 5)]
    assert count_roots(voices(*(f"n-{number}" for number in range(5))), retold).fewest == 1


def test_two_who_saw_it_are_two_and_hearsay_adds_none() -> None:
    hearsay = Voice(("n", "n-3"), only_told=True)
    assert count_roots([*voices("n-1", "n-2"), hearsay], []).fewest == 2
    assert count_roots([hearsay, Voice(("n", "n-4"), only_told=True)], []).fewest == 1
    assert count_roots([], []).fewest == 0


def test_a_circle_is_one_root_however_long_and_wherever_one_stands() -> None:
    around = ["a-1", "b-1", "c-1", "a-2"]
    ties = [made_from(child, parent) for parent, child in pairwise(around)]
    assert count_roots(voices(*around), ties).fewest == 1
    assert count_roots(voices("a-1", "a-2"), ties).fewest == 1, "what lies between is not needed"
    closed = [*ties, made_from("a-1", "a-2")]
    assert count_roots(voices(*around), closed).fewest == 1


def test_nobody_can_make_two_others_one() -> None:
    """A record that stems from both adds nothing, and both stay two."""
    ties = [made_from("d-1", "a-1"), made_from("d-1", "c-1")]
    assert count_roots(voices("a-1", "c-1", "d-1"), ties).fewest == 2
    lie = Tie("stems_from", ("d", "a-1"), ("c", "c-1"))  # d speaks of a's record
    assert count_roots(voices("a-1", "c-1"), [lie]).fewest == 2
    token = [Tie("one_token", ("a", "a-1"), ("a", "token:0")),
             Tie("one_token", ("c", "c-1"), ("c", "token:0"))]  # fmt: skip
    assert count_roots(voices("a-1", "c-1"), token).fewest == 2, "a token is its originator's"


def test_a_contested_tie_counts_and_what_would_be_without_it_is_told() -> None:
    found = count_roots(voices("a-1", "b-1"), [made_from("b-1", "a-1", contested=True)])
    assert (found.fewest, found.if_contested_fall) == (1, 2)


NODES = st.tuples(st.sampled_from("abc"), st.sampled_from("0123"))
TIES = st.lists(st.builds(Tie, st.sampled_from(["one_token", "stems_from", "copied"]), NODES, NODES,
                          contested=st.booleans()), max_size=12)  # fmt: skip


@given(st.lists(NODES, max_size=6, unique=True), TIES)
def test_never_none_nor_more_than_records_and_ties_only_lessen(nodes, ties) -> None:
    spoken = [Voice(one) for one in nodes]
    found = count_roots(spoken, ties)
    assert bool(spoken) == bool(found.fewest)
    assert found.fewest <= len(spoken)
    assert {one for group in found.groups for one in group} == set(nodes)
    same = [one for one in ties if one.why == "one_token"]
    assert count_roots(spoken, same).fewest <= len(spoken)
    assert found == count_roots(spoken, list(reversed(ties))), "in whatever order they came"
