"""Who is who, who stands with whom on which day, and what flipped."""

import json
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.dossiers import with_own_id
from tocsin.errors import UnknownName
from tocsin.knowledge.actors import (
    actor_card,
    actor_graph,
    attribute,
    members_on,
    registry_of,
    render_svg,
    resolve_names,
    tie_changes,
    ties_on,
    to_graphml,
    to_json,
)
from tocsin.knowledge.actors.registry import name_key
from tocsin.tables.kinds import Actor, Relation, Words
from tocsin.tables.statements import Statement

JNIM_ISGS = ("actor:isgs", "actor:jnim")
STAY = "benin cabo-verde cote-divoire gambia ghana guinea guinea-bissau liberia nigeria senegal"
STAY += " sierra-leone togo"
ECOWAS = " ".join(sorted(f"{STAY} burkina-faso mali niger".split()))
MERGER = date(2023, 2, 8)


def types_between(statements: list[Statement], pair: tuple[str, str], on: date) -> set[str]:
    return {tie.type for tie in ties_on(statements, on) if tie.pair == pair}


class TestNames:
    @pytest.mark.parametrize(
        ("name", "subject"),
        [
            ("CAM", "actor:cma"),
            ("CMA", "actor:cma"),
            ("GSIM", "actor:jnim"),
            ("EIGS", "actor:isgs"),
            ("issp", "actor:isgs"),
            ("ISIS-GS", "actor:isgs"),
            ("AQMI", "actor:aqim"),
            ("ucdp:6716", "actor:jnim"),
            ("CEDEAO", "organisation:ecowas"),
            ("etat islamique dans le grand sahara", "actor:isgs"),
            ("Haut conseil pour l'unite de l'Azawad", "actor:hcua"),
        ],
    )
    def test_names_in_both_languages_resolve(self, record, name: str, subject: str) -> None:
        found = registry_of(record()).resolve(name)
        assert (found.how, found.subject) == ("exact", subject)

    def test_a_misspelling_is_suggested_and_never_taken(self, record) -> None:
        found = registry_of(record()).resolve("Al-Mourabitun")
        assert (found.how, found.subject) == ("suggested", "")
        assert found.candidates[0].subject == "actor:al-mourabitoun"

    def test_an_unknown_name_is_listed_as_unresolved(self, record) -> None:
        assert registry_of(record()).resolve("Koglweogo").how == "unresolved"

    def test_a_global_name_is_taken_only_at_home(self, record) -> None:
        registry = registry_of(record())
        assert registry.resolve("IS", "MLI").subject == "actor:isgs"
        abroad = registry.resolve("IS", "IRQ")
        assert (abroad.how, abroad.subject) == ("suggested", "")

    def test_a_name_that_means_two_is_ambiguous(self) -> None:
        statements = [
            with_own_id(
                Statement(
                    id="00000000-0000-7000-8000-000000000000",
                    kind="actor",
                    subject=subject,
                    known_at="2020",
                    source="s",
                    origin="o",
                    author="a",
                    body=Actor(name=Words(fr="Front", en="Front"), type="armed_group"),
                )
            )
            for subject in ("actor:one", "actor:two")
        ]
        found = registry_of(statements).resolve("front")
        assert found.how == "ambiguous"
        assert [one.subject for one in found.candidates] == ["actor:one", "actor:two"]

    def test_lists_of_allies_are_taken_apart_and_civilians_left_out(self, record) -> None:
        names = ["Civilians", "GATIA, MSA", "Government of Mali", "JNIM", "JNIM"]
        found = {one.name: one.subject for one in resolve_names(names, registry_of(record()))}
        assert found == {
            "GATIA": "actor:gatia",
            "MSA": "actor:msa",
            "Government of Mali": "actor:mali",
            "JNIM": "actor:jnim",
        }

    @pytest.mark.mirror
    def test_the_names_of_the_candidate_events_resolve_or_are_listed(self, record, mirror) -> None:
        import polars as pl

        events = pl.read_csv(
            mirror / "ucdp/GEDEvent_v23_0_10.csv",
            columns=["country", "side_a", "side_b"],
            infer_schema_length=0,
        ).filter(pl.col("country") == "Mali")
        names = [*events["side_a"], *events["side_b"]]
        found = resolve_names(names, registry_of(record()), "MLI")
        assert len(found) > 4
        assert {one.name for one in found if one.how != "exact"} == set()

    @given(st.text(max_size=30))
    def test_resolving_never_fails(self, mali, name: str) -> None:
        found = registry_of(mali).resolve(name)
        assert (found.how == "exact") == bool(found.subject)

    @given(st.text(max_size=30))
    def test_the_key_of_a_key_is_itself(self, name: str) -> None:
        assert name_key(name_key(name)) == name_key(name)


