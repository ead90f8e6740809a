"""Scorecards on disk: frozen before they begin, logged in a chain, never written over."""

import json
from pathlib import Path

import pytest

from tocsin.errors import UsageError
from tocsin.warning.rulebook import shipped_rulebook
from tocsin.workflow.scorecards import LOG, read_log, responses, scorecards

BOOK = shipped_rulebook()


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory):
    """The camps of Mali, and a problem that cannot be scored, on an empty store."""
    out = tmp_path_factory.mktemp("scores")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_HOME", str(tmp_path_factory.mktemp("store")))
        found = scorecards(
            ["handover-attack", "arms-flow"], "2023-01", "2023-12", out, langs=("fr", "en")
        )
        found.append(responses("2023-01", "2023-12", out, langs=("en",)))
        return out, found


def test_rules_are_frozen_in_the_log_before_anything_is_judged(scored) -> None:
    out, found = scored
    log = read_log(out)
    assert [line["event"] for line in log] == ["frozen", "scored"] * 3
    assert [line["problem"] for line in log[::2]] == ["handover-attack", "arms-flow", "responses"]
    assert {line["rules"] for line in log} == {BOOK.hash}
    assert log[0]["rules_of_problem"] == BOOK.hash_for("handover-attack")
    assert log[1]["folder"] == Path(found[0]["folder"]).name


def test_each_run_has_pages_papers_and_figures(scored) -> None:
    _, found = scored
    names = {path.name for path in Path(found[0]["folder"]).iterdir()}
    assert names == {
        "scorecard.json", "figures.csv", "cases.csv", "scorecard.fr.html", "scorecard.fr.pdf",
        "scorecard.en.html", "scorecard.en.pdf",
    }  # fmt: skip
    page = (Path(found[0]["folder"]) / "scorecard.fr.html").read_text("utf-8")
    assert "Ber" in page
    assert BOOK.hash in page
    held = json.loads((Path(found[0]["folder"]) / "scorecard.json").read_text("utf-8"))
    assert held["cases"] == json.loads(json.dumps(found[0]["cases"]))


def test_a_problem_that_cannot_be_scored_says_why_and_what_it_would_take(scored) -> None:
    _, found = scored
    assert found[1]["kind"] == "unscored"
    page = (Path(found[1]["folder"]) / "scorecard.en.html").read_text("utf-8")
    assert "cannot be scored" in page
    assert "traced seizures" in page


def test_a_log_that_was_changed_is_refused(scored, tmp_path: Path) -> None:
    out, _ = scored
    lines = (out / LOG).read_text("utf-8").splitlines()
    for changed in (
        lines[1:],
        [*lines[:2], *lines[3:]],
        [lines[0].replace("2023-01", "2023-02"), *lines[1:]],
    ):
        (tmp_path / LOG).write_text("\n".join(changed) + "\n", encoding="utf-8")
        with pytest.raises(UsageError, match="was changed"):
            read_log(tmp_path)


def test_a_period_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="before it begins"):
        scorecards(["arms-flow"], "2023-12", "2023-01", tmp_path)
