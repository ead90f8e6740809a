"""Rules as people write them: what is wrong is named with file, line and what was meant."""

import pytest

from tocsin.dossiers.pages import page_of
from tocsin.errors import CheckFailed, UnknownName
from tocsin.tables.kinds.warnings import LEVELS
from tocsin.warning.indicators import FAMILIES
from tocsin.warning.rulebook import (
    hash_of,
    read_rulebook,
    require_rulebook,
    shipped_pages,
    shipped_rulebook,
)

NINE = {
    "agreement-collapse", "arms-flow", "coastal-spillover", "electoral-violence",
    "handover-attack", "mass-casualty", "opening-for-talks", "quiet-area", "town-blockade",
}  # fmt: skip


def with_change(name: str, old: str, new: str):
    """The shipped pages with one text replaced in one of them."""
    from importlib.resources import files

    text = (files("tocsin.warning") / "rules" / name).read_text("utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    line = changed[: changed.index(new)].count("\n") + 1
    return {**shipped_pages(), name: page_of(changed, name)}, line


def test_the_shipped_rules_are_sound_and_whole() -> None:
    book, findings = read_rulebook(shipped_pages())
    assert findings == []
    assert book is not None
    assert set(book.problems) == NINE
    for problem in book.problems.values():
        assert set(problem.levels) == set(LEVELS)
        assert problem.options
        assert problem.addressees
        for level in problem.levels.values():
            assert level.entry.text.fr
            assert level.exit.text.en
    assert book.problems["opening-for-talks"].opportunity


def test_every_family_of_indicator_is_used() -> None:
    families = {type(rule).__name__ for rule in shipped_rulebook().indicators.values()}
    assert len(families) == len(FAMILIES)


@pytest.mark.parametrize(
    ("name", "old", "new", "meant"),
    [
        ("indicators.yml", "measure: worst_month", "measure: wurst_month", "worst_month"),
        ("indicators.yml", "over: unit_months", "over: unit_month", "unit_months"),
        ("indicators.yml", "baseline_months: 12", "baseline_month: 12", "baseline_months"),
        ("indicators.yml", "kind: mandate", "kind: mandat", "mandate"),
        ("indicators.yml", "action: [ended, requested_end]", "action: [endet]", "ended"),
        ("indicators.yml", "threat: [blockade]", "thread: [blockade]", "threat"),
        ("problems/mass-casualty.yml", "deaths-rise", "deaths-rize", "deaths-rise"),
        ("problems/handover-attack.yml", "after_days: 60", "after_day: 60", "after_days"),
        ("problems/handover-attack.yml", "kind: camp", "kind: kamp", "camp"),
        ("problems/arms-flow.yml", "cost: low", "cost: lo", "low"),
        ("clocks.yml", "acknowledge: 72", "acknowlege: 72", "acknowledge"),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_line_and_suggestion(name, old, new, meant) -> None:
    pages, line = with_change(name, old, new)
    _, findings = read_rulebook(pages)
    assert findings, "the slip was not found"
    first = findings[0]
    assert first.file == name
    assert abs(first.line - line) <= 1, (first.line, line)
    assert first.suggestion == meant


def test_one_language_alone_is_a_finding() -> None:
    pages, line = with_change(
        "problems/quiet-area.yml", 'en: "A new front; schools and health posts closed."', 'en: ""'
    )
    _, findings = read_rulebook(pages)
    assert [(one.field, one.line) for one in findings] == [("severity", line)]


def test_a_level_or_a_threshold_that_is_missing_is_a_finding() -> None:
    pages, _ = with_change("problems/quiet-area.yml", "  imminent:", "  imminentt:")
    assert read_rulebook(pages)[1]
    pages, _ = with_change(
        "indicators.yml", "    at_least: 25\n    learned: true", "    learned: true"
    )
    assert "no threshold" in str(read_rulebook(pages)[1][0].error())


def test_a_rulebook_with_a_slip_is_refused() -> None:
    pages, _ = with_change("indicators.yml", "kind: mandate", "kind: mandat")
    with pytest.raises(CheckFailed, match=r"indicators.yml:\d+: .*mandat"):
        require_rulebook(pages)


def test_a_comment_changes_no_hash_and_a_threshold_does() -> None:
    pages = shipped_pages()
    commented, _ = with_change("indicators.yml", "indicators:", "# said again\nindicators:")
    moved, _ = with_change("indicators.yml", "at_least: 25", "at_least: 26")
    assert hash_of(commented) == hash_of(pages) == shipped_rulebook().hash
    assert hash_of(moved) != hash_of(pages)


def test_an_unknown_problem_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="handover-attack"):
        shipped_rulebook().problem("handover")