class TestTies:
    def test_jnim_and_isgs_flip(self, record) -> None:
        assert types_between(record(), JNIM_ISGS, date(2019, 1, 31)) == {"allied"}
        assert types_between(record(), JNIM_ISGS, date(2020, 6, 30)) == {"hostile"}
        changes = tie_changes(record(), date(2019, 1, 31), date(2020, 6, 30))
        (flip,) = [one for one in changes if one.change == "flipped"]
        assert (flip.subject, flip.object) == JNIM_ISGS
        assert "allies" in flip.text.en
        assert flip.text.fr.startswith("EIGS et GSIM")

    def test_neither_was_known_before_the_article(self, record) -> None:
        for on in (date(2019, 1, 31), date(2020, 6, 30), date(2023, 6, 30)):
            assert types_between(record("2023-06-30"), JNIM_ISGS, on) == set()
        changes = tie_changes(record("2023-06-30"), date(2019, 1, 31), date(2020, 6, 30))
        assert not [one for one in changes if one.change == "flipped"]

    def test_a_declared_merger_is_not_done(self, record) -> None:
        after = ties_on(record(), date(2023, 3, 1))
        merged = [tie for tie in after if tie.type == "merged_into" and tie.object == "actor:cma"]
        assert {tie.subject for tie in merged} == {"actor:mnla", "actor:hcua", "actor:maa"}
        assert {tie.status for tie in merged} == {"declared"}
        changes = tie_changes(record(), date(2023, 2, 7), MERGER)
        assert {one.subject for one in changes} == {"actor:mnla", "actor:hcua", "actor:maa"}
        assert all("declared" in one.text.en for one in changes)

    @pytest.mark.parametrize(
        ("organisation", "on", "members"),
        [
            ("organisation:g5-sahel", date(2022, 5, 14), "burkina-faso chad mali mauritania niger"),
            ("organisation:g5-sahel", date(2023, 6, 30), "burkina-faso chad mauritania niger"),
            ("organisation:g5-sahel", date(2023, 12, 31), "chad mauritania"),
            (
                "organisation:ecowas",
                date(2023, 6, 30),
                ECOWAS,
            ),
            (
                "organisation:ecowas",
                date(2024, 6, 30),
                ECOWAS,
            ),
            ("organisation:ecowas", date(2025, 2, 1), STAY),
            ("organisation:aes", date(2023, 6, 30), ""),
            ("organisation:aes", date(2023, 9, 30), "burkina-faso mali niger"),
        ],
    )
    def test_membership_by_date(self, record, organisation, on, members) -> None:
        found = [tie.subject for tie in members_on(record(), organisation, on)]
        assert found == [f"actor:{name}" for name in members.split()]

    def test_who_has_announced_to_leave_is_still_in(self, record) -> None:
        found = {
            tie.subject: tie.status
            for tie in members_on(record(), "organisation:ecowas", date(2024, 6, 30))
        }
        assert found["actor:mali"] == "announced_leaving"

    def test_an_ended_relation_is_gone(self) -> None:
        def tie(status: str, since: str) -> Statement:
            body = Relation(type="allied", object="actor:b", status=status)  # type: ignore[arg-type]
            return with_own_id(
                Statement(
                    id="00000000-0000-7000-8000-000000000000",
                    kind="relation",
                    subject="actor:a",
                    known_at=since,
                    valid_from=since,
                    source="s",
                    origin="o",
                    author="a",
                    body=body,
                )
            )

        both = [tie("done", "2020-01-01"), tie("ended", "2021-01-01")]
        assert ties_on(both, date(2020, 6, 1))
        assert not ties_on(both, date(2021, 6, 1))


