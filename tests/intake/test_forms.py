"""Forms: data that is sound, valid for ODK, whole on paper."""

from io import BytesIO

import msgspec
import openpyxl
import pytest

from tocsin.errors import UnknownName
from tocsin.intake import Form, form_named, forms
from tocsin.intake.paper import to_pdf
from tocsin.intake.xlsform import sheets, to_xform, to_xlsform

EVERY = [pytest.param(form, id=form.id) for form in forms()]


@pytest.mark.parametrize("form", EVERY)
def test_every_word_is_there_in_both_languages(form: Form) -> None:
    for one in (*form.questions, *form.indicators):
        assert one.label.fr
        assert one.label.en
        assert one.label.fr != one.label.en
    for options in form.choices.values():
        assert all(one.fr and one.en for one in options)


@pytest.mark.java
@pytest.mark.parametrize("form", EVERY)
def test_odk_validate_accepts_the_form(form: Form) -> None:
    assert f'id="{form.id}"' in to_xform(form, validate=True)


@pytest.mark.parametrize("form", EVERY)
def test_the_workbook_holds_the_three_sheets_of_an_xlsform(form: Form) -> None:
    book = openpyxl.load_workbook(BytesIO(to_xlsform(form)))
    assert book.sheetnames == ["survey", "choices", "settings"]
    names = {row[1] for row in book["survey"].iter_rows(min_row=2, values_only=True)}
    assert set(form.names) <= names


@pytest.mark.parametrize("form", EVERY)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_paper_form_is_one_sheet(form: Form, lang: str) -> None:
    made = to_pdf(form, lang)  # type: ignore[arg-type]
    assert made.startswith(b"%PDF")
    assert made.count(b"/Type /Page\n") + made.count(b"/Type /Page/") <= 1


def test_the_incident_form_offers_about_forty_events_and_the_situation_form_peace() -> None:
    assert 38 <= len(form_named("incident").choices["event"]) <= 45
    assert {one.side for one in form_named("situation").indicators} == {"conflict", "peace"}
    assert [one.name for one in form_named("situation").choices["state"]] == [
        "observed", "not_observed", "could_not_observe", "not_asked",
    ]  # fmt: skip


def test_a_conditional_question_is_asked_under_its_condition() -> None:
    rows = {row["name"]: row for row in sheets(form_named("incident"))["survey"]}
    assert rows["event_other"]["relevant"] == "${event} = 'other'"


def test_two_questions_with_one_short_code_are_refused() -> None:
    read = msgspec.to_builtins(form_named("incident"))
    read["questions"][1]["sms"] = read["questions"][0]["sms"]
    with pytest.raises(msgspec.ValidationError, match="short code"):
        msgspec.convert(read, Form)


def test_a_form_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UnknownName, match="incident"):
        form_named("nothing")
