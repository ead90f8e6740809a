"""Short messages that a gateway hands on: each becomes a report, or is asked back, at once.

A message is named by its sender and what it says, so that a gateway that hands it on again, under
whatever number, changes nothing and gets the same kind of reply.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from tocsin.language.text import Lang, text
from tocsin.settings import read_settings
from tocsin.workflow.record_keeping import open_vault

if TYPE_CHECKING:
    from tocsin.intake.gateways import Gateway
    from tocsin.workflow.submitting import Receipt

LONGEST_REPLY = 160  # signs
# Signs that would make a message of 160 signs one of 70 (GSM 03.38).
_PLAIN = str.maketrans({"’": "'", "\u202f": " ", "\u00a0": " ", "«": '"', "»": '"', "…": "..."})


@dataclass(frozen=True)
class Reply:
    """What the sender is told, and what became of the message: received, known or asked."""

    outcome: str
    words: str


def gateway(name: str) -> Gateway:
    """A gateway by its name in `gateways.yml`.

    Raises
    ------
    UnknownName, SettingsError.
    """
    from tocsin.intake.gateways import gateway_named, parse_gateways

    path = read_settings().home / "gateways.yml"
    listed = parse_gateways(path.read_bytes()) if path.is_file() else {}
    return gateway_named(listed, name)


def is_signed(asked: Gateway, content: bytes, signature: str) -> bool:
    """Whether a call carries the HMAC-SHA-256 of its body under the shared secret.

    Raises
    ------
    SettingsError, if the secret that the gateway names is not there.
    """
    from tocsin.sharing.channels import Secrets

    if not asked.secret:
        return False
    secret = Secrets(open_vault().secret, os.environ).of(asked.secret)
    right = hmac.new(secret, content, sha256).hexdigest()
    given = signature.strip().lower().removeprefix("sha256=")
    return hmac.compare_digest(right.encode(), given.encode("utf-8", "replace"))


def take_message(asked: Gateway, content: bytes, media_type: str, at: str = "") -> Reply:
    """Take in one message and say what to reply.

    Raises
    ------
    UnreadableFile, if the gateway's call cannot be read: its settings are wrong, not the message.
    """
    from tocsin.intake.exports import of_message
    from tocsin.intake.gateways import parse_incoming
    from tocsin.intake.reporters import is_handle
    from tocsin.workflow import submitting
    from tocsin.workflow.words import moment

    incoming = parse_incoming(content, media_type, asked)
    now = moment(at)
    # Whoever can choose the name of a sender must not choose somebody's handle.
    sender = f"sms:{incoming.sender}" if is_handle(incoming.sender) else incoming.sender
    row = of_message(1, sender, incoming.text, now)
    if row.submission is None:
        return Reply("asked", _fit(f"{_sentence(row.wrong, asked.lang)} {_again(asked.lang)}"))
    return _replied(submitting.take(row.submission, (), now), row.submission.form, asked.lang)


def _replied(receipt: Receipt, form: str, lang: Lang) -> Reply:
    from tocsin.intake import form_named

    if receipt.accepted:
        code = text("Receipt: {code}.", lang).format(code=receipt.code)
        if receipt.fresh:
            return Reply("received", _fit(f"{text('Your report has been received.', lang)} {code}"))
        said = text("Your report had been received already.", lang)
        return Reply("known", _fit(f"{said} {code}"))
    first = receipt.problems[0]
    question = form_named(form).question(first.get("question", ""))
    about = f"{question.label.in_(lang)} " if question else ""
    return Reply("asked", _fit(f"{about}{_sentence(first['wrong'], lang)} {_again(lang)}"))


def _sentence(words: str, lang: Lang) -> str:
    said = text(words, lang)
    return said[:1].upper() + said[1:] + "."


def _again(lang: Lang) -> str:
    return text("Please send it again.", lang)


def _fit(words: str) -> str:
    """Words in one short message, in signs that do not halve it."""
    plain = words.translate(_PLAIN)
    return plain if len(plain) <= LONGEST_REPLY else plain[: LONGEST_REPLY - 3].rstrip() + "..."
