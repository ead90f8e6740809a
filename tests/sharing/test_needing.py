"""Need-to-know inside an organisation: less is read, counted and searched than policy allows."""

import pytest
from tests.sharing.nodes import Node, node

from tocsin.errors import UnknownName, UsageError
from tocsin.workflow import needing, record_keeping

__all__ = ["node"]


@pytest.fixture
def north(node) -> Node:
    return node("north")


def control(one: Node, area: str, **more: object) -> str:
    return one.says(
        kind="control_assessment", subject=f"area:{area}",
        body={"area": area, "actor": "actor:x", "level": "present"}, **more,
    )  # fmt: skip


def test_a_role_reads_its_ceiling_topics_and_areas_and_nothing_else(north: Node) -> None:
    gao, kidal = control(north, "MLI.gao.bourem"), control(north, "MLI.kidal")
    red = control(north, "MLI.gao", tlp="RED")
    other = north.says(1)
    public = north.says(2, tlp="CLEAR")
    with north.at_work():
        needing.set_need(
            role="analyst", ceiling="AMBER", kinds=("control_assessment",), areas=("MLI.gao",)
        )
        view = record_keeping.view()
        assert {one.id for one in view.statements(["control_assessment", "alias"])} == {gao, public}
        assert view.count("control_assessment") == 1
        for hidden in (kidal, red, other):
            with pytest.raises(UnknownName):
                view.statement(hidden)
        assert {kidal, red, other} <= {
            one.id for one in record_keeping.view("north:duty-officer").statements()
        }


def test_a_person_is_given_one_record_beside_what_the_role_reads(north: Node) -> None:
    one, two = north.says(1), north.says(2)
    with north.at_work():
        needing.set_need(role="analyst", kinds=("figure",))
        needing.set_need(person="a-3", records=(one,))

        def seen(reader: str) -> set[str]:
            return {each.id for each in record_keeping.view(reader).statements("alias")}

        assert seen("north:analyst:a-3") == {one}
        assert seen("north:analyst:a-4") == set()
        assert seen("north:analyst") == set()
        needing.set_need(person="a-3", records=(one, two), until="2023-01-01")
        assert seen("north:analyst:a-3") == set()


def test_a_rule_limits_nobody_of_another_organisation(north: Node) -> None:
    told = north.says(1, rel_to=["south"])
    with north.at_work():
        needing.set_need(role="analyst", kinds=("figure",))
    assert [one.id for one in north.sees("south:analyst")] == [told]


def test_a_rule_for_nobody_is_refused(north: Node) -> None:
    with north.at_work():
        with pytest.raises(UsageError):
            needing.set_need()
        with pytest.raises(UsageError):
            needing.set_need(role="king")
