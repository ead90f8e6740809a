"""What leaves as STIX is valid, comes back equal, betrays nothing; what comes in is kept whole."""

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st
from stix2validator import ValidationOptions, validate_string
from tests.ledger.conftest import SIGNER, figure, new_id

from tocsin.errors import TocsinError, UnreadableFile
from tocsin.ledger.sealing import seal
from tocsin.policy import MemoryView, Reader
from tocsin.sharing.stix.arriving import Arriving
from tocsin.sharing.stix.bundling import bundle
from tocsin.sharing.stix.incidents import INCIDENT_CORE, Incident, incident_in
from tocsin.sharing.stix.marking import TLP_IDS
from tocsin.sharing.stix.reading import canonical_text, objects_in
from tocsin.tables.kinds import Actor, Annotation, Membership, Relation, StixObject, Words
from tocsin.tables.kinds.reports import Harm, Placement, Report, ReportLink, Verification
from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.statements import Statement, statement_from_json, statement_to_json

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
WORDS = st.builds(Words, fr=TEXTS, en=TEXTS)
REPORT = "01890a5d-ac96-774b-bcce-b302099a8057"
BODIES: dict[str, st.SearchStrategy[Any]] = {
    "actor": st.builds(Actor, name=WORDS, type=st.sampled_from(["state", "militia", "other"]),
                       description=WORDS),
    "relation": st.builds(Relation, type=st.sampled_from(["allied", "member_of"]),
                          object=st.sampled_from(["actor:a", "actor:b"]), note=WORDS),
    "membership": st.builds(Membership, organisation=st.just("organisation:bloc"), note=WORDS),
    "annotation": st.builds(Annotation, about=st.just(REPORT), text=WORDS),
    "report": st.builds(Report, form_version=st.just("1"), instance=st.just("i-1"),
                        reporter=st.just("m-1"), way=st.just("web"), received=st.just("2023-07-01"),
                        place=TEXTS.map(lambda t: f"x{t}"),
                        country=st.sampled_from(["", "XEX", "MLI"]),
                        day_from=st.sampled_from(["2023-06-30", "2023-06"]),
                        event=st.just("attack"),
                        latitude=st.sampled_from([None, 13.5]),
                        longitude=st.sampled_from([None, 2.1]),
                        harm=st.builds(Harm, killed=st.integers(0, 9)), how_known=st.just("saw"),
                        sources=st.sampled_from([None, 0, 3]), told=TEXTS),
    "verification": st.builds(Verification, report=st.just(REPORT), verifier=st.just("v-1"),
                              status=st.sampled_from(["verified", "partly", "false", "duplicate"]),
                              reason=WORDS),
    "report_link": st.builds(ReportLink, report=st.just(REPORT), relation=st.just("same_event"),
                             other=st.sampled_from(["ucdp_ged:1", REPORT[:-1] + "8"])),
    "placement": st.builds(Placement, report=st.just(REPORT), place=st.just("Ville"),
                           latitude=st.floats(-90, 90), longitude=st.floats(-180, 180),
                           precision=st.just("near"), likeness=st.just(90.0),
                           listed_by=st.just("gazetteer")),
    "warning": st.builds(WarningVersion, problem=st.just("p"), about=st.just("XEX"), title=WORDS,
                         level=st.just("alert"), window_from=st.just("2023-07"),
                         window_to=st.just("2023-08"), clock_from=st.just("2023-07-01"),
                         likelihood_low=st.just(0.2), likelihood_high=st.just(0.4),
                         country=st.sampled_from(["", "MLI"])),
}  # fmt: skip
MARKED = st.one_of(
    st.just({"tlp": "CLEAR"}),
    st.fixed_dictionaries(
        {
            "tlp": st.sampled_from(["GREEN", "AMBER", "AMBER+STRICT", "RED"]),
            "pap": st.sampled_from(["GREEN", "AMBER", "RED"]),
            "rel_to": st.sampled_from([(), ("north",), ("north", "group:bloc")]),
            "caveats": st.sampled_from([(), ("ORCON",)]),
        }
    ),
)


