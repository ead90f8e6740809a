"""What a message says, in the form that its channel takes: a mail, JSON, 160 characters, CAP."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.sharing.channels import Channel
from tocsin.sharing.outbox import Message
from tocsin.tables.kinds.warnings import Closure, Delivery
from tocsin.tables.statements import Statement
from tocsin.warning.cap import to_cap
from tocsin.warning.messages import Told, letter, sms_of, why_now
from tocsin.warning.standing import Standing

XmlSigner = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Letter:
    """A message ready to go: `content` for webhooks and files, `subject` and `text` for mail."""

    subject: str
    text: str
    content: bytes
    content_type: str
    suffix: str
    name: str  # of the file it is dropped as


def letter_of(message: Message, channel: Channel, org: str, sign_xml: XmlSigner) -> Letter:
    """The letter of a message in the form and the language of its channel."""
    told = told_of(message)
    subject, text = letter(told, channel.lang, message.roles)
    if channel.form == "sms":
        words = sms_of(told, channel.lang)
        return _sms_letter(words, subject, channel, message.id)
    if channel.form == "cap":
        item = message.items[0]
        content = cap_of(item.held, item.step, org, sent_before(item.held, message.to), sign_xml)
        return Letter(subject, text, content, "application/cap+xml", "xml", f"{item.step.id}.xml")
    if channel.kind == "webhook":
        content = payload(message, told)
        return Letter(subject, text, content, "application/json", "json", f"{message.id}.json")
    return Letter(
        subject, text, f"{subject}\n\n{text}".encode(), "text/plain", "txt", f"{message.id}.txt"
    )


def told_of(message: Message) -> list[Told]:
    """Each warning of a message once, with the newest step that it tells of."""
    found = {
        item.held.subject: Told(
            item.held.current, item.step, tuple(item.held.steps.get("dissent", ()))
        )
        for item in message.items
    }
    return list(found.values())


def _sms_letter(words: str, subject: str, channel: Channel, name: str) -> Letter:
    if channel.kind == "webhook":
        content = json.dumps({"id": name, "to": channel.to, "text": words}).encode()
        return Letter(subject, words, content, "application/json", "json", f"{name}.json")
    # The form that smstools and gammu read from a folder.
    content = f"To: {channel.to}\n\n{words}\n".encode() if channel.to else f"{words}\n".encode()
    return Letter(words[:40], words + "\n", content, "text/plain", "sms", f"{name}.sms")


def payload(message: Message, told: Sequence[Told]) -> bytes:
    """A message as JSON, with its words in both languages; no source, no evidence, no address."""
    return json.dumps(
        {
            "message": message.id,
            "roles": list(message.roles),
            "warnings": [_plain(each) for each in told],
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()


def _plain(told: Told) -> dict[str, Any]:
    body = told.body
    return {
        "id": told.name,
        "step": told.step.kind,
        "step_id": told.step.id,
        "at": told.step.known_at,
        "why_now": {"fr": why_now(told.step, "fr"), "en": why_now(told.step, "en")},
        "exercise": "EXERCISE" in told.version.caveats,
        "tlp": told.version.tlp,
        "title": {"fr": body.title.in_("fr"), "en": body.title.in_("en")},
        "level": body.level,
        "problem": body.problem,
        "area": body.area,
        "country": body.country,
        "window": [body.window_from, body.window_to],
        "likelihood": [body.likelihood_low, body.likelihood_high],
        "opportunity": body.opportunity,
        "dissent": [
            {"fr": each.body.text.fr, "en": each.body.text.en}  # type: ignore[attr-defined]
            for each in told.dissent
        ],
    }


def cap_of(
    held: Standing, step: Statement, org: str, before: Sequence[Statement], sign_xml: XmlSigner
) -> bytes:
    """A version, or a closure, as a signed CAP 1.2 message with references to what went before."""
    closure = step if isinstance(step.body, Closure) else None
    version = held.current if closure is not None else step
    return sign_xml(to_cap(version, org, before, closure=closure))


def sent_before(held: Standing, to: str) -> list[Statement]:
    """Versions of a warning that a channel has carried already, oldest first."""
    carried = {
        one.body.step
        for one in held.steps.get("delivery", ())
        if isinstance(one.body, Delivery) and one.body.to == to and one.body.outcome == "sent"
    }
    return [one for one in held.versions if one.id in carried]
