"""What a reporter is told of a report: a few words that say nothing of it, by the way it came.

A telephone may be read by others. So an answer names neither the report, nor a place, nor who
sends it: only the code of the receipt and how far it has got.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from tocsin.errors import SettingsError, UsageError
from tocsin.language import Lang
from tocsin.language.text import text
from tocsin.sharing.channels import Channel, Channels
from tocsin.sharing.letters import Letter
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.answers import Stage
from tocsin.warning.messages import SMS, gsm

NUMBER = "{number}"  # stands in a channel of reporters where a contact goes
VERDICTS: dict[str, Stage] = {
    "verified": "verified",
    "partly": "partly",
    "unverifiable": "not_confirmed",
    "false": "not_confirmed",
    "duplicate": "known_already",
}
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Owed:
    """The answer that a report owes: how far it has got, and the statement that says so."""

    stage: Stage
    step: str  # a statement's id
    since: str  # when that became known


def newest(
    received: Owed, verdict: Owed | None, used: Owed | None, decided: Owed | None,
    closed: Owed | None, told: Collection[str],
) -> Owed | None:  # fmt: skip
    """The answer that is owed: on the furthest step, unless the reporter has heard of it.

    An older step that nobody told of has been overtaken. The end is told to those who were told
    of a verdict.

    >>> a = Owed("received", "1", "2026-01-01")
    >>> newest(a, None, None, None, None, ()).stage, newest(a, None, None, None, None, ["received"])
    ('received', None)
    """
    if closed is not None:
        heard = set(told) - {"received", "note"}
        return closed if heard and "closed" not in told else None
    found = next(one for one in (decided, used, verdict, received) if one is not None)
    return None if found.stage in told else found


def code_of(report: str) -> str:
    """The code of a receipt: from the report's id, and no way back.

    >>> code_of("019aaf00-0000-7000-8000-000000000000")
    'N2XB-W7AV'
    """
    value = int.from_bytes(sha256(f"receipt {report}".encode()).digest()[:8], "big")
    signs = ""
    for _ in range(8):
        value, at = divmod(value, len(_SIGNS))
        signs += _SIGNS[at]
    return f"{signs[:4]}-{signs[4:]}"


def answer_words(stage: Stage, code: str, note: str = "") -> Words:
    """The answer in both languages, each one message of the GSM alphabet.

    Raises
    ------
    UsageError, if words of one's own do not fit.

    >>> answer_words("verified", "VK7J-E6FM").en
    'Ref VK7J-E6FM: checked and confirmed. Thank you.'
    """
    if stage == "note":
        said = gsm(f"Ref {code}: {note.strip()}")
        if not note.strip() or len(said) > SMS:
            raise UsageError(
                "an answer has at most {most} characters, and this one has {length}",
                remedy="Shorten it.",
                most=SMS,
                length=len(said),
            )
        return Words(said, said)
    return Words(gsm(_said(stage, code, "fr")), gsm(_said(stage, code, "en")))


def _said(stage: Stage, code: str, lang: Lang) -> str:
    templates = {
        "received": text("Ref {code}: received, thank you. It will be checked.", lang),
        "verified": text("Ref {code}: checked and confirmed. Thank you.", lang),
        "partly": text("Ref {code}: checked and confirmed in part. Thank you.", lang),
        "not_confirmed": text("Ref {code}: checked, not confirmed. Thank you all the same.", lang),
        "known_already": text("Ref {code}: others have told the same. Thank you.", lang),
        "used": text("Ref {code}: it was used, and those responsible were told. Thank you.", lang),
        "acted": text("Ref {code}: those responsible have decided to act. Thank you.", lang),
        "weighed": text("Ref {code}: those responsible have weighed it. Thank you.", lang),
        "closed": text("Ref {code}: it is closed and kept on record. Thank you.", lang),
    }
    return templates[stage].format(code=code)


def message_name(report: str, stage: str, step: str) -> str:
    """An answer's name: the same whoever works it out, and however often."""
    return sha256(f"answer|{report}|{stage}|{step}".encode()).hexdigest()[:32]


def channel_for(channels: Channels, way: str, address: str) -> Channel:
    """The node's channel for reporters by a way, with one reporter's address in its place.

    Raises
    ------
    SettingsError, if the node has none.
    """
    name = channels.reporters.get(way)  # type: ignore[call-overload]
    if name is None:
        raise SettingsError(
            "reporters cannot be answered by {way}: no channel is named for it",
            where="channels.yml, reporters",
            remedy="See docs/how-to/receive-reports.md: Answer those who report.",
            way=way,
        )
    found = channels.named(name)
    return msgspec.structs.replace(found, to=found.to.replace(NUMBER, address))


def answer_letter(channel: Channel, words: str, name: str) -> Letter:
    """The letter of an answer, in the form that the channel takes."""
    if channel.kind == "webhook":
        content = json.dumps({"id": name, "to": channel.to, "text": words}).encode()
        return Letter(words[:9], words, content, "application/json", "json", f"{name}.json")
    content = f"To: {channel.to}\n\n{words}\n".encode()
    return Letter(words.partition(":")[0], words + "\n", content, "text/plain", "sms",
                  f"{name}.sms")  # fmt: skip
