"""Statements and their bodies: strict, dated, and written one way only."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import TableError
from tocsin.language import code_words
from tocsin.language.text import french
from tocsin.tables.kinds import KINDS, Figure, Words
from tocsin.tables.statements import (
    Statement,
    statement_from_fields,
    statement_from_json,
    statement_to_json,
)

ENVELOPE = {
    "id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "kind": "figure",
    "subject": "zed:displaced",
    "known_at": "2023-07",
    "source": "Bulletin de la vallée",
    "origin": "cell",
    "author": "analyst",
}
BODY = {"quantity": "displaced", "title": {"fr": "Déplacés"}, "unit": "persons", "value": 12}
SPELLED_OUT = {
    "reliability": "F",
    "credibility": 6,
    "tlp": "".join(["AMBER", "+", "STRICT"]),
    "pap": "AMBER",
    "rel_to": [],
    "valid_from": None,
}


def figure(**body: object) -> Statement:
    return statement_from_fields(ENVELOPE | {"body": BODY | body})


def test_a_default_spelled_out_is_the_same_text():
    plain = statement_to_json(figure())
    spelled_body = {"bound": "".join(["exa", "ct"]), "note": {"fr": "", "en": ""}}
    spelled = statement_from_fields(ENVELOPE | SPELLED_OUT | {"body": BODY | spelled_body})
    assert statement_to_json(spelled) == plain
    again = json.dumps(ENVELOPE | SPELLED_OUT | {"body": BODY | spelled_body})
    assert statement_to_json(statement_from_json(again)) == plain
    assert b"tlp" not in plain
    assert b"note" not in plain


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_forbids_what_it_does_not_know(kind: str):
    with pytest.raises(TableError, match="field body"):
        statement_from_fields(ENVELOPE | {"kind": kind, "body": {"unheard_of": 1}})


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_described(kind: str):
    assert KINDS[kind].__doc__
    assert KINDS[kind].kind == kind
    assert msgspec.json.schema(KINDS[kind])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"known_at": "2023-02-30"}, "known_at"),
        ({"known_at": "yesterday"}, "known_at"),
        ({"valid_from": "2024", "valid_to": "2023"}, "valid_to"),
        ({"tlp": "WHITE"}, "tlp"),
        ({"credibility": 7}, "credibility"),
        ({"id": "7"}, "id"),
        ({"kind": "rumour"}, "kind"),
        ({"retracts": "01890a5d-ac96-774b-bcce-b302099a8058"}, "retracts"),
        ({"body": BODY | {"value": "many"}}, "body.value"),
        ({"body": BODY | {"value": float("nan")}}, "body.value"),
        ({"body": BODY | {"period_from": "2023-13"}}, "body.period_from"),
        ({"body": BODY | {"low": 3, "high": 2}}, "body.low"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(change: dict, field: str):
    with pytest.raises(TableError, match=f"field {field}: "):
        statement_from_fields(ENVELOPE | {"body": BODY} | change)


def test_a_year_that_yaml_read_as_a_number_is_a_date():
    one = statement_from_fields(
        ENVELOPE | {"valid_from": 2019, "body": BODY | {"period_from": 2022}}
    )
    assert (one.valid_from, one.body.period_from) == ("2019", "2022")


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=9))
def test_what_is_written_is_read_back(value: float, words: str):
    title = Words(fr=words.encode("utf-8", "ignore").decode(), en="x")
    body = Figure(quantity="q", title=title, unit="u", value=value)
    one = Statement(**ENVELOPE, body=body)
    assert statement_from_json(statement_to_json(one)) == one


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_says_in_both_languages_what_it_is_for(kind: str):
    first = (KINDS[kind].__doc__ or "").splitlines()[0]
    assert first in french(), first


def test_every_kind_has_a_name_in_french() -> None:
    nameless = [kind for kind in KINDS if code_words(kind, "fr") == kind.replace("_", " ")]
    # These are spelled alike in both languages.
    assert set(nameless) <= {
        "camp", "condition", "decision", "escalation", "exercise", "organisation", "purge",
        "relation", "response", "situation",
    }  # fmt: skip
