"""Forms for a phone: XLSForm for people and Kobo, XForm for ODK; made from the same YAML.

XLSForm: https://xlsform.org/en/ ; ODK XForms: https://getodk.github.io/xforms-spec/
"""

import warnings
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.styles import Font

from tocsin.intake.forms_read import Form, Question

_LANGUAGES = (("Français (fr)", "fr"), ("English (en)", "en"))
_TYPES = {"text": "text", "count": "integer", "date": "date", "point": "geopoint",
          "media": "image"}  # fmt: skip


def sheets(form: Form) -> dict[str, list[dict[str, str]]]:
    """The three sheets of an XLSForm, as rows by column name."""
    rows = [
        {"type": "start", "name": "start"},
        {"type": "end", "name": "end"},
    ]
    rows += [_question(form, question) for question in form.questions if not _ends(question)]
    rows += [row for indicator in form.indicators for row in _indicator(indicator.name,
             indicator.label.fr, indicator.label.en)]  # fmt: skip
    rows += [_question(form, question) for question in form.questions if _ends(question)]
    choices = [
        {"list_name": listed, "name": one.name} | _labels(one.fr, one.en)
        for listed, options in form.choices.items()
        for one in options
    ]
    settings = {
        "form_title": form.title.fr,
        "form_id": form.id,
        "version": form.version,
        "default_language": _LANGUAGES[0][0],
        "instance_name": "concat(${place}, ' ', "
        + ("${day_from}" if form.question("day_from") else "${week}")
        + ")",
    }
    return {"survey": rows, "choices": choices, "settings": [settings]}


def _ends(question: Question) -> bool:
    """A remark and a photo come last, after the indicators."""
    return question.name in ("note", "photo", "outlook")


def _labels(fr: str, en: str, column: str = "label") -> dict[str, str]:
    words = {"fr": fr, "en": en}
    return {f"{column}::{shown}": words[lang] for shown, lang in _LANGUAGES}


def _question(form: Form, question: Question) -> dict[str, str]:
    row = {"type": _TYPES.get(question.type, ""), "name": question.name}
    row |= _labels(question.label.fr, question.label.en)
    if question.hint.en:
        row |= _labels(question.hint.fr, question.hint.en, "hint")
    if question.type == "one":
        row["type"] = f"select_one {question.choices}"
        if len(form.options(question)) > 12:
            row["appearance"] = "minimal autocomplete"
    if question.type == "count":
        row["constraint"] = ". >= 0 and . <= 1000000"
    if question.type == "date":
        row["constraint"] = ". <= today()"
    if question.required:
        row["required"] = "yes"
    if question.only_if:
        row["relevant"] = "${{{}}} = '{}'".format(*question.only_if)
    return row


def _indicator(name: str, fr: str, en: str) -> list[dict[str, str]]:
    seen = f"${{{name}}} = 'observed'"
    return [
        {"type": "select_one state", "name": name, "required": "yes", "appearance": "minimal"}
        | _labels(fr, en),
        {"type": "select_one level", "name": f"{name}_level", "relevant": seen,
         "appearance": "minimal"} | _labels("Combien ?", "How much?"),
        {"type": "select_one direction", "name": f"{name}_direction", "relevant": seen,
         "appearance": "minimal"} | _labels("Et avant ?", "And before?"),
    ]  # fmt: skip


def to_xlsform(form: Form) -> bytes:
    """The form as an XLSX file that Kobo, ODK Central and a person can read."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets(form).items():
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column, "") for column in columns])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def to_xform(form: Form, *, validate: bool = False) -> str:
    """The form as an ODK XForm; `validate` asks ODK Validate, which needs Java.

    Raises
    ------
    pyxform's own error, if the form is not valid: a form that ships is tested to be.
    """
    from pyxform.xls2xform import convert  # noqa: PLC0415 - takes a while to load

    told: list[str] = []
    tables: dict[str, Any] = dict(sheets(form))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = convert(tables, warnings=told, validate=validate, form_name="data")
    return str(made.xform)
