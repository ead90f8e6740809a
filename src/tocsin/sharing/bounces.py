"""Notices that a mail did not arrive, as mail servers send them back (RFC 3464)."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from tocsin.errors import UnreadableFile

LIMIT = 2_000_000
_OURS = re.compile(r"<([0-9a-z-]{1,64})@tocsin>")
_STATUS = re.compile(r"^5\.\d{1,3}\.\d{1,3}$")


@dataclass(frozen=True)
class Bounce:
    """A message of ours that came back, and the code of the refusal (RFC 3463)."""

    message: str
    status: str


def read_bounce(content: bytes, where: str = "mail") -> Bounce | None:
    """What a notice says; None if it is no notice of a final refusal of one of our messages.

    No address and no word of it is kept. A notice can be forged: it marks a message as not arrived,
    and nothing more.

    Raises
    ------
    UnreadableFile, if it is too large.
    """
    if len(content) > LIMIT:
        raise UnreadableFile(
            "the message is larger than {limit} bytes",
            where=where,
            remedy="Ask its sender for a smaller one.",
            limit=LIMIT,
        )
    mail = message_from_bytes(content, policy=policy.compat32)
    if mail.get_content_type() != "multipart/report":
        return None
    status = message = ""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _refusal(part)
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            message = message or _name(part)
    return Bounce(message, status) if status and message else None


def _refusal(part: Message) -> str:
    blocks: Any = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        status = str(block.get("Status", "")).strip()
        if str(block.get("Action", "")).strip().lower() == "failed" and _STATUS.match(status):
            return status
    return ""


def _name(part: Message) -> str:
    """The Message-ID of the mail that came back, where it is one of ours."""
    inner: Any = part.get_payload()
    if isinstance(inner, list):
        header = str(inner[0].get("Message-ID", "")) if inner else ""
    else:
        text = str(inner)
        header = next(
            (line for line in text.splitlines() if line.lower().startswith("message-id:")), ""
        )
    found = _OURS.search(header)
    return found.group(1) if found else ""
