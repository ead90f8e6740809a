"""Reports as a user takes them in, from every file, through to the end."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from tocsin.cli.main import app
from tocsin.errors import UnreadableFile, UsageError
from tocsin.intake.sms import checksum

PHONE = "+1 555 010 0199"


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if code == 0 and result.exception:
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def listed() -> list[dict]:
    return json.loads(run("reports", "list", "--json").stdout)


def message(text: str) -> str:
    return f"{text}#{checksum(text)}"


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    told = message("I,D0111,LOld Ford,TAV,K5,SS")
    path = tmp_path / "messages.txt"
    path.write_text(f"m-1\t{told}\nm-1\t{told}\n{PHONE}\t{told}\n", "utf-8")
    return path


@pytest.mark.usefixtures("own_store")
class TestReports:
    def test_a_submission_counts_once_whatever_the_number_of_retries(self, messages: Path) -> None:
        run("reports", "import", messages)
        run("reports", "import", messages)
        assert len(listed()) == 2

    def test_a_number_is_in_no_statement_and_in_no_file_but_the_vault(
        self, messages: Path, own_store: Path
    ) -> None:
        run("reports", "import", messages)
        assert {one["reporter"][:2] for one in listed()} == {"m-", "r-"}
        run("ledger", "export", "--out", own_store / "out.jsonl")
        needles = [PHONE.encode(), b"5550100199", b"555 010"]
        for path in own_store.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert not any(needle in content for needle in needles), path

    def test_from_message_to_closure_with_a_second_person(self, messages: Path) -> None:
        run("reports", "import", messages)
        first = next(one for one in listed() if one["reporter"] == "m-1")
        waiting = json.loads(run("inbox", "--json").stdout)["waiting"]
        assert {one["task"] for one in waiting} == {"triage"}
        name = first["id"]
        with pytest.raises(UsageError, match="not been verified"):
            run("reports", "close", name, "kept_on_record")
        with pytest.raises(UsageError, match="cannot verify"):
            run("reports", "verify", name, "verified", "--verifier", "m-1", "--reason", "I")
        with pytest.raises(UsageError, match="needs a reason"):
            run("reports", "verify", name, "verified", "--verifier", "v-2", "--reason", " ")
        run("reports", "verify", name, "verified", "--verifier", "v-2", "--grade", "B2",
            "--reason", "two callers")  # fmt: skip
        other = next(one for one in listed() if one["id"] != name)
        run("reports", "link", name, other["id"], "--as", "retelling")
        run("reports", "close", name, "kept_on_record", "--told")
        told = json.loads(run("reports", "show", name, "--json").stdout)
        assert (told["status"], told["grade"], told["closed"]) == ("verified", "B2", True)
        assert [one["what"] for one in told["history"]] == [
            "verified", "retelling", "kept_on_record",
        ]  # fmt: skip
        waiting = json.loads(run("inbox", "--json").stdout)["waiting"]
        assert [one["id"] for one in waiting] == [other["id"]]

    def test_retellings_are_offered_with_their_evidence(self, messages: Path) -> None:
        run("reports", "import", messages)
        first, other = listed()
        found = json.loads(run("reports", "alike", first["id"], "--json").stdout)
        assert [one["id"] for one in found] == [other["id"]]
        assert found[0]["evidence"]["copy"] > 0
        assert other["id"][:18] in run("reports", "alike", first["id"]).stdout

    @pytest.mark.geodata
    def test_a_place_is_confirmed_from_a_ranked_list(self, tmp_path: Path) -> None:
        told = message("I,D0111,LPres de Segou,TTH,ST")
        (tmp_path / "one.txt").write_text(f"m-1\t{told}\n", "utf-8")
        run("reports", "import", tmp_path / "one.txt")
        name = listed()[0]["id"]
        ranked = json.loads(run("reports", "place", name, "--country", "MLI", "--json").stdout)
        assert (ranked[0]["area"], ranked[0]["precision"]) == ("MLI.segou", "near")
        with pytest.raises(UsageError, match="no line 99"):
            run("reports", "place", name, "--country", "MLI", "--pick", 99)
        run("reports", "place", name, "--country", "MLI", "--pick", 1)
        shown = json.loads(run("reports", "show", name, "--json").stdout)
        assert shown["where"]["area"] == "MLI.segou"

    def test_another_organisation_sees_no_trace(self, messages: Path) -> None:
        run("reports", "import", messages)
        seen = run("reports", "list", "--json", "--reader", "elsewhere").stdout
        assert json.loads(seen) == []

    def test_an_export_of_kobo_and_one_of_odk(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["start", "end", "day_from", "place", "event", "how_known", "_uuid",
                      "_submitted_by"])  # fmt: skip
        sheet.append(["2026-11-01T08:00:00Z", "", "2026-11-01", "Old Ford", "threat", "told",
                      "k-1", "A Person"])  # fmt: skip
        book.save(tmp_path / "kobo.xlsx")
        with (tmp_path / "odk.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["SubmissionDate", "what-day_from", "what-place", "what-event",
                            "what-how_known", "KEY"])  # fmt: skip
            table.writerow(["2026-11-01", "2026-11-01", "New Ford", "looting", "saw", "uuid:o-1"])
        rows = [{"week": "2026-11-08", "place": "Old Ford", "threats": "observed", "_uuid": "k-2",
                 "threats_level": "high", "_geolocation": [None, None]}]  # fmt: skip
        (tmp_path / "week.json").write_text(json.dumps({"results": rows}))
        for file, form in (("kobo.xlsx", "incident"), ("odk.csv", "incident"),
                           ("week.json", "situation")):  # fmt: skip
            run("reports", "import", tmp_path / file, "--form", form)
        assert {one["what"] for one in listed()} == {"threat", "looting", "2026-11-08"}
        assert "A Person" not in json.dumps(listed())

    def test_a_spreadsheet_with_a_mapping(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(
            "Jour;Lieu;Quoi;Source\n2026-11-01;Old Ford;Menace;ouï-dire\n", "utf-8"
        )
        (tmp_path / "columns.yml").write_text(
            "columns: {Jour: day_from, Lieu: place, Quoi: event, Source: how_known}\n"
            "values: {event: {Menace: threat}, how_known: {ouï-dire: told}}\n",
            "utf-8",
        )
        run("reports", "import", tmp_path / "table.csv", "--mapping", tmp_path / "columns.yml")
        assert listed()[0]["what"] == "threat"

    def test_bad_rows_are_named_and_good_ones_come_in(self, tmp_path: Path) -> None:
        (tmp_path / "rows.csv").write_text(
            "day_from,place,event,how_known\n2026-11-01,Old Ford,threat,told\n"
            "2026-11-01,Old Ford,dragon,told\n"
        )
        told = run("reports", "import", tmp_path / "rows.csv", code=1).output
        assert "row 3" in told
        assert "event" in told
        assert len(listed()) == 1

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.xlsx", b"PK\x03\x04 not a workbook"),
            ("a.json", b"[" * 100_000),
            ("a.json", b'{"results": 3}'),
            ("a.csv", b"\xff\xfe\x00"),
            ("a.pdf", b"%PDF"),
        ],
    )
    def test_a_broken_file_gets_a_clear_error(
        self, tmp_path: Path, name: str, content: bytes
    ) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableFile):
            run("reports", "import", tmp_path / name)


def test_a_form_is_exported_for_phone_and_paper(tmp_path: Path) -> None:
    run("forms", "export", "situation", "--out", tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".pdf", ".pdf", ".xlsx", ".xml"]
    assert "incident" in run("forms", "list").stdout


@pytest.mark.geodata
def test_the_ranked_places_are_drawn_with_their_lines(own_store: Path, tmp_path: Path) -> None:
    told = message("I,D0111,LGao,TAV,K5,SS")
    sent = tmp_path / "one.txt"
    sent.write_text(f"m-1\t{told}\n", "utf-8")
    run("reports", "import", sent)
    name = listed()[0]["id"]
    run("reports", "place", name, "--country", "MLI", "--map", tmp_path / "gao.svg")
    text = (tmp_path / "gao.svg").read_text("utf-8")
    assert "1 Gao" in text
    assert text.count("<path") > 2  # the regions around it


@pytest.mark.usefixtures("own_store")
class TestWords:
    """Answers reach a person in the words of the form, not in the codes of the record."""

    def test_lists_and_reports_say_what_the_form_says(self, messages: Path) -> None:
        run("reports", "import", messages)
        assert "attaque d’un village · Old Ford" in run("reports", "list", "--lang", "fr").stdout
        name = listed()[0]["id"]
        assert "attaque d’un village" in run("reports", "show", name, "--lang", "fr").stdout

    def test_a_refused_row_names_the_question_and_the_answer(self, tmp_path: Path) -> None:
        sheet = tmp_path / "odk.csv"
        sheet.write_text("day_from,place,event,how_known\n2023-06-11,Old Ford,Truc,told\n", "utf-8")
        told = run("reports", "import", sheet, code=1).stdout
        assert "[event]" in told
        assert "(Truc)" in told

    def test_naming_a_store_that_has_written_says_what_is_no_longer_seen(
        self, messages: Path
    ) -> None:
        run("reports", "import", messages)
        assert "--reader local:analyst" in run("init", "--org", "NORTH").stderr
        assert "--reader" not in run("init", "--org", "NORTH").stderr
        assert listed() == []

    def test_a_new_store_is_named_without_a_word_of_warning(self) -> None:
        assert run("init", "--org", "NORTH").stderr == ""