class TestEvents:
    @pytest.mark.parametrize("name", ["MNLA", "HCUA", "MAA"])
    def test_an_event_keeps_its_movement_before_the_merger(self, record, name: str) -> None:
        before = attribute(name, date(2023, 2, 7), record())
        assert (before.actor, before.declared_into) == (f"actor:{name.lower()}", "")
        assert before.member_of == ("actor:cma",)
        after = attribute(name, date(2023, 2, 9), record())
        assert (after.actor, after.declared_into) == (f"actor:{name.lower()}", "actor:cma")

    def test_a_merger_that_was_done_counts(self, record) -> None:
        assert attribute("FLM", date(2016, 5, 1), record()).actor == "actor:katiba-macina"
        assert attribute("FLM", date(2018, 5, 1), record()).actor == "actor:jnim"

    def test_an_unresolved_name_stays_as_published(self, record) -> None:
        found = attribute("Some Brigade", date(2018, 5, 1), record())
        assert (found.published, found.actor) == ("Some Brigade", "")


class TestCards:
    def test_a_card_is_found_under_a_name_of_any_date(self, record) -> None:
        early = record("2023-06-30")
        card = actor_card(early, "CAM", date(2023, 6, 30), registry_of(record()))
        assert card.subject == "actor:cma"
        assert "CAM" not in {name.name for name in card.names}
        with pytest.raises(UnknownName):
            actor_card(early, "CAM", date(2023, 6, 30))

    def test_what_is_not_yet_known_is_as_unknown_as_what_does_not_exist(self, record) -> None:
        early, names = record("2023-06-30"), registry_of(record())
        messages = []
        for name in ("Alliance of Sahel States", "Alliance of Moon States"):
            with pytest.raises(UnknownName) as caught:
                actor_card(early, name, date(2023, 6, 30), names)
            messages.append(str(caught.value).replace(name, "…"))
        assert messages[0] == messages[1]

    def test_each_source_keeps_its_wording(self, record) -> None:
        card = actor_card(record("2023-06-30"), "Wagner", date(2023, 6, 30))
        assert [one.wording.en for one in card.presences] == [
            "Wagner personnel", "Russian instructors", "foreign military personnel",
        ] or {one.wording.en for one in card.presences} == {
            "Wagner personnel", "Russian instructors", "foreign military personnel",
        }  # fmt: skip

    def test_declared_ties_stand_apart(self, record) -> None:
        card = actor_card(record("2023-06-30"), "CMA", date(2023, 6, 30))
        assert {line.status for line in card.declared} == {"declared"}
        assert "declared" not in {line.status for line in card.ties}


class TestGraph:
    def test_formats_hold_the_same_ties(self, record) -> None:
        graph = actor_graph(record(), date(2020, 6, 30))
        tree = ElementTree.fromstring(to_graphml(graph))
        space = "{http://graphml.graphdrawing.org/xmlns}"
        assert len(tree.findall(f".//{space}edge")) == len(graph.edges) > 5
        assert {one.get("id") for one in tree.findall(f".//{space}node")} == {
            node.subject for node in graph.nodes
        }
        assert len(json.loads(to_json(graph))["edges"]) == len(graph.edges)

    @pytest.mark.parametrize("lang", ["fr", "en"])
    def test_the_picture_is_well_formed_and_repeats(self, record, lang) -> None:
        graph = actor_graph(record(), date(2020, 6, 30))
        drawn = render_svg(graph, lang)
        assert drawn == render_svg(graph, lang)
        tree = ElementTree.fromstring(drawn)
        titles = [one.text for one in tree.iter("{http://www.w3.org/2000/svg}title")]
        assert len(titles) == 1 + len(graph.nodes) + len(graph.edges)

    def test_a_graph_around_one_actor_is_smaller(self, record) -> None:
        whole = actor_graph(record(), date(2020, 6, 30))
        near = actor_graph(record(), date(2020, 6, 30), "GSIM")
        assert 0 < len(near.nodes) < len(whole.nodes)
        assert "actor:jnim" in {node.subject for node in near.nodes}

    def test_an_empty_graph_is_drawn(self) -> None:
        graph = actor_graph([], date(2020, 1, 1))
        assert b"<svg" in render_svg(graph, "fr")
