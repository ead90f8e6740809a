"""A folder of mail: each file once, whatever it holds."""

import contextlib
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import TocsinError
from tocsin.intake.sms import checksum
from tocsin.workflow.mailing import _parsed, _rows, take_mail
from tocsin.workflow.record_keeping import open_ledger, reader_named
from tocsin.workflow.words import moment

BODY = "I,D2011,LOld Ford,TTH,ST"
CODED = f"{BODY}#{checksum(BODY)}"
FORM = (
    '<data id="incident"><day_from>2026-11-20</day_from><place>Reed Ferry</place>'
    "<event>threat</event><how_known>saw</how_known><meta><instanceID>uuid:mail</instanceID></meta>"
    "</data>"
)
TABLE = (
    "day_from,place,event,how_known\n2026-11-19,Salt Well,threat,told\n2026-11-18,,threat,told\n"
)


def mail(text: str = "", sender: str = "canary@field.example", **attached: str) -> bytes:
    made = EmailMessage()
    made["From"] = sender
    made["Subject"] = "report"
    made.set_content(text or "see below")
    for name, content in attached.items():
        made.add_attachment(content.encode(), maintype="application", subtype="octet-stream",
                            filename=name.replace("_", "."))  # fmt: skip
    return bytes(made)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    return folder


def reports() -> list[str]:
    view = open_ledger().view(reader_named(), None, None)
    return sorted(one.body.place for one in view.statements("report"))  # type: ignore[attr-defined]


def test_each_mail_is_read_once_and_put_away(box: Path) -> None:
    (box / "1.eml").write_bytes(mail(f"Good morning,\n\n{CODED}\n\n-- \nA.\n"))
    (box / "2.eml").write_bytes(mail(form_xml=FORM))
    (box / "3.eml").write_bytes(mail(table_csv=TABLE))
    (box / "4.eml").write_bytes(mail("How are you?"))
    (box / "5.eml").write_bytes(b"\x00\xff no mail at all")
    (box / "new").mkdir()
    (box / "new" / "6.host:2,S").write_bytes(mail(CODED))
    told = {one.file: one for one in take_mail(box)}
    assert reports() == ["Old Ford", "Reed Ferry", "Salt Well"]
    assert told["1.eml"].added == told["2.eml"].added == told["3.eml"].added == 1
    assert told["6.host:2,S"].known == 1
    assert [name for name, one in told.items() if one.reply_needed] == ["3.eml", "4.eml", "5.eml"]
    assert told["3.eml"].refused[0]["question"] == "place"
    assert sorted(one.name for one in (box / "done").iterdir()) == [
        "1.eml", "2.eml", "3.eml", "6.host",
    ]  # fmt: skip
    assert (box / "refused" / "4.eml.reason.txt").read_text("utf-8") == "the mail holds no report\n"
    assert take_mail(box) == []


def test_an_address_stays_in_the_vault(box: Path, own_store: Path) -> None:
    (box / "1.eml").write_bytes(mail(CODED))
    take_mail(box)
    for path in own_store.rglob("*"):
        if path.is_file() and path.suffix not in (".age", ".key"):
            assert b"canary" not in path.read_bytes()
    view = open_ledger().view(reader_named(), None, None)
    (report,) = view.statements("report")
    assert report.body.way == "mail"  # type: ignore[attr-defined]
    assert report.body.reporter.startswith("r-")  # type: ignore[attr-defined]


def test_a_kill_before_the_move_doubles_nothing(box: Path) -> None:
    (box / "1.eml").write_bytes(mail(CODED))
    take_mail(box)
    (box / "done" / "1.eml").replace(box / "1.eml")
    (again,) = take_mail(box)
    assert (again.added, again.known) == (0, 1)


def test_the_command_lists_who_needs_an_answer(box: Path) -> None:
    (box / "1.eml").write_bytes(mail(CODED))
    (box / "2.eml").write_bytes(mail("How are you?"))
    result = CliRunner().invoke(app, ["reports", "import", str(box), "--mail"])
    assert result.exit_code == 1
    assert "1.eml: Reports received: 1" in result.output
    assert "2.eml: the mail holds no report → answer the sender" in result.output
    assert "canary" not in result.output


@given(st.binary(max_size=500) | st.text(max_size=300).map(lambda one: mail(one or "x")))
def test_whatever_stands_in_a_mail_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("mail") / "x.eml"
    path.write_bytes(content)
    with contextlib.suppress(TocsinError):
        list(_rows(_parsed(path), "incident", moment()))
