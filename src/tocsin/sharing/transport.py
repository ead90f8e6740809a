"""The second and last place that speaks to the network: mail, signed webhooks, files."""

import hashlib
import hmac
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx

TIMEOUT = 20.0
PAUSES = (1.0, 4.0)  # seconds before the second and the third attempt


@dataclass(frozen=True)
class Sent:
    """What became of a message: sent, failed or bounced; after how many attempts, and why."""

    outcome: str
    attempts: int
    detail: str = ""


@dataclass(frozen=True)
class MailServer:
    """An SMTP server. `tls`: start (STARTTLS), wrap (TLS from the start), none (loopback only)."""

    host: str
    port: int = 587
    tls: str = "start"
    user: str = ""
    password: str = ""


def send_mail(
    server: MailServer,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    pause: Callable[[float], object] = time.sleep,
) -> Sent:
    """Send one mail; outages are tried again, a refused recipient is a bounce and is not.

    The same `message_id` on every attempt lets the receiver drop a second copy.
    """
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, _one_line(subject)
    mail["Message-ID"] = f"<{message_id}@tocsin>"
    mail.set_content(text)

    def attempt() -> str:
        try:
            with _connected(server) as smtp:
                smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            return f"bounced {code}" if code >= 500 else f"refused for now {code}"
        return ""

    return _tried(attempt, pause)


def send_webhook(
    url: str, content: bytes, secret: bytes, pause: Callable[[float], object] = time.sleep
) -> Sent:
    """POST JSON with `X-Tocsin-Signature: sha256=…`, the HMAC of the body under the secret."""
    headers = {
        "Content-Type": "application/json",
        "X-Tocsin-Signature": f"sha256={signature_of(content, secret)}",
    }

    def attempt() -> str:
        answer = httpx.post(url, content=content, headers=headers, timeout=TIMEOUT)
        if answer.is_success:
            return ""
        # A server that says no will say no again; one that is down may not.
        kind = "bounced" if 400 <= answer.status_code < 500 else "failed"
        return f"{kind} {answer.status_code}"

    return _tried(attempt, pause)


def signature_of(content: bytes, secret: bytes) -> str:
    """HMAC-SHA-256 in hexadecimal (RFC 2104).

    >>> signature_of(b"{}", b"key")[:12]
    'a777724d943e'
    """
    return hmac.new(secret, content, hashlib.sha256).hexdigest()


def send_file(folder: Path, name: str, content: bytes) -> Sent:
    """Drop a file; it appears under its name only when it is whole."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{name}.partial"
        partial.write_bytes(content)
        partial.replace(folder / name)
    except OSError as error:
        return Sent("failed", 1, error.strerror or type(error).__name__)
    return Sent("sent", 1)


def _tried(attempt: Callable[[], str], pause: Callable[[float], object]) -> Sent:
    problem = ""
    for number in range(1, len(PAUSES) + 2):
        try:
            problem = attempt()
        except (OSError, smtplib.SMTPException, httpx.HTTPError) as error:
            problem = type(error).__name__
        if not problem:
            return Sent("sent", number)
        if problem.startswith("bounced"):
            return Sent("bounced", number, problem)
        if number <= len(PAUSES):
            pause(PAUSES[number - 1])
    return Sent("failed", len(PAUSES) + 1, problem)


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.tls == "wrap":
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        if server.tls == "start":
            smtp.starttls(context=ssl.create_default_context())
    if server.user:
        smtp.login(server.user, server.password)
    return smtp


def _one_line(text: str) -> str:
    """A header holds one line: what follows a break would be a header of its own."""
    return " ".join(text.split())
