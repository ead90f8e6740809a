"""What stands behind a report: roots, copies, bursts, published events, and past verdicts."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.test_commands import listed, run

from tocsin.intake.copying import Told, bursts, copies
from tocsin.knowledge.track_record import Judged, by_grade, by_source, wilson

DAY = datetime(2026, 11, 6, 8, tzinfo=UTC)
WORDS = "Forty men on motorbikes came at dawn and drove off the cattle of the whole village."
OTHER = "The market was closed today because the road to the north is said to be unsafe again."


def told(name: str, handle: str, hours: float = 0, text: str = WORDS) -> Told:
    return Told(name, handle, DAY + timedelta(hours=hours), text)


class TestCopies:
    def test_nearly_the_same_words_of_several_people_within_two_days(self) -> None:
        found = copies([
            told("a", "m-1"), told("b", "m-2", 5, WORDS.replace("Forty", "forty") + " !"),
            told("c", "m-3", 6, OTHER), told("d", "m-4", 100),
        ])  # fmt: skip
        assert found == {"a": ["b"], "b": ["a"]}

    def test_a_person_who_sends_again_copies_nobody(self) -> None:
        assert copies([told("a", "m-1"), told("b", "m-1", 1)]) == {}

    def test_a_few_words_are_nobodys_own(self) -> None:
        assert copies([told("a", "m-1", 0, "threat"), told("b", "m-2", 0, "threat")]) == {}


class TestBursts:
    def test_far_more_than_usual_within_a_day(self) -> None:
        usual = [told(f"u{n}", "m-1", -24 * n) for n in range(2, 28, 7)]
        burst = [told(f"b{n}", "m-1", n) for n in range(6)]
        busy = [told(f"q{n}", "m-2", -6 * n) for n in range(100)]
        found = bursts([*usual, *burst, *busy])
        assert {"b4", "b5"} <= found
        assert not found & {one.id for one in [*usual, *busy[:60]]}  # used to by then

    def test_what_comes_later_makes_no_burst_of_what_came_before(self) -> None:
        first = [told(f"b{n}", "m-1", n) for n in range(3)]
        later = [told(f"c{n}", "m-1", 4 + n) for n in range(9)]
        assert not bursts([*first, *later]) & {one.id for one in first}


class TestTrackRecord:
    judged = (
        Judged("m-1", "verified", "B2", ahead=True), Judged("m-1", "partly", "B2", ahead=True),
        Judged("m-1", "false", "B2", ahead=True), Judged("m-2", "unverifiable", "B2", ahead=True),
        Judged("m-2", "verified", "B2"), Judged("m-2", "duplicate"),
    )  # fmt: skip

    def test_a_grade_is_upheld_by_verdicts_that_came_after_it(self) -> None:
        (found,) = by_grade(self.judged, "B2")
        assert (found.reports, found.upheld, found.refuted) == (4, 2, 1)
        assert found.share == pytest.approx(2 / 3)

    def test_a_source_without_a_verdict_has_no_share_and_is_new(self) -> None:
        first, second = by_source(self.judged)
        assert (first.about, first.upheld, first.refuted) == ("m-1", 2, 1)
        assert (second.upheld, second.share) == (1, 1.0)
        (nobody,) = by_source(self.judged, "m-9")
        assert nobody.share is None
        assert nobody.is_new
        assert nobody.interval == (0.0, 1.0)

    @given(st.integers(0, 50), st.integers(1, 50))
    def test_the_interval_holds_the_share(self, upheld: int, refuted: int) -> None:
        low, high = wilson(upheld, upheld + refuted)
        assert 0 <= low <= upheld / (upheld + refuted) <= high <= 1


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "reports.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["SubmissionDate", "day_from", "place", "event", "how_known",
                        "killed", "reporter", "note", "KEY"])  # fmt: skip
        for number in range(5):
            table.writerow([f"2024-03-11T0{number + 1}:00:00Z", "2024-03-10", "Port-Limon",
                            "ambush", "told", 4, f"m-{number}", WORDS, f"k{number}"])  # fmt: skip
    return path


@pytest.mark.usefixtures("own_store")
class TestCommands:
    def test_five_retellings_are_shown_as_one_root_with_their_doubts(self, sheet: Path) -> None:
        run("reports", "import", sheet)
        first, *others = listed()
        for other in others:
            run("reports", "link", other["id"], first["id"], "--as", "retelling")
        shown = json.loads(run("reports", "show", first["id"], "--json").stdout)
        assert (shown["behind"]["accounts"], shown["behind"]["roots"]) == (5, 1)
        assert "words_copied" in shown["doubts"]
        assert "accounts: 5, root sources: 1" in run("reports", "show", first["id"]).stdout
        waiting = json.loads(run("inbox", "--json").stdout)["waiting"]
        assert all("words_copied" in task["doubts"] for task in waiting)
        assert {one["status"] for one in listed()} == {"received"}  # a doubt rejects nothing

    def test_the_record_of_a_grade_given_before_the_verdict(self, sheet: Path) -> None:
        run("reports", "import", sheet)
        first, second, *_ = listed()
        for one, verdict in ((first, "verified"), (second, "false")):
            run("reports", "verify", one["id"], "under_verification", "--verifier", "v-1",
                "--grade", "B2", "--reason", "taken up")  # fmt: skip
            run("reports", "verify", one["id"], verdict, "--verifier", "v-2", "--reason", "called")
        (found,) = json.loads(run("reports", "record", "--grade", "B2", "--json").stdout)
        assert (found["upheld"], found["refuted"], found["share"]) == (1, 1, 0.5)
        before = run("reports", "record", "--grade", "B2", "--as-of", "2020-01-01", "--json")
        assert json.loads(before.stdout)[0]["upheld"] == 0
        assert "new: F" in run("reports", "record", "--source", first["reporter"]).stdout


def events_file(folder: Path, released: str, rows: list[tuple]) -> Path:
    """Invented events of the invented country, as a release of an own source."""
    path = folder / f"events-{released}.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "kind", "start", "end", "country", "iso3", "region", "place", "lat",
                        "lon", "side_a", "side_b", "low", "best", "high"])  # fmt: skip
        table.writerows(rows)
    from tocsin.exercise import files

    mapping = files()["hadaria-events.csv.mapping.yml"].decode()
    mapping = mapping.replace("2024-08-01", released).replace(
        'version: "1"', f'version: "{released}"'
    )
    path.with_name(f"{path.name}.mapping.yml").write_text(mapping, "utf-8")
    return path


class TestFieldFirst:
    def test_an_event_is_offered_once_released_and_the_lag_is_told(
        self, own_store: Path, tmp_path: Path
    ) -> None:
        path = tmp_path / "one.csv"
        with path.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["SubmissionDate", "day_from", "place", "event", "how_known", "position",
                            "killed", "reporter", "KEY"])  # fmt: skip
            table.writerow(["2024-03-11T01:00:00Z", "2024-03-10", "Port-Limon", "ambush", "saw",
                            "3.4 -32.3", 4, "m-1", "k1"])  # fmt: skip
        run("reports", "import", path)
        (one,) = listed()
        row = ("H-1", "state-based", "2024-03-10", "2024-03-10", "Hadaria", "XEX", "Delta",
               "Port-Limon", 3.41, -32.3, "Government of Hadaria", "Front de l’Aube",
               3, 4, 6)  # fmt: skip
        far = ("H-2", *row[1:2], "2024-05-10", "2024-05-10", *row[4:])
        run("ingest", events_file(tmp_path, "2024-08-01", [row, far]))
        found = json.loads(run("reports", "events", one["id"], "--json").stdout)
        assert [each["event"].partition(":")[2] for each in found] == ["H-1"]
        assert found[0]["likelihood"] > 0.5
        assert "event" not in found[0]["evidence"]
        run("reports", "link", one["id"], found[0]["event"], "--as", "same_event")
        told = json.loads(run("reports", "first", "--json").stdout)
        (linked,) = told["rows"]
        assert linked["event_released"] == "2024-08-01"
        assert linked["lag_days"] < 0  # this report was entered long after the release
        assert told["summary"]["field_first"] == 0
        out = tmp_path / "first.csv"
        run("reports", "first", "--out", out)
        assert out.read_text().splitlines()[0].startswith("report,event")
        assert (
            json.loads(run("reports", "first", "--as-of", "2024-07-31", "--json").stdout)["rows"]
            == []
        )
