"""Where somebody looked, week by week; why nobody did; how soon reports were judged."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.intake.field import answered, run
from tests.intake.test_evidence import placed, report, verdict, week

from tocsin.tables.statements import statement_to_json
from tocsin.workflow import covering
from tocsin.workflow.record_keeping import open_ledger, own_organisation

AREA, OTHER = "XEX.aber", "XEX.brin"
NOW = datetime.now(UTC).replace(microsecond=0)
SUNDAY = (NOW - timedelta(days=NOW.weekday() + 1)).replace(hour=18)  # of the week before this one


def keep(*statements: object) -> None:
    """Write statements as the node's own."""
    ledger = open_ledger(to_write=True)
    try:
        ledger.append(msgspec.structs.replace(one, origin=own_organisation()) for one in statements)  # type: ignore[type-var]
    finally:
        ledger.close()


def cells(area: str = "XEX", weeks: int = 3, **more: str) -> dict[tuple[str, str], dict]:
    found = covering.coverage(area=area, weeks=weeks, **more)
    # The pages read only what became known in those weeks.
    reader, as_of = more.get("reader", ""), more.get("as_of", "")
    assert covering.weeks_of(reader, area, weeks, as_of) == found["rows"]
    return {(one["area"], one["to"]): one for one in found["rows"]}


@pytest.mark.usefixtures("own_store")
class TestCoverage:
    def test_a_week_is_observed_blind_or_without_a_report(self) -> None:
        seen = week(SUNDAY, threats="observed/high", dialogue="observed", armed_men="not_observed")
        blind = week(SUNDAY, "r-two", threats="could_not_observe", network_down="could_not_observe")
        keep(seen, placed(seen, SUNDAY, AREA), blind, placed(blind, SUNDAY, OTHER))
        held = cells()
        this = held[AREA, SUNDAY.date().isoformat()]
        assert (this["state"], this["reason"]) == ("observed", "")
        counts = (this["signs_looked_for"], this["conflict_signs"], this["peace_signs"])
        assert counts == (3, 1, 1)
        other = held[OTHER, SUNDAY.date().isoformat()]
        assert (other["state"], other["reason"]) == ("could_not_observe", "not_said")
        before = (SUNDAY - timedelta(days=7)).date().isoformat()
        assert held[AREA, before]["state"] == "no_report"
        assert held[AREA, before]["reason"] == "no_report_came"

    def test_who_says_that_phones_are_silent_gives_the_reason(self) -> None:
        one = week(SUNDAY, threats="could_not_observe", network_down="observed")
        keep(one, placed(one, SUNDAY, AREA))
        this = cells()[AREA, SUNDAY.date().isoformat()]
        assert (this["state"], this["reason"]) == ("partly", "no_network")

    def test_the_reason_that_the_form_asks_for_is_the_reason(self) -> None:
        one = week(SUNDAY, threats="could_not_observe")
        body = msgspec.structs.replace(one.body, gap="denied")
        told = msgspec.structs.replace(one, body=body)
        keep(told, placed(told, SUNDAY, AREA))
        assert cells()[AREA, SUNDAY.date().isoformat()]["reason"] == "denied"

    def test_a_false_report_covers_nothing(self) -> None:
        one = week(SUNDAY, threats="not_observed")
        keep(one, placed(one, SUNDAY, AREA), verdict(one, SUNDAY, "false"))
        assert {row["state"] for row in cells().values()} <= {"no_report"}

    def test_an_area_of_a_country_that_nobody_ever_told_of_is_a_gap_too(self) -> None:
        held = cells("BFA", 1)
        assert len(held) == 13
        assert {row["reason"] for row in held.values()} == {"no_report_came"}

    def test_what_came_later_is_not_known_yet(self) -> None:
        one = week(SUNDAY, threats="not_observed")
        keep(one, placed(one, SUNDAY, AREA))
        day = (SUNDAY - timedelta(days=3)).date().isoformat()
        assert cells(weeks=3, as_of=day) == {}

    def test_another_organisation_gets_the_same_whether_or_not_there_are_reports(self) -> None:
        asked = ("reports", "coverage", "--area", "BFA", "--json", "--reader", "elsewhere")
        as_of = ("--as-of", "2026-11-20")
        empty = run(*asked, *as_of).stdout
        one = week(SUNDAY, threats="not_observed")
        keep(one, placed(one, SUNDAY, "BFA.sahel"), report(SUNDAY))
        assert run(*asked, *as_of).stdout == empty

    def test_a_table_file_and_words(self, tmp_path: Path) -> None:
        one = week(SUNDAY, threats="could_not_observe")
        keep(one, placed(one, SUNDAY, AREA))
        out = tmp_path / "deep" / "coverage.csv"
        shown = run("reports", "coverage", "--out", out, "--lang", "fr").stdout
        assert "n’a pas pu être observé" in shown
        assert "raison non dite" in shown
        rows = list(csv.DictReader(out.open()))
        assert len(rows) == 4
        assert {row["area"] for row in rows} == {AREA}


@pytest.mark.usefixtures("own_store")
class TestTimes:
    def test_shares_judged_in_time_stand_beside_the_mark(self) -> None:
        old = NOW - timedelta(days=10)
        told = [report(old, f"r-{number}") for number in range(10)]
        fast = [verdict(one, old + timedelta(hours=20)) for one in told[:6]]
        slow = [verdict(one, old + timedelta(hours=50)) for one in told[6:9]]
        taken = verdict(told[9], old + timedelta(hours=1), "triaged")
        keep(*told, *fast, *slow, taken, report(NOW, "r-new"))
        found = covering.coverage()
        assert found["verified"] == {
            "mark": 0.9, "within_24h": 0.6, "due_24h": 10, "within_72h": 0.9, "due_72h": 10,
        }  # fmt: skip
        lags = found["lags_hours"]
        assert (lags["verified"]["number"], lags["verified"]["median"]) == (9, 20.0)
        assert lags["triaged"]["number"] == 10
        assert found["without_place"] == 11

    def test_the_inbox_counts_down_to_triage(self) -> None:
        now = datetime.now(UTC)
        keep(report(now - timedelta(minutes=30)), report(now - timedelta(hours=5), "r-two"))
        waiting = answered("inbox")["waiting"]
        triage = [one for one in waiting if one["task"] == "triage"]
        assert [one["late"] for one in triage] == [True, False]
        assert -190 < triage[0]["minutes_left"] <= -180  # and the minutes that the test takes
        assert 80 < triage[1]["minutes_left"] <= 90
        assert "late 3 h" in run("inbox").stdout


def test_statements_of_the_tests_are_sound() -> None:
    one = week(SUNDAY, threats="observed/high")
    assert json.loads(statement_to_json(one))["kind"] == "situation"
