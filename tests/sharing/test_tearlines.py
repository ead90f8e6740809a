"""Tear lines: nothing of the parent stands in the child but what a person agreed to."""

import re
from itertools import pairwise

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.ledger.conftest import figure
from tests.sharing.nodes import Node, node, pair

from tocsin.errors import CheckFailed, UsageError
from tocsin.language import fold
from tocsin.sharing.redaction import find, redact
from tocsin.sharing.tearing import coarsen, prose_of, survivors, texts_of, torn_body
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import ControlAssessment
from tocsin.tables.statements import statement_from_json, statement_to_json
from tocsin.workflow import tearing

__all__ = ["node", "pair"]
AUTHORITY = {"reader": "north:release-authority"}
SAID = {
    "kind": "control_assessment",
    "subject": "area:ZED.gao",
    "source": "le marabout de la vallée",
    "known_at": "2023-07-13",
    "valid_from": "2023-07-12T14:30Z",
    "body": {
        "area": "ZED.gao.bourem",
        "actor": "actor:x",
        "level": "contests",
        "note": {
            "fr": "Le chef Moussa Ag Alhassane, joint au +223 76 12 34 56, a vu douze hommes "
            "entrer dans le village.",
            "en": "Chief Moussa Ag Alhassane, at 16.2702, -0.0416, saw 12 men enter the village.",
        },
    },
}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Appeler le 76 12 34 56", "phone"),
        ("call +223-76-12-34-56 now", "phone"),
        ("à 16.2702, -0.0416", "coordinates"),
        ("at 16° 16' 12\" N", "coordinates"),
        ("vu par le colonel Diarra", "name"),
        ("seen by Mr. Smith", "name"),
        ("il s’appelle Moussa Ag Alhassane", "name"),
        ("voir 01890a5d-ac96-774b-bcce-b302099a8057", "id"),
        ("écrire à x.y@exemple.org", "address"),
        ("le camion AB-123-CD", "code"),
        ("une douzaine de motos", "number"),
        ("about twenty riders", "number"),
        ("arrivés vendredi", "time"),
        ("on Friday", "time"),
    ],
)
def test_what_may_identify_is_found_in_both_languages(text: str, what: str) -> None:
    assert what in {one.what for one in find(text)}
    assert what not in {one.what for one in find(redact(text))}


@pytest.mark.parametrize(
    ("place", "time", "area", "begins", "ends"),
    [
        ("admin1", "month", "ZED.gao", "2023-07", "2023-07"),
        ("country", "week", "ZED", "2023-07-10", "2023-07-16"),
        ("none", "year", "", "2023", "2023"),
        ("country", "none", "ZED", None, None),
    ],
)
def test_places_and_times_are_coarsened_by_rule(place, time, area, begins, ends) -> None:
    parent = figure(valid_from="2023-07-12T14:30Z", valid_to="2023-07-13").__class__(
        **(
            {name: getattr(figure(), name) for name in ("id", "subject", "source", "origin")}
            | {
                "kind": "control_assessment", "author": "analyst", "known_at": "2023-07-14",
                "valid_from": "2023-07-12T14:30Z", "valid_to": "2023-07-13",
                "body": ControlAssessment(
                    area="ZED.gao.bourem", actor="actor:x", level="contests"
                ),
            }
        )
    )  # fmt: skip
    assert tuple(coarsen(parent, place, time)) == (area, begins, ends)


WORDS = st.sampled_from(
    [
        "hommes",
        "motos",
        "village",
        "Ber",
        "Moussa",
        "puits",
        "camion",
        "entrés",
        "brûlé",
        "nuit",
        "river",
        "market",
        "seized",
    ]
)  # fmt: skip
NUMBERS = st.integers(13, 99999).map(str)
PHONES = st.integers(60_000_000, 79_999_999).map(lambda one: f"+223 {one}")
TEXTS = st.lists(st.one_of(WORDS, NUMBERS, PHONES), min_size=1, max_size=14).map(" ".join)


@given(TEXTS, TEXTS, st.integers(13, 10**9), st.dates().map(lambda day: f"{day.year:04}-01-05"))
@settings(max_examples=300)
def test_nothing_survives_but_what_is_listed(fr: str, en: str, value: int, day: str) -> None:
    """Searched for anew, in the child's bytes: n-grams, numbers, ids, times of the parent."""
    assume(day > "1900")
    base = figure(value, known_at=day, valid_from=day)
    body = msgspec.structs.replace(base.body, note=Words(fr=fr, en=en), place="ZED.gao")
    parent = msgspec.structs.replace(base, body=body)
    said = prose_of(parent)
    text = Words(fr=redact(said.fr), en=redact(said.en))
    both = f"{text.fr}\n{text.en}"
    child = torn_body(parent, text, coarsen(parent, "country", "month"))
    written = msgspec.json.encode(child).decode()
    agreed = {fold(word) for run in survivors(parent, both) for word in run.split()}
    searched = [token for one in texts_of(parent) for token in re.findall(r"[^\W_]+", fold(one))]
    in_child = re.findall(r"[^\W_]+", fold(both))
    for first, second in pairwise(searched):
        if (first, second) in set(pairwise(in_child)):
            assert {first, second} <= agreed | {"le", "la", "de", "a", "of", "the", "par"}
    for number in re.findall(r"\d+", " ".join(texts_of(parent))):
        if len(number) > 1:
            assert number not in re.sub(re.escape(day[:7]), "", written)
    assert parent.id not in written
    assert day not in written


@pytest.fixture
def north(node) -> Node:
    return node("north")


