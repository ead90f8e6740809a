"""A team trains on a store of its own: marked for good, fed by the day, scored by the truth."""

import json
import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.intake.test_commands import listed, run
from tests.intake.test_held import report
from tests.ledger.conftest import SIGNER, figure

from tocsin.errors import UsageError
from tocsin.exercise.reports import FIRST_DAY, month_of_reports
from tocsin.exercise.script import LAST_DAY, arriving_on, weeks
from tocsin.ledger import Ledger, Signer
from tocsin.ledger.exchange import to_lines
from tocsin.policy import Reader
from tocsin.tables.statements import statement_from_json
from tocsin.workflow import relating, training, verifying

SEED = 7


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "team"
    monkeypatch.setenv("TOCSIN_HOME", str(home))
    # By its key file: a passphrase costs two seconds at every opening (tests/vault tries it).
    monkeypatch.delenv("TOCSIN_VAULT_PASSPHRASE", raising=False)
    monkeypatch.delenv("TOCSIN_VAULT_KEY", raising=False)
    monkeypatch.delenv("TOCSIN_LEDGER", raising=False)
    return home


def fed(days: int) -> None:
    training.start(SEED)
    for _ in range(days):
        training.feed()


class TestMonth:
    def test_every_account_comes_once_on_a_day_after_what_it_tells_of(self) -> None:
        days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
        came = [number for day in days for number, _ in arriving_on(SEED, day)]
        assert sorted(came) == list(range(len(month_of_reports(SEED))))

    def test_some_regions_are_silent_in_some_weeks_and_the_same_seed_keeps_them(self) -> None:
        found = weeks(SEED)
        assert len(found) == 24
        assert {one.state for each in range(9) for one in weeks(each)} == {
            "seen",
            "blind",
            "silent",
        }
        assert weeks(SEED) == found


class TestStore:
    def test_what_holds_anything_does_not_become_an_exercise(self, store: Path) -> None:
        store.mkdir()
        (store / "node.json").write_text('{"organisation":"a","made_at":"2026-01-01T00:00:00Z"}')
        with pytest.raises(UsageError, match="a store of its own"):
            training.start(SEED)
        with pytest.raises(UsageError, match="no exercise"):
            training.feed()

    def test_every_statement_and_every_command_says_so(self, store: Path) -> None:
        fed(4)
        told = run("reports", "list")
        assert told.stderr.startswith("EXERCISE EXERCISE EXERCISE")
        run("reports", "verify", listed()[0]["id"], "false", "--verifier", "v-1", "--reason", "no")
        run("ledger", "export", "--out", store / "out.jsonl")
        lines = (store / "out.jsonl").read_bytes().splitlines()
        assert len(lines) > 5
        assert all(statement_from_json(line).caveats == ("EXERCISE",) for line in lines)

    def test_its_places_are_those_of_the_invented_country_alone(self, store: Path) -> None:
        fed(3)
        found = relating.whereabouts(listed()[0]["id"])
        assert {one.place.iso3 for one in found} <= {"XEX"}

    def test_a_day_that_broke_off_comes_whole_and_once(self, store: Path) -> None:
        fed(5)
        before = len(listed())
        state = json.loads((store / "exercise.json").read_text())
        state["next_day"] = (date.fromisoformat(state["next_day"]) - timedelta(1)).isoformat()
        (store / "exercise.json").write_text(json.dumps(state))
        assert training.feed()["received"] == 0
        assert len(listed()) == before


