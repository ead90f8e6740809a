"""The sheet that goes with a brief: each line with its source, nothing above its marking."""

import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from tocsin.briefs.facts import Words as Names
from tocsin.briefs.record import lay_out_record, render_record_html, render_record_pdf
from tocsin.dossiers import with_own_id
from tocsin.knowledge.digest import digest
from tocsin.knowledge.scope import about_countries, under_marking
from tocsin.tables.kinds import CalendarItem, Words
from tocsin.tables.statements import Statement
from tocsin.workflow.record_keeping import open_ledger
from tocsin.workflow.record_reading import Question, write_record_sheet

MALI = Names("Mali", "Mali")


@pytest.fixture
def sheet(record):
    def made(day: str, since: str, lang: str = "fr"):
        held = about_countries(record(day), ["MLI"])
        found = digest(held, date.fromisoformat(since), date.fromisoformat(day))
        return lay_out_record(found, "MLI", MALI, "CLEAR", lang)  # type: ignore[arg-type]

    return made


def texts(sheet) -> str:
    return "\n".join(one.text for section in sheet.sections for one in section.entries)


def test_every_line_opens_to_a_source_that_names_its_statements(sheet, mali) -> None:
    made = sheet("2023-08-31", "2023-06-30")
    ends = {one.id[-12:] for one in mali}
    assert len(ends) == len({one.id for one in mali}), "twelve letters name one statement"
    for section in made.sections:
        for one in section.entries:
            assert one.sources, one.text
            assert all(1 <= number <= len(made.sources) for number in one.sources)
    named = set(re.findall(r"\b[0-9a-f]{12}\b", "\n".join(made.sources)))
    assert named <= ends
    assert len(named) > 30


def test_the_five_parts_are_there(sheet) -> None:
    titles = [section.title for section in sheet("2023-02-28", "2022-11-30", "en").sections]
    assert titles[0] == "New since 30\u00a0November 2022"
    assert titles[-1] == "Actors: what changed"
    for title in ("Open commitments", "Calendar", "Contested, side by side"):
        assert title in titles


def test_camps_with_one_fate_share_a_line(sheet) -> None:
    told = texts(sheet("2023-06-30", "2023-03-31"))
    assert "13 camps, ouvert\u00a0: Aguelhok, Ansongo, Bamako" in told
    assert "Camp de Kidal" not in told


def test_it_holds_nothing_learned_later(sheet) -> None:
    assert "38,23" not in texts(sheet("2023-07-20", "2023-03-31"))
    assert "38,23" in texts(sheet("2023-07-21", "2023-03-31"))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_html_and_pdf_say_the_same_and_repeat(sheet, lang) -> None:
    made = sheet("2023-06-30", "2023-03-31", lang)
    html, pdf = render_record_html(made), render_record_pdf(made)
    assert (html, pdf) == (render_record_html(made), render_record_pdf(made))
    assert b"<script" not in html
    assert html.count(b'id="s') == len(made.sources)


def test_pdf_text(sheet, tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(render_record_pdf(sheet("2023-06-30", "2023-03-31", "en")))
    told = " ".join(page.extract_text() for page in PdfReader(path).pages)
    assert "TLP:CLEAR" in told
    assert "39.40%" in told


def test_only_what_may_stand_under_the_marking(mali: Iterable[Statement], tmp_path: Path) -> None:
    secret = with_own_id(
        Statement(
            id="00000000-0000-7000-8000-000000000000",
            kind="calendar_item",
            subject="calendar:inside",
            known_at="2023-06-01",
            source="INSIDE",
            origin="own",
            author="analyst",
            tlp="AMBER",
            body=CalendarItem(
                title=Words(fr="réservé", en="inside"),
                type="other",
                planned="2023-09",
                status="planned",
            ),
        )
    )
    assert secret not in under_marking([secret], "GREEN")
    assert secret in under_marking([secret], "AMBER+STRICT")
    open_ledger(to_write=True).append([*mali, secret])
    question = Question(reader="own", as_of="2023-06-30")
    for tlp, there in (("CLEAR", False), ("AMBER", True)):
        paths = write_record_sheet(
            "MLI", question, since="2023-03-31", lang="en", tlp=tlp, out=tmp_path / tlp
        )
        assert [path.suffix for path in paths] == [".html", ".pdf", ".json", ".docx"]
        html = paths[0].read_text("utf-8")
        assert ("INSIDE" in html) is there
        assert json.loads(paths[2].read_text("utf-8"))["tlp"] == tlp


def test_other_countries_have_their_own_part(record) -> None:
    found = about_countries(record(), ["BFA"])
    subjects = {one.subject for one in found if one.kind == "figure"}
    assert "figure:idps-bfa-2023" in subjects
    assert "figure:referendum-2023-turnout" not in subjects


def test_nothing_is_written_without_a_record(tmp_path: Path) -> None:
    out = tmp_path / "out"
    question = Question(as_of="2023-06-30")
    assert write_record_sheet("MLI", question, lang="fr", tlp="CLEAR", out=out) == []
    assert not out.exists()
