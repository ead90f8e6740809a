"""`tocsin misp`: what a reader may see as MISP events, and MISP events kept whole and closed."""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymisp import MISPEvent
from tests.sharing.misp_events import EVENT, NORTH, attribute, event, tags
from tests.sharing.stix.test_commands import RUN, told
from tests.sharing.stix.test_stix import stores

from tocsin.cli.main import app
from tocsin.errors import NotLookedAt, TocsinError, ToolMissing
from tocsin.sharing.misp.bundles import bundled
from tocsin.sharing.misp.events import event_of
from tocsin.sharing.misp.keeping import LONGEST_PART, events_kept, kept_objects
from tocsin.sharing.misp.reach import Member, Reach, ReachMap, SharingGroup, require_sound_map
from tocsin.sharing.misp.reading import (
    carried_in,
    document_in,
    events_in,
    holds_more,
    narrowed,
    parts_of,
    reach_of,
    said_of,
)
from tocsin.sharing.misp.taxonomies import said_by, tags_of
from tocsin.sharing.stix.reading import canonical_text
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Annotation, StixObject
from tocsin.tables.statements import Statement, statement_from_json
from tocsin.workflow import record_keeping

GROUP = "0b3a1c1e-7d1f-4a3e-9a55-1d2c3b4a5f60"
KNOWN = ReachMap(
    incoming={1: "GREEN", 3: "CLEAR"},
    outgoing={"GREEN": 1, "CLEAR": 3},
    organisations={NORTH: "NORTH"},
    sharing_groups=(SharingGroup("bloc", GROUP, ("group:bloc",), (Member("NORTH", NORTH),)),),
)


def shared_with(*uuids: str) -> dict[str, Any]:
    listed = [{"Organisation": {"uuid": one, "name": "x"}} for one in uuids]
    group = {"uuid": GROUP, "name": "bloc", "SharingGroupOrg": listed}
    return {"distribution": "4", "sharing_group_id": "3", "SharingGroup": group}


@given(stores())
@settings(max_examples=12, deadline=None)
def test_what_goes_out_is_read_by_pymisp_and_comes_back_equal(statements: list[Statement]) -> None:
    for one in statements:
        made = event_of(one, KNOWN)
        text = canonical_text({"Event": made}).encode()
        loaded = MISPEvent()
        loaded.load(json.loads(text))
        assert len(loaded.attributes) == 2
        (back,) = events_in(document_in(loaded.to_json().encode(), "x.json"), "x.json")
        came = [statement_from_json(each) for each in carried_in(back)]
        assert came == [one]
        assert not holds_more(back, came)


def test_spaces_that_misp_leaves_out_at_the_ends_are_nothing_that_somebody_added() -> None:
    one = Statement(
        id="01890a5d-ac96-774b-bcce-b302099a8057", kind="annotation", subject="actor:a",
        known_at="2022", source="a", origin="north", author="analyst",
        body=Annotation(
            about="01890a5d-ac96-774b-bcce-b302099a8058", text=Words(fr="", en="0 "),
            stance="explains",
        ),
    )  # fmt: skip
    made = event_of(one, ReachMap())
    assert not holds_more(made | {"info": made["info"].strip()}, [one])
    assert holds_more(made | {"info": f"{made['info']}1"}, [one])


@given(stores())
@settings(max_examples=20, deadline=None)
def test_a_distribution_never_goes_further_than_the_marking(statements: list[Statement]) -> None:
    for one in statements:
        made = event_of(one, KNOWN)
        assert event_of(one, ReachMap())["distribution"] == "0"
        if one.tlp not in ("CLEAR", "GREEN") or one.caveats:
            assert made["distribution"] in ("0", "4")
        if made["distribution"] == "4":
            assert set(one.rel_to) == {"group:bloc"}
        if one.rel_to or one.tlp not in ("CLEAR", "GREEN"):
            assert made["distribution"] not in ("1", "2", "3")


