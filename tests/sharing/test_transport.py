"""Real servers on loopback: what arrives, fails, bounces, or comes after an outage."""

import hmac
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tocsin.sharing.transport import MailServer, send_file, send_mail, send_webhook, signature_of

SMTP = pytest.importorskip("aiosmtpd.controller")
SECRET = b"a shared secret"


class Inbox:
    """An SMTP handler that refuses what a test says."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.refuse = ""
        self.outages = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.outages:
            self.outages -= 1
            return "451 try again"
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def mail() -> Iterator[tuple[Inbox, MailServer]]:
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = SMTP.Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, MailServer("127.0.0.1", port, tls="none")
    controller.stop()


def mailed(server: MailServer):
    return send_mail(
        server, "watch@example.org", "duty@example.org", "Alerte\nBcc: x@example.org", "Texte é",
        "one", pause=lambda _: None,
    )  # fmt: skip


def test_a_mail_arrives_with_one_header_a_line(mail) -> None:
    inbox, server = mail
    assert mailed(server).outcome == "sent"
    assert b"Message-ID: <one@tocsin>" in inbox.mails[0]
    assert b"\nBcc:" not in inbox.mails[0]


def test_an_outage_is_tried_again_and_a_bounce_is_not(mail) -> None:
    inbox, server = mail
    inbox.outages = 1
    late = mailed(server)
    assert (late.outcome, late.attempts) == ("sent", 2)
    inbox.refuse = "550 no such mailbox"
    bounced = mailed(server)
    assert (bounced.outcome, bounced.attempts) == ("bounced", 1)


def test_a_server_that_is_not_there_fails_in_words() -> None:
    failed = mailed(MailServer("127.0.0.1", 9, tls="none"))
    assert (failed.outcome, failed.attempts) == ("failed", 3)
    assert failed.detail


@pytest.fixture
def hook() -> Iterator[tuple[list, list, str]]:
    got, answers = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((content, self.headers["X-Tocsin-Signature"]))
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, *given) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield got, answers, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_a_webhook_is_signed_and_survives_an_outage(hook) -> None:
    got, answers, url = hook
    answers.append(503)
    sent = send_webhook(url, b'{"id":1}', SECRET, pause=lambda _: None)
    assert (sent.outcome, sent.attempts) == ("sent", 2)
    content, signature = got[-1]
    assert hmac.compare_digest(signature, f"sha256={signature_of(content, SECRET)}")
    answers.append(410)
    assert send_webhook(url, b"{}", SECRET, pause=lambda _: None).outcome == "bounced"


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    assert send_file(tmp_path / "drop", "a.xml", b"<a/>").outcome == "sent"
    assert [path.name for path in (tmp_path / "drop").iterdir()] == ["a.xml"]
    (tmp_path / "file").write_text("x")
    assert send_file(tmp_path / "file", "a.xml", b"").outcome == "failed"
