"""The Mali replay: raised on 30 June 2023, raised in August, scored, closed by November."""

import json
from datetime import date

import pytest

from tocsin.errors import UsageError
from tocsin.workflow.rehearsal import clocks_of, replay


@pytest.fixture(scope="module")
def mali(tmp_path_factory: pytest.TempPathFactory):
    """On the dossier alone: an empty store, where every rule over counts is unknown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_HOME", str(tmp_path_factory.mktemp("store")))
        return replay("mali", "2023-06-30", "2023-11-30")


def test_the_handover_problem_is_raised_on_the_first_day(mali) -> None:
    first = mali["steps"][0]
    camps = {one["about"]: one for one in first["open"] if one["problem"] == "handover-attack"}
    assert set(camps) == {"camp:kidal", "camp:tessalit", "camp:aguelhok", "camp:ber"}
    assert {one["area"] for one in camps.values()} == {"MLI.kidal", "MLI.tombouctou"}
    because = {
        each["indicator"]
        for one in first["opened"]
        if one["id"].startswith("handover-attack/camp-ber")
        for each in one["because"]
    }
    assert because >= {
        "participation-suspended", "merger-declared", "mandate-ends", "air-cover-lost",
    }  # fmt: skip


def test_stepping_on_updates_scores_and_closes_it(mali) -> None:
    closed = {
        one["id"].split("/")[1]: (step["clock"], one["outcome"])
        for step in mali["steps"]
        for one in step["closed"]
        if one["id"].startswith("handover-attack")
    }
    assert closed == {
        "camp-ber": ("2023-08-31", "occurred"),
        "camp-tessalit": ("2023-10-31", "occurred"),
        "camp-aguelhok": ("2023-10-31", "occurred"),
        "camp-kidal": ("2023-10-31", "did_not_occur"),  # a false alarm by the written rule
    }
    raised = {one["id"].split("/")[1] for one in mali["steps"][2]["changed"]}
    assert {"camp-kidal", "camp-tessalit", "camp-aguelhok"} <= raised
    lead = {one["about"]: one["lead_days"] for one in mali["warnings"]}
    assert lead["camp:ber"] == 44
    assert mali["score"]["false_alarms"] >= 1


def test_the_replay_says_that_it_is_one_and_what_it_did_not_know(mali) -> None:
    assert mali["exercise"]
    assert mali["counts"]["held"] is False
    assert json.loads(json.dumps(mali))["score"] == mali["score"]


def test_a_longer_replay_says_the_same_of_its_first_months(mali, own_store) -> None:
    short = replay("mali", "2023-06-30", "2023-08-31")
    assert short["steps"] == mali["steps"][:3]


def test_a_silent_desk_lets_the_clocks_run_out(own_store) -> None:
    found = replay("mali", "2023-06-30", "2023-07-31", step="week", desk="silent")
    assert sum(step["escalations"] for step in found["steps"]) > 20
    assert not any(step["closed"] for step in found["steps"])


def test_a_period_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(UsageError, match="ends before"):
        replay("mali", "2023-11-30", "2023-06-30")
    with pytest.raises(UsageError, match="day"):
        clocks_of(date(2023, 1, 1), date(2023, 2, 1), "day")