@st.composite
def stores(draw: st.DrawFn) -> list[Statement]:
    """Signed statements of many kinds and of three organisations."""
    made = []
    for kind in draw(st.lists(st.sampled_from(sorted(BODIES)), max_size=8)):
        fields: dict[str, Any] = draw(MARKED) | {
            "kind": kind,
            "subject": draw(st.sampled_from(["actor:a", "actor:b", "report:incident/1"])),
            "body": draw(BODIES[kind]),
            "origin": draw(st.sampled_from(["cell", "north", "south"])),
            "known_at": draw(st.sampled_from(["2022", "2023-07", "2023-07-21T10:00:00.5Z"])),
            "credibility": draw(st.integers(1, 6)),
            "reliability": draw(st.sampled_from("ABCDEF")),
            "valid_from": draw(st.sampled_from([None, "2019"])),
        }
        if made and draw(st.booleans()) and made[-1].origin == fields["origin"]:
            fields["supersedes"] = made[-1].id
        content, digest, signature = seal(figure(**fields), SIGNER, "00" * 12)
        signed = {"hash": digest.hex(), "signature": signature}
        made.append(msgspec.structs.replace(statement_from_json(content), **signed))
    return made


def exported(statements: Any, name: str = "test") -> bytes:
    return b"".join(bundle(statements, name))


def arrived(text: bytes) -> tuple[list[Statement], list[Statement]]:
    arriving = Arriving("here", "analyst", "2024-01-01")
    ours, foreign = [], []
    for number, found in enumerate(objects_in(io.BytesIO(text), "x.json")):
        one = arriving.take(found, f"x.json:{number}")
        if one.ours is not None:
            ours.append(one.ours)
        if one.foreign is not None:
            foreign.append(one.foreign)
    return ours, foreign


def assert_valid(text: bytes) -> None:
    found = validate_string(text.decode(), ValidationOptions(version="2.1"))
    problems = [str(error) for error in found.errors or []]
    assert found.is_valid, problems
    stix2.parse(text.decode(), allow_custom=False)


@given(stores())
@settings(max_examples=12, deadline=None)
def test_a_store_goes_out_valid_and_comes_back_equal(statements: list[Statement]) -> None:
    text = exported(statements)
    assert_valid(text)
    ours, foreign = arrived(text)
    assert ours == statements
    assert foreign == []


READERS = st.builds(
    Reader,
    st.sampled_from(["cell", "north", "stranger"]),
    st.sampled_from(["analyst", "peer", "auditor", "administrator"]),
)


@given(stores(), READERS)
@settings(max_examples=40, deadline=None)
def test_what_a_reader_may_not_see_leaves_no_trace(
    statements: list[Statement], reader: Reader
) -> None:
    seen = MemoryView(statements, reader)
    allowed = [one for one in statements if one in seen.history(one.subject)]
    text = exported(seen.statements())
    assert text == exported(MemoryView(allowed, reader).statements())
    hidden = [one for one in statements if one not in allowed]
    assert not any(one.id.encode() in text for one in hidden if one.id not in _named(allowed))


def _named(statements: list[Statement]) -> str:
    return " ".join(statement_to_json(one).decode() for one in statements)


def test_markings_go_out_under_their_fixed_ids_and_come_in_as_the_narrowest() -> None:
    text = exported([figure(tlp="GREEN", rel_to=("north",))])
    note = next(one for one in json.loads(text)["objects"] if one["type"] == "note")
    assert TLP_IDS["GREEN"] in note["object_marking_refs"]
    assert "confidence" not in note  # credibility 6 is no number
    for refs, tlp in (
        ([TLP_IDS["CLEAR"]], "CLEAR"),
        ([TLP_IDS["CLEAR"], TLP_IDS["RED"]], "RED"),
        (["marking-definition--" + "0" * 8 + REPORT[8:]], "AMBER+STRICT"),
        ([], "AMBER+STRICT"),
    ):
        _, (kept,) = arrived(json.dumps(campaign(object_marking_refs=refs)).encode())
        assert (kept.tlp, kept.rel_to, kept.origin) == (tlp, (), "here")


def test_a_granular_marking_counts_for_the_whole() -> None:
    marked = [{"marking_ref": TLP_IDS["RED"], "selectors": ["name"]}]
    given_ = campaign(object_marking_refs=[TLP_IDS["CLEAR"]], granular_markings=marked)
    _, (kept,) = arrived(json.dumps(given_).encode())
    assert kept.tlp == "RED"


