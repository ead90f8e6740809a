"""The second and last place that speaks to the network: mail, signed webhooks, files.

A server's certificate is always checked, against the system's authorities or a file of one's own.
What goes wrong is told by its kind and code alone: an address, a text or a password never gets
into an outcome, and so never into a log.
"""

import hashlib
import hmac
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import httpx

from tocsin.errors import SettingsError

TIMEOUT = 20.0
LARGEST_ANSWER = 4 << 20
LONGEST_CALL = 3600.0  # seconds; a server that sends a byte now and then would hold us for ever
PAUSES = (1.0, 4.0)  # seconds before the second and the third attempt
HELLO = "localhost"  # a machine's own name is nobody's business
AUTH_REFUSED = (530, 534, 535)  # the account is wrong, not the recipient: it can be put right


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
    password: str = field(default="", repr=False)
    authorities: str = ""  # file of certificates to trust in place of the system's


def send_mail(
    server: MailServer,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    pause: Callable[[float], object] = time.sleep,
    pauses: tuple[float, ...] = PAUSES,
    attachment: tuple[str, bytes] | None = None,
    attached_as: str = "cap+xml",
    files: tuple[tuple[str, str, bytes], ...] = (),
) -> Sent:
    """Send one mail; outages are tried again, a refused recipient is a bounce and is not.

    The same `message_id` on every attempt lets the receiver drop a second copy. `attachment` is a
    name and the bytes of a file, `attached_as` its subtype of application/. `files` are attached
    too: name, media type, bytes.
    """
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, _one_line(subject)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{message_id}@tocsin>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
    mail.set_content(text)
    if attachment is not None:
        name, content = attachment
        mail.add_attachment(content, maintype="application", subtype=attached_as, filename=name)
    for name, media, content in files:
        main, _, sub = media.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)

    def attempt() -> str:
        try:
            with _connected(server) as smtp:
                smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPAuthenticationError as error:
            return f"failed {error.smtp_code}"
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code)
        return ""

    return _tried(attempt, pause, pauses)


def send_webhook(
    url: str,
    content: bytes,
    secret: bytes,
    pause: Callable[[float], object] = time.sleep,
    pauses: tuple[float, ...] = PAUSES,
    message_id: str = "",
    content_type: str = "application/json",
    authorities: str = "",
) -> Sent:
    """POST with `X-Tocsin-Signature: sha256=…`, the HMAC of the body under the secret.

    `X-Tocsin-Message` is the same on every attempt. A redirection is not followed: the text goes
    to the address that was written down, or nowhere.
    """
    headers = {
        "Content-Type": content_type,
        "X-Tocsin-Signature": f"sha256={signature_of(content, secret)}",
    }
    if message_id:
        headers["X-Tocsin-Message"] = message_id

    def attempt() -> str:
        with httpx.Client(timeout=TIMEOUT, verify=_context(authorities), trust_env=False) as client:
            answer = client.post(url, content=content, headers=headers)
        if answer.is_success:
            return ""
        # A server that says no will say no again; one that is down, or busy, may not.
        code = answer.status_code
        kind = "bounced" if 300 <= code < 500 and code not in (408, 425, 429) else "failed"
        return f"{kind} {code}"

    return _tried(attempt, pause, pauses)


@dataclass(frozen=True)
class Answer:
    """What a partner's node answered."""

    status: int
    headers: dict[str, str]
    content: bytes


class LinkBroken(Exception):
    """A call did not come to its end; `came` are the bytes of the answer that did."""

    def __init__(self, kind: str, came: bytes):
        super().__init__(kind)
        self.kind = kind
        self.came = came


class Link:
    """Calls to one partner's node, each of them once: who uses it goes on where it broke.

    A certificate is always checked; a redirection is not followed.

    Parameters
    ----------
    address, token : of the node; the token is sent as Bearer
    authorization : the whole header, where it is another kind of token
    largest, lasting : bytes of an answer, and seconds that it may take; what is longer is broken
    """

    def __init__(
        self,
        address: str,
        token: str = "",
        authorities: str = "",
        timeout: float = TIMEOUT,
        *,
        authorization: str = "",
        largest: int = LARGEST_ANSWER,
        lasting: float = LONGEST_CALL,
    ):
        self._largest, self._lasting = largest, lasting
        self._client = httpx.Client(
            base_url=address.rstrip("/"),
            timeout=timeout,
            verify=_context(authorities),
            trust_env=False,
            headers={"Authorization": authorization or f"Bearer {token}"}
            if authorization or token
            else {},
            # A new connection for each call: one that half broke is never used again.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def call(
        self, method: str, path: str, content: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """One call; its status, its headers in lower case and what it said.

        Raises
        ------
        LinkBroken, with what had come until then.
        """
        came = bytearray()
        until = time.monotonic() + self._lasting
        try:
            with self._client.stream(method, path, content=content, headers=headers) as answer:
                for piece in answer.iter_raw():
                    came += piece
                    if len(came) > self._largest:
                        break
                    if time.monotonic() > until:
                        raise LinkBroken("TooSlow", bytes(came))
                return Answer(answer.status_code, dict(answer.headers), bytes(came))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise LinkBroken(type(error).__name__, bytes(came)) from None

    def close(self) -> None:
        self._client.close()


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


def _tried(
    attempt: Callable[[], str], pause: Callable[[float], object], pauses: tuple[float, ...]
) -> Sent:
    problem = ""
    for number in range(1, len(pauses) + 2):
        try:
            problem = attempt()
        except (OSError, smtplib.SMTPException, httpx.HTTPError, httpx.InvalidURL) as error:
            problem = f"failed {type(error).__name__}"
        if not problem:
            return Sent("sent", number)
        if problem.startswith("bounced"):
            return Sent("bounced", number, problem)
        if number <= len(pauses):
            pause(pauses[number - 1])
    return Sent("failed", len(pauses) + 1, problem)


def _refused(code: int) -> str:
    """A refusal for good is a bounce; one for now, or of the account, is tried again."""
    if code >= 500 and code not in AUTH_REFUSED:
        return f"bounced {code}"
    return f"failed {code}"


def _context(authorities: str) -> ssl.SSLContext:
    """Certificates are checked against the system's authorities, or those of a file."""
    try:
        return ssl.create_default_context(cafile=authorities or None)
    except OSError:
        raise SettingsError(
            "no certificates can be read from {path}",
            remedy="Name a PEM file under `authorities` in channels.yml.",
            path=authorities,
        ) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.tls == "wrap":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, HELLO, timeout=TIMEOUT, context=_context(server.authorities)
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, HELLO, timeout=TIMEOUT)
        if server.tls == "start":
            smtp.starttls(context=_context(server.authorities))
    if server.user:
        smtp.login(server.user, server.password)
    return smtp


def _one_line(text: str) -> str:
    """A header holds one line: what follows a break would be a header of its own."""
    return " ".join(text.split())
