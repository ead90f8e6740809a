"""How good forecasts and warnings were, on pages: what is kept, as of the clock, for the house."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from litestar.testing import TestClient
from tests.evaluation.test_account import UNITS, judged, setting
from tests.web.conftest import Make

from tocsin.evaluation.account import account
from tocsin.workflow import judged as kept
from tocsin.workflow import scorecards

NAMED = ("AFG", "BEN", "CIV", "GHA", "GIN", "SEN", "TGO", "ZMB")
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def found() -> Any:
    real = dict(zip(UNITS["country"], NAMED, strict=True))  # a page says what each is called
    rows = judged().with_columns(pl.col("unit_id").replace(real))
    return account(rows, setting(), rounds=20)


def page(client: TestClient[Any], path: str, headers: dict[str, str], **asked: str) -> str:
    answer = client.get(path, headers=headers | PAGE, params={"lang": "en"} | asked)
    assert answer.status_code == 200, answer.text[:400]
    return str(answer.text)


def test_what_was_judged_is_shown_with_its_intervals_curves_and_misses(
    found: Any, client: TestClient[Any], bearer: Make
) -> None:
    me = bearer("analyst")
    assert "Not yet judged." in page(client, "/forecasts", me)
    kept.keep_evaluation(found, as_of="2023-06-30", reconstruct=True)
    text = page(client, "/forecasts", me)
    for words in ("Reliability", "Calibration", "better than far", "CORP", "reconstruction"):
        assert words in text, words
    assert found.misses[0].unit == "AFG"
    assert "Afghanistan" in text
    assert text.count("<svg") > 3
    assert "Fiabilité" in page(client, "/forecasts", me, lang="fr")
    # What was judged on the knowledge of a later day was not known before.
    assert "Not yet judged." in page(client, "/forecasts", me, at="2023-06-29")
    assert "Not yet judged." not in page(client, "/forecasts", me, at="2023-06-30")


def test_the_newest_judgement_of_each_sort_speaks(found: Any, node: object) -> None:
    kept.keep_evaluation(found, as_of="2023-06-30")
    kept.keep_evaluation(found, as_of="2023-08-31")
    kept.keep_evaluation(found, as_of="2023-07-31", area="MLI")
    held = kept.evaluations(date(2023, 9, 1))
    assert [(one.as_of.isoformat(), one.area) for one in held] == [
        ("2023-08-31", ""), ("2023-07-31", "MLI"),
    ]  # fmt: skip
    assert held[0].evaluation() == found
    assert kept.evaluations(date(2023, 6, 29)) == []


def test_a_file_that_is_damaged_takes_no_page_down(
    found: Any, node: Any, client: TestClient[Any], bearer: Make
) -> None:
    name = kept.keep_evaluation(found)
    (node / kept.FOLDER / f"{name}.json").write_bytes(b"{")
    assert "Not yet judged." in page(client, "/forecasts", bearer("analyst"))


def test_how_warnings_were_answered_is_shown(
    node: Any, client: TestClient[Any], bearer: Make
) -> None:
    me = bearer("duty-officer")
    assert "Not yet made." in page(client, "/scorecard", me)
    scorecards.responses("2023-01", "2023-12", node / "out", langs=("en",))
    text = page(client, "/scorecard", me)
    assert "Response to warnings" in text
    assert "Not yet made." not in text
    assert "Not yet made." in page(client, "/scorecard", me, at="2023-06-30")
    stranger = bearer("analyst", org="NORTH") | PAGE
    assert client.get("/scorecard", headers=stranger).status_code == 403