def campaign(**more: Any) -> dict[str, Any]:
    return {
        "type": "campaign",
        "spec_version": "2.1",
        "id": "campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2016-04-06T20:03:00.000Z",
        "modified": "2016-04-06T20:03:23.123456789Z",
        "name": "x",
    } | more


@pytest.mark.mirror
def test_the_standard_s_samples_are_kept_whole(mirror: Path) -> None:
    samples = sorted((mirror / "vectors" / "stix").glob("*.json"))
    assert samples
    for path in samples:
        sent = json.loads(path.read_bytes())
        sent = sent["objects"] if sent["type"] == "bundle" else [sent]
        _, foreign = arrived(path.read_bytes())
        back = json.loads(exported(foreign))["objects"]
        wanted = [one for one in sent if one["id"] not in TLP_IDS.values()]
        for one in wanted:
            fixed = one["type"] == "marking-definition" and one.get("definition_type") == "tlp"
            assert fixed or one in back, path.name


def test_strange_objects_are_kept_whole() -> None:
    odd = [
        campaign(x_custom={"deep": [1.10, 1e400, 123456789012345678901234567890, "é\u2028"]}),
        campaign(type="x-unheard-of", id="x-unheard-of--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"),
        {"type": "observed-data", "id": "observed-data--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
         "created": "2016-04-06T20:03:00.000Z", "modified": "2016-04-06T20:03:00.000Z",
         "objects": {"0": {"type": "file", "name": "a"}}},
        campaign(created_by_ref="campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"),  # of itself
        campaign(name="y"),  # the same version with other content
    ]  # fmt: skip
    text = (
        '{"type":"bundle","id":"bundle--1","objects":['
        + ",".join(json.dumps(one).replace("Infinity", "1e400") for one in odd)
        + "]}"
    )
    _, foreign = arrived(text.encode())
    assert len({one.body for one in foreign}) == len(odd)
    assert foreign[2].body.spec == "2.0"
    assert "1E+400" in foreign[0].body.object
    assert "123456789012345678901234567890" in foreign[0].body.object
    again = arrived(exported(foreign))[1]
    assert [one.body for one in again] == [one.body for one in foreign]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"objects":[{"type":"x"',
        b'{"objects":[' + b'{"a":' * 100_000,
        b'{"objects":["' + b"x" * 2_000_000,
        b'{"objects":[{"a":' + b"9" * 5000 + b"}]}",
        b'{"objects":[NaN]}',
        b'{"objects":[1]}',
        b'{"objects":[{}]}',
        b'{"objects":[{"type":"UPPER","id":"x"}]}',
        b'{"objects":[{"type":"a","id":"a--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","modified":"2023-13-01T00:00:00Z"}]}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_stix_is_told_and_not_taken_in(text: bytes) -> None:
    with pytest.raises(TocsinError):
        arrived(text)


def test_a_long_bundle_is_read_in_pieces() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.parts = iter(
                [b'{"type":"bundle","objects":[']
                + [json.dumps(campaign(name="n" * 500)).encode() + b","] * 5000
                + [json.dumps(campaign()).encode() + b"]}"]
            )

        def read(self, size: int = -1) -> bytes:
            return next(self.parts, b"")

    assert sum(1 for _ in objects_in(Endless(), "long")) == 5001  # type: ignore[arg-type]


def test_numbers_keep_their_digits() -> None:
    assert canonical_text(next(objects_in(io.BytesIO(b'{"id":"x","v":1.100}'), "x"))) == (
        '{"id":"x","v":1.100}'
    )


def test_a_cut_bundle_is_told() -> None:
    with pytest.raises(UnreadableFile):
        list(objects_in(io.BytesIO(b'{"type":"bundle","objects":[]'), "x"))


def test_a_changed_statement_no_longer_bears_its_hash() -> None:
    from tocsin.errors import CheckFailed
    from tocsin.ledger.exchange import require_genuine

    content, digest, signature = seal(figure(12), SIGNER, "00" * 12)
    one = msgspec.structs.replace(
        statement_from_json(content), hash=digest.hex(), signature=signature
    )
    changed = exported([one]).replace(b'"value":12', b'"value":13')
    (came,), _ = arrived(changed)
    with pytest.raises(CheckFailed):
        require_genuine(came, SIGNER.public)


def test_a_kept_object_is_a_statement_of_its_own_kind() -> None:
    _, (kept,) = arrived(json.dumps(campaign()).encode())
    assert isinstance(kept.body, StixObject)
    assert kept.known_at == "2016-04-06T20:03:23.123456Z"
    assert kept.id != new_id()


# --- the official extension for incidents -----------------------------------------------------


def incident_of(harm: Harm) -> dict[str, Any]:
    body = Report(
        form_version="1", instance="i-1", reporter="m-1", way="web", received="2023-07-01",
        place="Ville", day_from="2023-06-30", event="armed_clash", harm=harm, how_known="saw",
    )  # fmt: skip
    text = exported([figure(kind="report", subject="report:incident/i-1", body=body)])
    assert_valid(text)
    return next(one for one in json.loads(text)["objects"] if one["type"] == "incident")


def test_a_report_goes_out_by_the_incident_extension_and_is_read_by_it() -> None:
    found = incident_of(Harm(killed=3, displaced=0))
    assert incident_in(found) == Incident(
        determination="suspected", investigation_status="new", incident_types=("armed-clash",),
        detection_methods=("user-reporting",),
        counts={"individual-killed": 3, "individual-displaced": 0},
    )  # fmt: skip
    assert "impacted_entity_counts" not in incident_of(Harm())["extensions"][INCIDENT_CORE]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KNOWN = ("determination", "investigation_status", "criticality", "incident_types",
         "detection_methods", "impacted_entity_counts", "events", "x_unheard")  # fmt: skip


@given(st.dictionaries(st.sampled_from(KNOWN), JSON))
@settings(max_examples=60, deadline=None)
def test_whatever_an_incident_says_is_kept_and_what_makes_no_sense_is_unknown(
    said: dict[str, Any],
) -> None:
    one = campaign(
        type="incident", id="incident--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        extensions={INCIDENT_CORE: {"extension_type": "property-extension"} | said},
    )  # fmt: skip
    text = f'{{"type":"bundle","id":"bundle--1","objects":[{canonical_text(one)}]}}'
    _, (kept,) = arrived(text.encode())
    assert isinstance(kept.body, StixObject)
    assert kept.body.object == canonical_text(one)
    *_, back = objects_in(io.BytesIO(exported([kept])), "x")
    read = incident_in(back)
    assert read is not None
    assert {"events", "x_unheard"} & set(said) <= set(read.unknown)


# --- what partners really send: the same again, contradictions, circles ------------------------

NODES = [
    f"{type_}--{number:08d}-17d4-4cbf-938f-98ee46b3cd3f"
    for type_ in ("campaign", "x-unheard-of", "relationship")
    for number in range(3)
]
VERSIONS = ("2016-04-06T20:03:23.000Z", "2017-01-01T00:00:00Z", "2017-01-01T00:00:00.123456789Z")


@st.composite
def tangles(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Objects that refer to each other in circles, with ids reused and versions in conflict."""
    made = []
    for key in draw(st.lists(st.sampled_from(NODES), min_size=1, max_size=8)):
        one = {
            "type": key.partition("--")[0], "id": key, "created": "2016-04-06T20:03:00.000Z",
            "modified": draw(st.sampled_from(VERSIONS)),
            "name": draw(TEXTS), "created_by_ref": draw(st.sampled_from(NODES)),
            "object_refs": draw(st.lists(st.sampled_from(NODES), max_size=3)),
            "extensions": {"extension-definition--" + NODES[0][-36:]: draw(JSON)},
        }  # fmt: skip
        if draw(st.booleans()):
            one["spec_version"] = "2.1"
        made.append(one)
    return made + draw(st.lists(st.sampled_from(made), max_size=3))


@given(tangles())
@settings(max_examples=60, deadline=None)
def test_tangled_objects_are_kept_whole_and_go_out_as_they_came(
    objects: list[dict[str, Any]],
) -> None:
    texts = [canonical_text(one) for one in objects]
    _, kept = arrived(('{"objects":[' + ",".join(texts) + "]}").encode())
    assert [one.body.object for one in kept] == texts  # type: ignore[union-attr]
    told = [*objects_in(io.BytesIO(exported(kept)), "x")]
    back = [canonical_text(one) for one in told]
    assert [text for text in back if text in set(texts)] == texts
    assert {one.tlp for one in kept} == {"AMBER+STRICT"}  # none has a marking
