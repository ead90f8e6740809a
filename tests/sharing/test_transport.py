"""Real servers on loopback: what arrives, fails, bounces, or comes after an outage."""

import hmac
from pathlib import Path

import pytest
from tests.sharing.conftest import make_authority

from tocsin.errors import SettingsError
from tocsin.sharing.transport import MailServer, send_file, send_mail, send_webhook, signature_of

SECRET = b"a shared secret"
PASSWORD = "correct horse"


def mailed(server: MailServer, pauses=(1.0, 4.0), **more):
    return send_mail(
        server, "watch@example.org", "duty@example.org", "Alerte\nBcc: x@example.org", "Texte é",
        "one", pause=lambda _: None, pauses=pauses, **more,
    )  # fmt: skip


def secured(post, tls: str, authority, password: str = PASSWORD) -> MailServer:
    return MailServer("127.0.0.1", post.port, tls, "watch", password, str(authority.certificate))


@pytest.mark.parametrize("tls", ["start", "wrap"])
def test_a_mail_arrives_under_tls_with_one_header_a_line(new_post, authority, tls) -> None:
    post = new_post(tls)
    assert mailed(secured(post, tls, authority)).outcome == "sent"
    mail = post.mails[0]
    assert mail["Message-ID"] == "<one@tocsin>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"]
    assert b"\nBcc:" not in post.taken[0]
    assert mail.get_content().strip() == "Texte é"


@pytest.mark.parametrize("tls", ["start", "wrap"])
def test_a_certificate_of_nobody_we_trust_ends_the_call(
    new_post, authority, tls, tmp_path: Path
) -> None:
    post = new_post(tls)
    other = make_authority(tmp_path)
    for trusted in (str(other.certificate), ""):
        server = MailServer("127.0.0.1", post.port, tls, "watch", PASSWORD, trusted)
        failed = mailed(server, pauses=())
        assert failed.outcome == "failed"
        assert failed.detail == "failed SSLCertVerificationError"
    assert not post.taken


def test_without_tls_a_server_that_asks_for_it_gets_nothing(new_post) -> None:
    post = new_post("start")
    assert mailed(MailServer("127.0.0.1", post.port, tls="none"), pauses=()).outcome != "sent"
    assert not post.taken


def test_a_wrong_password_is_no_bounce_and_is_not_told(new_post, authority) -> None:
    post = new_post("start")
    failed = mailed(secured(post, "start", authority, "battery staple"), pauses=())
    assert failed.outcome == "failed"
    assert failed.detail == "failed 535"
    assert "battery" not in repr(secured(post, "start", authority, "battery staple"))


def test_an_outage_is_tried_again_and_a_bounce_is_not(new_post) -> None:
    post = new_post("none")
    server = MailServer("127.0.0.1", post.port, tls="none")
    post.outages = 1
    late = mailed(server)
    assert (late.outcome, late.attempts) == ("sent", 2)
    post.refuse = "duty@example.org"
    bounced = mailed(server)
    assert (bounced.outcome, bounced.attempts, bounced.detail) == ("bounced", 1, "bounced 550")


def test_a_server_that_is_not_there_fails_in_words() -> None:
    failed = mailed(MailServer("127.0.0.1", 9, tls="none"))
    assert (failed.outcome, failed.attempts) == ("failed", 3)
    assert failed.detail == "failed ConnectionRefusedError"


def test_a_file_of_certificates_that_is_not_there_is_said() -> None:
    with pytest.raises(SettingsError, match="no certificates"):
        mailed(MailServer("127.0.0.1", 9, "wrap", authorities="nowhere.pem"))


def test_cap_travels_as_an_attachment(new_post) -> None:
    post = new_post("none")
    server = MailServer("127.0.0.1", post.port, tls="none")
    assert mailed(server, attachment=("a.xml", b"<alert/>")).outcome == "sent"
    part = next(post.mails[0].iter_attachments())
    assert (part.get_content_type(), part.get_filename()) == ("application/cap+xml", "a.xml")
    assert part.get_content() == b"<alert/>"


def test_a_webhook_is_signed_and_survives_an_outage(new_hook) -> None:
    hook = new_hook()
    hook.answers.append(503)
    sent = send_webhook(hook.url, b'{"id":1}', SECRET, pause=lambda _: None, message_id="m")
    assert (sent.outcome, sent.attempts) == ("sent", 2)
    content, headers = hook.got[-1]
    expected = f"sha256={signature_of(content, SECRET)}"
    assert hmac.compare_digest(headers["x-tocsin-signature"], expected)
    assert headers["x-tocsin-message"] == "m"


def test_a_webhook_under_tls_trusts_its_own_authority_only(new_hook, authority) -> None:
    hook = new_hook(tls=True)
    trusted = send_webhook(
        hook.url, b"{}", SECRET, pauses=(), authorities=str(authority.certificate)
    )
    assert trusted.outcome == "sent"
    stranger = send_webhook(hook.url, b"{}", SECRET, pauses=())
    assert stranger.outcome == "failed"
    assert len(hook.got) == 1


@pytest.mark.parametrize(
    ("code", "outcome"), [(410, "bounced"), (302, "bounced"), (429, "failed"), (500, "failed")]
)
def test_no_is_no_and_busy_is_not(new_hook, code: int, outcome: str) -> None:
    hook = new_hook()
    hook.answers.append(code)
    assert send_webhook(hook.url, b"{}", SECRET, pauses=()).outcome == outcome


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    assert send_file(tmp_path / "drop", "a.xml", b"<a/>").outcome == "sent"
    assert [path.name for path in (tmp_path / "drop").iterdir()] == ["a.xml"]
    (tmp_path / "file").write_text("x")
    assert send_file(tmp_path / "file", "a.xml", b"").outcome == "failed"
