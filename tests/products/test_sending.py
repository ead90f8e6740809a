"""Products that leave by themselves: a real mail server, outages, a node that dies, one copy."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.products.conftest import WAR, Draw, warning
from tests.sharing.conftest import authority, clock, ledger, new_ledger, new_post
from tests.warning.conftest import at
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import SettingsError
from tocsin.products import product_named, render, render_short
from tocsin.sharing.channels import Channels, Secrets, parse_channels
from tocsin.sharing.posting import Desk
from tocsin.sharing.schedules import EXAMPLE, Entry, parse_schedule, slot_of
from tocsin.workflow.dispatching import Parcel, dispatch, progress

__all__ = ["authority", "clock", "ledger", "new_ledger", "new_post"]
PASSWORD = "correct horse"
SCHEDULE = b"""
products:
  monday: {product: sitrep, area: XEX, every: week, weekday: mon, to: [chief, phone-not]}
  daily: {product: flash, area: XEX, every: day, at: "05:30", to: [chief, phone]}
"""
MONDAY = at("2023-07-03T06:01Z")
pytestmark = pytest.mark.geodata


def listed(server: object, certificate: Path) -> Channels:
    return parse_channels(
        f"""
sender: watch@cell.example
servers:
  post: {{host: 127.0.0.1, port: {server.port}, user: watch, password: "vault:post",
          authorities: "{certificate}"}}
channels:
  chief: {{kind: mail, server: post, to: chief@cell.example, lang: en}}
  phone: {{kind: mail, server: post, to: "22300000000@sms.example", form: sms, lang: fr}}
  phone-not: {{kind: drop, folder: dropped}}