@given(stores())
@settings(max_examples=12, deadline=None)
def test_tags_say_the_markings_and_grades_both_ways(statements: list[Statement]) -> None:
    for one in statements:
        said = said_by(tags_of(one))
        assert (said.tlp, said.pap) == (one.tlp, one.pap)
        assert (said.reliability, said.credibility) == (one.reliability, one.credibility)
        if one.kind == "warning":
            assert said.likelihood == (0.20, 0.45)
            assert said.confidence == one.body.confidence  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"distribution": "0"}, Reach("AMBER+STRICT")),
        ({"distribution": "1"}, Reach("GREEN")),
        ({"distribution": "2"}, Reach("AMBER+STRICT")),  # not in the table
        ({"distribution": "3"}, Reach("GREEN")),  # the tag is narrower than the table
        ({"distribution": "3", "Tag": []}, Reach("AMBER+STRICT")),
        ({"distribution": "1", "Tag": tags("tlp:unheard-of")}, Reach("AMBER+STRICT")),
        (shared_with(), Reach("AMBER+STRICT")),  # an empty group reaches nobody
        (shared_with("5c7e1b2a-0000-4000-8000-0000000000ff"), Reach("AMBER+STRICT")),
        (shared_with(NORTH), Reach("AMBER", ("NORTH",))),
        ({"distribution": "4", "sharing_group_id": "3"}, Reach("AMBER+STRICT")),
        ({"distribution": "9"}, Reach("AMBER+STRICT")),
        ({"distribution": ["1"]}, Reach("AMBER+STRICT")),
        ({"distribution": "5"}, Reach("AMBER+STRICT")),
        ({"distribution": "1", "Attribute": [attribute(distribution="0")]}, Reach("AMBER+STRICT")),
        ({"distribution": "1", "Attribute": [attribute(Tag=tags("tlp:amber"))]}, Reach("AMBER")),
        (shared_with(NORTH) | {"Attribute": [attribute(**shared_with())]}, Reach("AMBER+STRICT")),
    ],
)
def test_an_event_reaches_no_further_than_its_narrowest_part(
    fields: dict[str, Any], expected: Reach
) -> None:
    assert reach_of(event(**fields), KNOWN) == expected
    assert reach_of(event(**fields), ReachMap()).tlp in ("AMBER+STRICT", "RED")


@pytest.mark.parametrize(
    "wrong",
    [
        ReachMap(outgoing={"AMBER": 1}),
        ReachMap(outgoing={"GREEN": 3}),
        ReachMap(sharing_groups=(SharingGroup("empty", GROUP, ("group:bloc",)),)),
    ],
)
def test_a_table_that_would_widen_is_refused(wrong: ReachMap) -> None:
    with pytest.raises(TocsinError):
        require_sound_map(wrong, "map.yml")


ODD = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(
        ["Attribute", "Object", "Tag", "name", "uuid", "value", "comment", "distribution",
         "SharingGroup", "SharingGroupOrg", "Organisation", "timestamp", "date", "x"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(list(event())), ODD, max_size=6))
@settings(max_examples=60, deadline=None)
def test_strange_events_are_kept_whole_and_closed_or_refused(fields: dict[str, Any]) -> None:
    odd = event() | fields
    text = canonical_text({"Event": odd}).encode()
    try:
        (found,) = events_in(document_in(text, "x.json"), "x.json")
        bundled(found)
    except TocsinError:
        pass
    else:
        assert reach_of(found, ReachMap()).tlp in ("AMBER+STRICT", "RED")
        kept = [_kept(one) for one in kept_objects(found, said_of(found))]
        assert [canonical_text(one) for _, one in events_kept(kept)] == [canonical_text(found)]
        assert widest_of(narrowed(found, {"distribution": "0"})) == 0


def _kept(one: dict[str, Any]) -> tuple[None, StixObject]:
    return None, StixObject(
        type=one["type"], id=one["id"], spec="2.1", object=canonical_text(one),
        version=one["modified"],
    )  # fmt: skip


def widest_of(found: dict[str, Any]) -> int:
    """The widest distribution of an event and its parts, as MISP reads them; a group is 4."""
    said = [str(part.get("distribution", "5")) for part in parts_of(found)]
    return max((int(one) for one in said if one in "1234"), default=0)


