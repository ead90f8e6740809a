"""Forms have versions: what was filled in or written under an old one stays readable."""

import json
import shutil
from datetime import date
from pathlib import Path

import msgspec
import pytest
from tests.intake.field import answered, message, run

from tocsin.intake import form_as_filled, form_named, forms
from tocsin.intake.sms import decode
from tocsin.tables.kinds.reports import Situation

FROZEN = Path(__file__).parent / "frozen"
# A body as it was written under the first version of the weekly form; never to be changed.
WRITTEN = (
    '{"doubts":["told_late"],"form_version":"2026.1","instance":"w-frozen-1","note":"invented",'
    '"observed":[{"indicator":"threats","level":"high","state":"observed"},'
    '{"indicator":"armed_men","state":"could_not_observe"}],"outlook":"worse","place":"Old Ford",'
    '"received":"2026-06-01T00:00:00Z","reporter":"m-1","way":"kobo","week":"2026-03-08"}'
)


def test_what_was_written_under_an_old_version_is_read_to_the_letter() -> None:
    body = msgspec.json.decode(WRITTEN, type=Situation)
    assert body.gap == ""
    assert body.observed[0].state == "observed"
    assert msgspec.json.encode(body, order="sorted").decode() == WRITTEN


@pytest.mark.usefixtures("own_store")
def test_an_old_submission_is_taken_in_under_its_own_version() -> None:
    run("reports", "import", FROZEN / "situation-2026.1.json", "--form", "situation")
    held = answered("reports", "list")[0]
    said = answered("reports", "show", held["id"])["said"]
    assert said["form_version"] == "2026.1"
    assert {one["indicator"]: one["state"] for one in said["observed"]}["threats"] == "observed"


@pytest.mark.usefixtures("own_store")
def test_each_version_asks_its_own_questions(tmp_path: Path) -> None:
    content = json.loads((FROZEN / "situation-2026.1.json").read_text())
    content["results"][0]["gap"] = "no_access"
    (tmp_path / "old.json").write_text(json.dumps(content))
    refused = answered_with(tmp_path / "old.json", 1)
    assert [one["question"] for one in refused["refused"]] == ["gap"]
    content["results"][0] |= {"__version__": "2026.2"}
    (tmp_path / "new.json").write_text(json.dumps(content))
    assert answered_with(tmp_path / "new.json", 0)["added"] == 1
    said = answered("reports", "show", answered("reports", "list")[0]["id"])["said"]
    assert (said["form_version"], said["gap"]) == ("2026.2", "no_access")


def answered_with(path: Path, code: int) -> dict:
    return json.loads(run("reports", "import", path, "--form", "situation", "--json",
                          code=code).stdout)  # fmt: skip


def test_a_short_message_of_an_old_sheet_of_codes_is_understood() -> None:
    old = decode(message("S,D0803,LOld Ford,FW,THOH,AMX"), date(2026, 6, 1))
    new = decode(message("S,D0803,LOld Ford,FW,GA,THOH,AMX"), date(2026, 6, 1))
    assert old.answers == {key: value for key, value in new.answers.items() if key != "gap"}
    assert new.answers["gap"] == "no_access"


def test_no_version_drops_or_renames_what_an_older_one_asked() -> None:
    """Names and short codes mean the same for ever: a paper sheet in a drawer stays good."""
    for older in forms():
        newest = form_named(older.id)
        asked = {one.name: one.sms for one in (*newest.questions, *newest.indicators)}
        for one in (*older.questions, *older.indicators):
            assert asked[one.name] == one.sms
        for listed, choices in older.choices.items():
            codes = {one.name: one.code for one in newest.choices[listed]}
            assert all(codes[one.name] == one.code for one in choices)


def test_a_version_that_is_not_ours_means_the_newest() -> None:
    assert form_as_filled("situation", "vQ8xKobo").version == "2026.2"
    assert form_as_filled("situation", "2026.1").version == "2026.1"


@pytest.mark.usefixtures("own_store")
def test_the_same_old_file_again_changes_nothing(tmp_path: Path) -> None:
    copy = shutil.copy(FROZEN / "situation-2026.1.json", tmp_path / "again.json")
    assert answered_with(Path(copy), 0)["added"] == 1
    assert answered_with(Path(copy), 0) == {
        "added": 0, "known": 1, "mended": 0, "ids": [], "refused": [],
    }  # fmt: skip