roles: {{}}
""".encode()
    )


@pytest.fixture
def house(new_post, authority, tmp_path: Path, ledger, clock, hadaria: Draw):
    """A mail server with TLS, a desk, and a round of products of Hadaria at a moment."""
    server = new_post("start")
    desk = Desk(listed(server, authority.certificate), Secrets(lambda _: PASSWORD.encode(), {}),
                tmp_path)  # fmt: skip
    schedule = parse_schedule(SCHEDULE, desk.channels)
    picture = hadaria(WAR, [warning("XEX.north")])

    def make(parcel: Parcel, channel: object):
        document = product_named(parcel.entry.product)(picture)
        if channel.form == "sms":
            return "flash", render_short(document, channel.lang), ()
        files = render(document, "en", "", formats=("pdf",))
        return "page", "text", tuple((f"{document.stem}.pdf", "application/pdf", content)
                                     for content in files.values())  # fmt: skip

    def run(now: datetime):
        clock.now = now
        return dispatch(ledger, desk, schedule, now, make=make)

    return server, run, ledger, schedule, tmp_path


def test_each_product_arrives_once_with_its_page(house) -> None:
    server, run, _, _, home = house
    first = run(MONDAY)
    assert {(one["name"], one["to"], one["outcome"]) for one in first.products} == {
        ("monday", "chief", "sent"), ("monday", "phone-not", "sent"),
        ("daily", "chief", "sent"), ("daily", "phone", "sent"),
    }  # fmt: skip
    for minutes in (5, 60, 600):
        assert run(MONDAY + timedelta(minutes=minutes)).products == []
    assert len(server.mails) == 3
    page = next(part for part in server.to("chief@cell.example")[0].iter_attachments())
    assert page.get_content_type() == "application/pdf"
    assert len(PdfReader(__import__("io").BytesIO(page.get_content())).pages) >= 1
    said = server.to("22300000000@sms.example")[0].get_body().get_content().strip()
    assert len(said) <= 160
    assert "Après" not in said or "é" in said
    assert "morts en trois mois" in said
    assert sorted(one.name for one in (home / "dropped").iterdir()) == [
        "sitrep-XEX-week-2023-06-30.pdf"
    ]


def test_an_outage_is_outlived_under_the_same_message_id(house) -> None:
    server, run, ledger, schedule, _ = house
    server.outages = 3
    outcomes = {one["outcome"] for one in run(MONDAY).products if one["to"] != "phone-not"}
    assert outcomes == {"failed"}
    assert run(MONDAY + timedelta(minutes=1)).products == [], "the pause holds"
    again = run(MONDAY + timedelta(minutes=6)).products
    assert {one["attempt"] for one in again} == {2}
    assert {one["outcome"] for one in again} == {"sent"}
    assert len(server.mails) == 3
    parcel = Parcel("daily", schedule.products["daily"], "phone", at("2023-07-03T05:30Z"))
    assert server.to("22300000000@sms.example")[0]["Message-ID"] == f"<{parcel.message}@tocsin>"
    assert progress(ledger, parcel, False).outcome == "sent"


def test_a_server_that_is_gone_is_tried_with_longer_pauses(house) -> None:
    server, run, *_ = house
    port = server.port
    server.stop()
    tries = [len(run(MONDAY + timedelta(minutes=m)).products) for m in (0, 2, 5, 8, 16)]
    assert [bool(one) for one in tries] == [True, False, True, False, True]
    assert port


def test_a_node_that_dies_while_sending_makes_the_same_attempt_again(house, monkeypatch) -> None:
    from tocsin.sharing import posting

    server, run, ledger, schedule, _ = house
    real = posting.post_files

    def dies(desk, channel, *rest):
        if channel.form == "sms":
            raise KeyboardInterrupt
        return real(desk, channel, *rest)

    monkeypatch.setattr(posting, "post_files", dies)
    with pytest.raises(KeyboardInterrupt):
        run(MONDAY)
    parcel = Parcel("daily", schedule.products["daily"], "phone", at("2023-07-03T05:30Z"))
    assert progress(ledger, parcel, False).outcome == "intended"
    monkeypatch.setattr(posting, "post_files", real)
    run(MONDAY + timedelta(minutes=5))
    assert progress(ledger, parcel, False).attempt == 1
    assert len(server.to("22300000000@sms.example")) == 1
    assert len(server.to("chief@cell.example")) == 2, "what had gone is not sent again"


def test_a_refused_recipient_is_a_bounce_and_is_left_alone(house) -> None:
    server, run, *_ = house
    server.refuse = "chief@cell.example"
    first = run(MONDAY).products
    assert {one["outcome"] for one in first if one["to"] == "chief"} == {"bounced"}
    assert run(MONDAY + timedelta(hours=5)).products == []


def test_the_next_one_overtakes_what_could_not_leave(house) -> None:
    server, run, *_ = house
    server.outages = 99
    run(MONDAY)
    server.outages = 0
    late = run(MONDAY + timedelta(days=1)).products
    slots = {one["slot"] for one in late if one["name"] == "daily"}
    assert slots == {"2023-07-04T05:30:00+00:00"}


@pytest.mark.parametrize(
    ("every", "on", "now", "slot"),
    [
        ("day", "mon", "2023-07-03T05:59Z", "2023-07-02T06:00Z"),
        ("week", "mon", "2023-07-03T05:59Z", "2023-06-26T06:00Z"),
        ("week", "sun", "2023-07-03T06:00Z", "2023-07-02T06:00Z"),
        ("month", "mon", "2023-07-01T05:00Z", "2023-06-01T06:00Z"),
        ("month", "mon", "2024-03-31T12:00Z", "2024-03-01T06:00Z"),
    ],
)
def test_when_a_product_is_due(every: str, on: str, now: str, slot: str) -> None:
    entry = Entry("sitrep", "XEX", ("x",), every=every, weekday=on)  # type: ignore[arg-type]
    assert slot_of(entry, at(now)) == at(slot)


@pytest.mark.parametrize(
    "line",
    [
        "products: {x: {product: sitrep, area: MLI, to: []}}",
        'products: {x: {product: sitrep, area: MLI, to: [chief], at: "25:00"}}',
        "products: {x: {product: sitrep, area: MLI, to: [phone]}}",
        "products: {x: {product: sitrep, area: MLI, to: [chief], color: red}}",
        "products: [",
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(line: str) -> None:
    channels = listed(type("S", (), {"port": 25}), Path("x"))
    with pytest.raises(SettingsError):
        parse_schedule(line.encode(), channels)


def test_the_example_is_a_schedule() -> None:
    from tocsin.sharing.channels import EXAMPLE as CHANNELS

    assert parse_schedule(EXAMPLE.encode(), parse_channels(CHANNELS.encode())).products


def test_the_command_sends_the_record_of_a_store(
    new_post, authority, own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = new_post("start")
    run: Callable[..., object] = CliRunner().invoke
    assert run(app, ["dossier", "load", "mali"]).exit_code == 0
    own_store.joinpath("channels.yml").write_text(
        f"""
sender: watch@cell.example
servers:
  post: {{host: 127.0.0.1, port: {server.port}, user: watch, password: "env:POST",
          authorities: "{authority.certificate}"}}
channels:
  chief: {{kind: mail, server: post, to: chief@cell.example, lang: fr}}
""",
        "utf-8",
    )
    own_store.joinpath("schedule.yml").write_text(
        'products: {own: {product: agreement, area: MLI, every: day, at: "00:00", to: [chief], '
        "lang: fr, formats: [pdf, docx]}}",
        "utf-8",
    )
    monkeypatch.setenv("POST", PASSWORD)
    done = run(app, ["product", "send"])
    assert done.exit_code == 0, done.output
    mail = server.to("chief@cell.example")[0]
    assert mail["Subject"].startswith("[TLP:CLEAR] Mali")
    assert [part.get_filename().rpartition(".")[2] for part in mail.iter_attachments()] == [
        "pdf", "docx",
    ]  # fmt: skip
    assert "sent" in run(app, ["product", "schedule"]).output
    assert run(app, ["product", "send"]).exit_code == 0
    assert len(server.mails) == 1
