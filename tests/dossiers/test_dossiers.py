"""The shipped dossier is sound and repeats byte for byte; a wrong one is told where."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.dossiers import (
    check_dossier,
    dossier_folder,
    read_dossier,
    require_dossier,
    shipped_dossiers,
    with_own_id,
)
from tocsin.dossiers.pages import page_of
from tocsin.errors import CheckFailed, UnknownName, UnreadableFile
from tocsin.tables.kinds import Alias
from tocsin.tables.statements import Statement, statement_from_json, statement_to_json

COVER = """
name: test
title: {fr: Essai, en: Test}
origin: cell
author: tester
tlp: CLEAR
sources:
  paper: {title: "a paper", reliability: B, credibility: 2}
bases:
  general: {source: "general knowledge", reliability: F, credibility: 3,
            note: {fr: "À vérifier.", en: "To be checked."}}
"""
ENTRY = """
statements:
  - kind: actor
    subject: actor:one
    known_at: 2023-06
    source: paper
    body:
      name: {fr: Un, en: One}
      type: armed_group
"""


def folder_of(tmp_path: Path, entries: str, cover: str = COVER) -> Path:
    (tmp_path / "dossier.yml").write_text(cover, encoding="utf-8")
    (tmp_path / "one.yml").write_text(entries, encoding="utf-8")
    return tmp_path


def only_problem(tmp_path: Path, entries: str) -> str:
    problems = check_dossier(folder_of(tmp_path, entries))
    assert len(problems) == 1, [str(problem.error()) for problem in problems]
    return str(problems[0].error())


@pytest.mark.parametrize("name", shipped_dossiers())
def test_shipped_dossiers_are_sound(name: str) -> None:
    assert [str(problem.error()) for problem in check_dossier(dossier_folder(name))] == []


def test_the_mali_dossier_is_public_graded_and_bilingual() -> None:
    dossier = require_dossier(dossier_folder("mali"))
    assert len(dossier.statements) > 250
    assert {one.tlp for one in dossier.statements} == {"CLEAR"}
    general = [one for one in dossier.statements if "general knowledge" in one.source]
    assert general
    assert {one.credibility for one in general} == {3}
    parties = [one for one in dossier.statements if getattr(one.body, "party", False) is True]
    assert {one.credibility for one in parties} == {6}


def test_general_knowledge_says_so_in_a_note() -> None:
    dossier = require_dossier(dossier_folder("mali"))
    for one in dossier.statements:
        if "general knowledge" in one.source and one.kind not in {"organisation"}:
            noted = getattr(one.body, "note", None) or getattr(one.body, "description", None)
            assert noted is not None, one.kind
            assert "General knowledge" in noted.en, one.subject


def test_reading_again_gives_the_same_statements() -> None:
    first, second = (read_dossier(dossier_folder("mali")) for _ in range(2))
    assert [statement_to_json(one) for one in first.statements] == [
        statement_to_json(one) for one in second.statements
    ]
    assert len({one.id for one in first.statements}) == len(first.statements)
    for one in first.statements:
        assert statement_from_json(statement_to_json(one)) == one


def test_ids_have_the_form_of_a_uuid7_and_follow_the_clock() -> None:
    ids = [one.id for one in read_dossier(dossier_folder("mali")).statements]
    known = {one.id: one for one in read_dossier(dossier_folder("mali")).statements}
    moments = [int(one[:8] + one[9:13], 16) for one in sorted(ids)]
    assert moments == sorted(moments)
    early, late = sorted(ids)[0], sorted(ids)[-1]
    assert known[early].known_at < known[late].known_at


@given(st.text(min_size=1, max_size=40).filter(str.isprintable), st.integers(2000, 2030))
def test_an_id_depends_on_the_content(name: str, year: int) -> None:
    blank = Statement(
        id="00000000-0000-7000-8000-000000000000", kind="alias", subject="actor:x",
        known_at=str(year), source="s", origin="o", author="a", body=Alias(name=name),
    )  # fmt: skip
    one = with_own_id(blank)
    assert with_own_id(one) == one
    assert statement_from_json(statement_to_json(one)).id == one.id
    other = with_own_id(msgspec.structs.replace(blank, body=Alias(name=name + "x")))
    assert other.id != one.id


def test_an_entry_takes_grade_and_marking_from_the_cover(tmp_path: Path) -> None:
    (one,) = read_dossier(folder_of(tmp_path, ENTRY)).statements
    assert (one.reliability, one.credibility, one.tlp, one.source) == ("B", 2, "CLEAR", "a paper")


def test_an_entry_may_grade_itself(tmp_path: Path) -> None:
    entry = ENTRY.replace("    source: paper\n", "    source: paper\n    credibility: 4\n")
    (one,) = read_dossier(folder_of(tmp_path, entry)).statements
    assert (one.reliability, one.credibility) == ("B", 4)


@pytest.mark.parametrize(
    ("wrong", "right", "line", "said"),
    [
        ("type: armed_grup", "type: armed_group", 9, "armed_group"),
        ("    body:\n      naem: {fr: Un", "    body:\n      name: {fr: Un", 8, "name"),
        ("kind: actr", "kind: actor", 3, "actor"),
        ("source: papre", "source: paper", 6, "paper"),
        ("known_at: 2023-13", "known_at: 2023-06", 5, "known_at"),
        ("en: One", "en: ''", 3, "one language is missing"),
    ],
)
def test_a_wrong_entry_is_told_where_and_what_was_meant(
    tmp_path: Path, wrong: str, right: str, line: int, said: str
) -> None:
    if right == "en: ''":
        wrong, right = right, wrong
    message = only_problem(tmp_path, ENTRY.replace(right, wrong, 1))
    assert message.startswith(f"one.yml:{line}: ")
    assert said in message


def test_a_reference_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    entry = ENTRY + (
        "  - {kind: relation, subject: actor:one, known_at: 2023, source: paper, "
        "body: {type: allied, object: actor:onne}}\n"
    )
    message = only_problem(tmp_path, entry)
    assert "one.yml:10" in message
    assert "body.object" in message
    assert "Did you mean actor:one?" in message


def test_a_fact_that_begins_after_it_was_known_is_found(tmp_path: Path) -> None:
    entry = ENTRY.replace("    source", "    valid_from: 2024\n    source")
    assert "begins after" in only_problem(tmp_path, entry)


def test_the_same_statement_twice_is_found(tmp_path: Path) -> None:
    entry = ENTRY + ENTRY.replace("\nstatements:\n", "").lstrip("\n")
    assert "stands twice" in only_problem(tmp_path, entry)


def test_a_wrong_dossier_is_not_required(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match=r"one\.yml:9"):
        require_dossier(folder_of(tmp_path, ENTRY.replace("armed_group", "army")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2", "x.yml:"),
        ("a: 1\nb: 2\na: 3", "x.yml:3"),
        ("a: 1\n\tb: 2", "x.yml:2"),
        ("a: !!python/object/apply:os.system [ls]", "not YAML"),
    ],
)
def test_bad_yaml_is_named_by_line(text: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        page_of(text, "x.yml")


def test_nested_references_cannot_fill_the_memory() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for one, other in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{one}: &{one} [{','.join(['*' + other] * 9)}]\n"
    with pytest.raises(UnreadableFile, match="repeats itself"):
        page_of(bomb, "bomb.yml")


def test_dates_stay_as_written() -> None:
    page = page_of("a: 2023-06-30\nb: 2023-06\nc: no\nd: 12:30", "x.yml")
    assert page.content == {"a": "2023-06-30", "b": "2023-06", "c": "no", "d": "12:30"}


def test_an_unknown_dossier_is_refused() -> None:
    with pytest.raises(UnknownName, match="mali"):
        dossier_folder("atlantis")


def test_partial_dates_count_from_their_last_day() -> None:
    from tocsin.policy import MemoryView, Reader

    statements = read_dossier(dossier_folder("mali")).statements
    early = MemoryView(statements, Reader("anyone"), date(2023, 7, 30))
    late = MemoryView(statements, Reader("anyone"), date(2023, 7, 31))
    assert not early.statements("condition", "nothing")
    assert late.count() > early.count()