def test_a_long_event_is_kept_in_parts_and_none_of_it_is_lost() -> None:
    long = event(Attribute=[attribute(value='"\\' * LONGEST_PART)])
    kept = [_kept(one) for one in kept_objects(long, said_of(long))]
    assert len(kept) > 3
    msgspec.convert(
        msgspec.to_builtins(kept), list[tuple[None, StixObject]]
    )  # none is longer than it may be
    assert [*events_kept(reversed(kept))] == [(None, long)]
    assert [*events_kept(kept[:-1])] == []


@pytest.mark.parametrize(
    "text", [b"", b"[1]", b"{}", b'{"Event":{"info":1}}', b"[" * 100_000, b"\xff",
             b'{"Event":{"info":"x","uuid":"y"}}', b'{"a":' * 60 + b"1" + b"}" * 60],
)  # fmt: skip
def test_what_holds_no_events_is_told(text: bytes) -> None:
    with pytest.raises(TocsinError):
        list(events_in(document_in(text, "x.json"), "x.json"))


# --- as a person types it ---------------------------------------------------------------------

WARNING = {
    "kind": "alias", "subject": "actor:zed", "known_at": "2023-07", "source": "invented",
    "tlp": "AMBER", "body": {"name": "canary"},
}  # fmt: skip


def write(folder: Path, *events: dict[str, Any]) -> Path:
    path = folder / "event.json"
    path.write_text(json.dumps({"response": [{"Event": one} for one in events]}))
    return path


def test_an_event_comes_in_closed_and_goes_out_whole(own_store: Path, tmp_path: Path) -> None:
    path, out = write(tmp_path, event()), tmp_path / "out.json"
    assert json.loads(told("misp", "check", path, "--json"))["refused"] == 0
    counted = json.loads(told("misp", "import", path, "--json"))
    assert counted["added"] > 1
    assert counted["refused"] == 0
    again = json.loads(told("misp", "import", path, "--json"))
    assert (again["added"], again["known"]) == (0, counted["added"])
    told("misp", "export", "--out", out)
    assert json.loads(out.read_bytes()) == {"Event": event()}
    for one in record_keeping.view().statements("stix_object"):
        assert (one.tlp, one.pap) == ("AMBER+STRICT", "GREEN")
        assert (one.reliability, one.credibility) == ("B", 3)
    other = told("misp", "export", "--reader", "NORTH:peer")
    assert EVENT not in other


def test_a_later_version_is_the_one_that_goes_out(own_store: Path, tmp_path: Path) -> None:
    later = event(info="later", timestamp="1767312001")
    told("misp", "import", write(tmp_path, later, event()))
    assert json.loads(told("misp", "export"))["Event"]["info"] == "later"


def test_what_we_sent_is_known_when_it_comes_back(own_store: Path, tmp_path: Path) -> None:
    record_keeping.add_statement(WARNING)
    own, bundle = tmp_path / "own.json", tmp_path / "bundle.json"
    told("misp", "export", "--out", own)
    told("misp", "export", "--stix", "--out", bundle)
    assert "canary" not in told("misp", "export", "--reader", "NORTH:peer")
    counted = json.loads(told("misp", "import", own, "--json"))
    assert (counted["added"], counted["known"], counted["refused"]) == (0, 1, 0)
    counted = json.loads(told("misp", "import", bundle, "--json"))
    assert (counted["known"], counted["refused"]) == (1, 0)
    made = json.loads(own.read_bytes())["Event"]
    made["Attribute"].append(attribute())  # what a partner added to it is kept beside it
    assert json.loads(told("misp", "import", write(tmp_path, made), "--json"))["added"] > 0
    own.write_bytes(own.read_bytes().replace(b"canary", b"raven"))
    assert json.loads(told("misp", "import", own, "--json", code=1))["refused"] == 1


def test_red_is_refused_unless_this_node_was_named(own_store: Path, tmp_path: Path) -> None:
    path = write(tmp_path, event(Attribute=[attribute(Tag=tags("tlp:red"))]))
    assert "TLP:RED" in told("misp", "import", path, code=1)
    assert record_keeping.view().count("stix_object") == 0
    told("misp", "import", path, "--named")
    assert all(one.tlp == "RED" for one in record_keeping.view().statements("stix_object"))