def test_a_tear_line_is_another_record_that_says_less(pair) -> None:
    north, south = pair
    told = north.says(**SAID, tlp="RED")
    asked = {"tlp": "GREEN", "to": ["south"]} | AUTHORITY
    with north.at_work():
        shown = tearing.tear(told, **asked)
        assert not shown.statement
        with pytest.raises(CheckFailed):
            tearing.tear(told, agreed="0" * 64, **asked)
        made = tearing.tear(told, agreed=shown.digest, **asked)
    assert made.statement
    assert made.statement != told
    taken = south.takes(north.exports(south))
    (child,) = south.sees()
    assert (child.id, child.tlp) == (made.statement, "GREEN"), taken
    sent = statement_to_json(child).decode()
    for secret in ("Moussa", "Alhassane", "223", "16.27", "douze", "12 men", "bourem", "14:30",
                   "2023-07-12", "2023-07-13", "marabout", told, "derived_from"):  # fmt: skip
        assert secret not in sent, secret
    assert child.body.area == "ZED.gao"
    assert (child.body.period_from, child.body.period_to) == ("2023-07", "2023-07")
    with south.at_work():
        (record,) = north.records("tear_line")
    assert b"derived_from" not in record.content
    assert statement_from_json(record.content).derived_from == ()


def test_what_a_rule_finds_needs_a_person_s_word(north: Node) -> None:
    told = north.says(**SAID, tlp="AMBER")
    with north.at_work():
        asked = {"tlp": "GREEN", "en": "Armed men entered a village near Bourem."} | AUTHORITY
        with pytest.raises(CheckFailed, match="Bourem"):
            tearing.tear(told, **asked)
        shown = tearing.tear(told, keep=["Armed", "Bourem"], **asked)
        assert {"men", "village"} <= {word for run in shown.survives for word in run.split()}


def test_only_the_originators_release_authority_tears(pair) -> None:
    north, south = pair
    told = north.says(**SAID, tlp="AMBER", rel_to=["south"])
    south.takes(north.exports(south))
    with south.at_work(), pytest.raises(UsageError, match="only north"):
        tearing.tear(told, tlp="GREEN", reader="south:release-authority")
    with north.at_work(), pytest.raises(UsageError, match="does not release"):
        tearing.tear(told, tlp="GREEN")


def child_of(told: str, **asked) -> dict:
    """The tear line as it would be written: its marking, and what it no longer carries."""
    shown = tearing.tear(told, place="country", **(asked | AUTHORITY))
    made = tearing.tear(told, place="country", agreed=shown.digest, **(asked | AUTHORITY))
    return {"pap": made.preview.pap, "caveats": set(made.preview.caveats), "said": made.lowered}


@pytest.mark.parametrize("pap", ["GREEN", "AMBER", "RED"])
def test_what_may_be_done_with_a_record_goes_on_with_its_tear_line(north: Node, pap: str) -> None:
    told = north.says(**SAID, tlp="RED", pap=pap, caveats=["PARTY", "ORCON"])
    with north.at_work():
        assert child_of(told, tlp="GREEN", to=["south"]) == {
            "pap": pap, "caveats": {"PARTY", "ORCON"}, "said": (),
        }  # fmt: skip
        with pytest.raises(UsageError, match="TLP:CLEAR contradicts"):
            tearing.tear(told, tlp="CLEAR", **AUTHORITY)


def test_only_a_persons_word_that_is_shown_and_kept_lowers_it(north: Node) -> None:
    told = north.says(**SAID, tlp="RED", pap="RED", caveats=["PARTY", "ORCON", "SOURCE"])
    lower = {"tlp": "CLEAR", "pap": "GREEN", "drop": ["ORCON", "SOURCE"]}
    with north.at_work():
        kept = tearing.tear(told, tlp="GREEN", to=["south"], **AUTHORITY).digest
        with pytest.raises(CheckFailed):
            tearing.tear(told, agreed=kept, **lower, **AUTHORITY)
        assert child_of(told, **lower) == {
            "pap": "GREEN", "caveats": {"PARTY"}, "said": ("PAP:RED", "ORCON", "SOURCE"),
        }  # fmt: skip
        (word,) = [one for one in north.sees() if one.kind == "tear"]
        assert word.body.lowered == ("PAP:RED", "ORCON", "SOURCE")
        for wrong in ({"pap": "WHITE"}, {"drop": ["EXERCISE"]}, {"drop": ["NONE"]}):
            with pytest.raises(UsageError):
                tearing.tear(told, tlp="GREEN", **wrong, **AUTHORITY)


def test_what_was_made_of_anothers_record_is_not_torn_past_its_marking(pair) -> None:
    """Not at one remove either: a tear line of a summary of a partner's report."""
    north, south = pair
    theirs = south.says(1, tlp="AMBER", pap="RED", caveats=["ORCON"], rel_to=["north"])
    north.takes(south.exports(north))
    narrow = {"tlp": "AMBER", "pap": "RED", "caveats": ["ORCON"]}
    summary = north.says(2, **narrow, derived_from=[theirs])
    again = north.says(3, **narrow, derived_from=[summary])
    with north.at_work():
        for told in (summary, again):
            for wider in (
                {"tlp": "GREEN"}, {"tlp": "AMBER", "pap": "GREEN"},
                {"tlp": "AMBER", "drop": ["ORCON"]}, {"tlp": "AMBER", "to": ["east"]},
            ):  # fmt: skip
                with pytest.raises(UsageError) as refused:
                    tearing.tear(told, en="Something moved.", keep=["Something"], **wider,
                                 **AUTHORITY)  # fmt: skip
                assert f"share request {theirs}" in refused.value.message()
            same = tearing.tear(told, en="Something moved.", keep=["Something"], tlp="AMBER",
                                **AUTHORITY)  # fmt: skip
            assert (same.preview.pap, same.preview.caveats) == ("RED", ("ORCON",))