class TestMixing:
    """What an exercise signed enters no real store, and what is real no exercise."""

    @staticmethod
    def ledger(folder: Path, secret: bytes, *, exercise: bool) -> Ledger:
        return Ledger(folder, "cell", Signer(secret), exercise=exercise)

    @pytest.mark.parametrize("exercise", [True, False])
    def test_signed_records_of_the_other_life_are_refused(self, exercise, tmp_path) -> None:
        ours = self.ledger(tmp_path / "a.db", b"\x01" * 32, exercise=exercise)
        theirs = self.ledger(tmp_path / "b.db", b"\x02" * 32, exercise=not exercise)
        theirs.append([report()])
        lines = list(to_lines(theirs.view(Reader("cell")).each()))
        with pytest.raises(UsageError, match="does not enter"):
            ours.append(map(statement_from_json, lines))
        assert ours.view(Reader("cell")).statements() == []

    def test_a_ledger_stays_what_it_was_made_as(self, tmp_path: Path) -> None:
        for exercise in (True, False):
            path = tmp_path / f"{exercise}.db"
            self.ledger(path, b"\x01" * 32, exercise=exercise).append([report()])
            other = Ledger(path, "cell", SIGNER, exercise=not exercise)
            with pytest.raises(UsageError, match="this ledger is"):
                other.append([report()])

    def test_a_file_that_says_exercise_is_not_entered_by_hand(self, own_store, tmp_path) -> None:
        marked = msgspec.structs.replace(
            figure(4, origin="local", known_at="2026-01-01", source="Bulletin"),
            caveats=("EXERCISE",),
        )
        path = tmp_path / "marked.jsonl"
        path.write_bytes(b"".join(to_lines([marked])))
        with pytest.raises(UsageError, match="does not enter a real store"):
            run("ledger", "add", path)


def test_a_team_that_knows_the_truth_scores_full_marks_and_a_careless_one_does_not(
    store: Path,
) -> None:
    """The exercise, headless and whole: every day fed, every report judged, placed or linked."""
    fed((LAST_DAY - FIRST_DAY).days + 1)
    with pytest.raises(UsageError, match="the month is over"):
        training.feed()
    told = month_of_reports(SEED)
    held = {training._number(one): one for one in verifying.reports()}
    held.pop(None, None)
    assert len(held) == len(told)
    first: dict[str, str] = {}
    from tocsin.tables.kinds.reports import ReportLink, Verification, Words
    from tocsin.workflow.receiving import statement_about
    from tocsin.workflow.record_keeping import open_ledger

    ledger, now, written = open_ledger(to_write=True), datetime.now(UTC), []
    for number, one in sorted(held.items()):
        truth = told[number].truth
        status = "false" if truth.startswith("lie") else "verified"
        body = Verification(report=one.report.id, status=status, verifier="v-1", reason=Words())
        written.append(statement_about(body, one.report.subject, now, "verifier", ledger))
        if truth in first:
            link = ReportLink(report=one.report.id, other=first[truth], relation="same_event")
            written.append(statement_about(link, one.report.subject, now, "verifier", ledger))
        first.setdefault(truth, one.report.id)
    ledger.append(written)
    ledger.close()
    found = training.score()
    assert (found["lies_caught"], found["lies_believed"], found["open"]) == (found["lies"], 0, 0)
    assert found["lies"] > 0
    assert (found["true_upheld"], found["true_called_false"]) == (found["true"], 0)
    assert (found["links_precision"], found["links_recall"], found["over_merged"]) == (1, 1, 0)
    assert found["machine"]["precision"] > 0.85
    assert sum(found["silences"].values()) == 24
    wrong = next(iter(held.values()))
    verifying.link(wrong.report.id, next(
        one.report.id for number, one in held.items()
        if told[number].truth != told[training._number(wrong)].truth
    ), "same_event")  # fmt: skip
    assert training.score()["links_precision"] < 1
    assert training.score()["over_merged"] > 0


def test_nothing_in_the_store_tells_the_truth(store: Path) -> None:
    """Which account is a lie stands in no file: it follows from the seed, for the score alone."""
    fed(8)
    held = b"".join(
        (Path(folder) / name).read_bytes()
        for folder, _, names in os.walk(store) for name in names
    )  # fmt: skip
    assert not re.search(rb"\blie\d", held)
    assert b"truth" not in held