def test_a_bundle_that_misp_exported_has_its_event_s_tags(own_store: Path, tmp_path: Path) -> None:
    objects = bundled(
        event(Tag=tags("tlp:amber", "PAP:RED", 'admiralty-scale:source-reliability="c"'))
    )
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"type": "bundle", "id": f"bundle--{EVENT}", "objects": objects}))
    told("misp", "import", path)
    found = list(record_keeping.view().statements("stix_object"))
    assert found
    assert {(one.tlp, one.pap, one.reliability) for one in found} == {("AMBER", "RED", "C")}


def test_a_red_bundle_is_refused_unless_this_node_was_named(
    own_store: Path, tmp_path: Path
) -> None:
    """Its label may stand on the report alone: what the report holds is no less RED."""
    objects = bundled(event(Tag=tags("tlp:red")))
    for one in objects:
        if one["type"] not in ("report", "grouping", "marking-definition"):
            one.pop("object_marking_refs", None)
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"type": "bundle", "id": f"bundle--{EVENT}", "objects": objects}))
    assert "TLP:RED" in told("misp", "import", path, code=1)
    assert record_keeping.view().count("stix_object") == 0
    told("misp", "import", path, "--named")
    assert all(one.tlp == "RED" for one in record_keeping.view().statements("stix_object"))


def test_without_misp_stix_an_event_is_kept_and_the_lack_is_told(
    own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "misp_stix_converter", None)
    assert "tocsin[misp]" in told("misp", "import", write(tmp_path, event()))
    assert json.loads(told("misp", "export")) == {"Event": event()}
    assert isinstance(RUN.invoke(app, ["misp", "export", "--stix"]).exception, ToolMissing)


def test_who_would_read_what_comes_in_is_shown_first(own_store: Path, tmp_path: Path) -> None:
    table = tmp_path / "map.yml"
    table.write_text(f"organisations:\n  {NORTH}: north\n")
    path = write(tmp_path, event(**shared_with(NORTH)))
    shown = RUN.invoke(app, ["misp", "import", str(path), "--map", str(table), "--json"])
    assert isinstance(shown.exception, NotLookedAt)
    preview = json.loads(shown.stdout)
    assert {one["rel_to"][0] for one in preview["marked"]} == {"north"}
    assert record_keeping.view().count("stix_object") == 0
    told("misp", "import", path, "--map", table, "--yes", preview["digest"])
    assert EVENT in told("misp", "export", "--reader", "north:peer")
    assert EVENT not in told("misp", "export", "--reader", "south:peer")
    again = json.loads(told("misp", "import", path, "--map", table, "--json"))
    assert again["added"] == 0  # what is there already asks nothing


@pytest.mark.parametrize(
    ("came", "bounds", "out"),
    [
        ({"distribution": "3"}, {"distribution": "0"}, 0),
        ({"distribution": "2"}, {"distribution": "3"}, 2),
        ({"distribution": "3"}, {"distribution": "1"}, 1),
        ({"distribution": "3"}, {"distribution": "4", "SharingGroup": {"uuid": GROUP}}, 0),
        (shared_with(NORTH), {"distribution": "4", "SharingGroup": {"uuid": GROUP}}, 4),
        (shared_with(NORTH), {"distribution": "4", "SharingGroup": {"uuid": NORTH}}, 0),
        (shared_with(NORTH), {"distribution": "3"}, 0),
        ({"distribution": "0", "Attribute": [attribute(distribution="3")]},
         {"distribution": "1"}, 1),
    ],
)  # fmt: skip
def test_an_event_that_is_passed_on_goes_no_further_than_its_marking_here(
    came: dict[str, Any], bounds: dict[str, Any], out: int
) -> None:
    made = narrowed(event(**came), bounds)
    assert widest_of(made) == out
    group = made.get("SharingGroup", {})
    assert "SharingGroupOrg" not in group  # as the table has it, not as it came
