"""Gateways for short messages: how each names its fields, and how it proves who it is.

`gateways.yml` in the store, written by hand, without any secret:

    gateways:
      phone:    {sender: from, text: message, id: message_id, lang: fr}
      operator: {sender: data.from, text: data.body, answer: text, secret: "vault:operator"}
"""

import json
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec
import yaml

from tocsin.errors import SettingsError, UnknownName, UnreadableFile

LONGEST_BODY = 64_000  # bytes of one call
MOST_FIELDS = 100


class Gateway(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One gateway.

    sender, text, id : its fields' names; in JSON `data.from` is a field within a field
    lang   : language of the replies
    answer : how it takes the reply: as JSON, as plain text, or not at all
    reply  : the reply's field in JSON
    secret : names the shared secret (vault:NAME or env:VARIABLE) of calls that are signed
    header : where the signature stands: HMAC-SHA-256 of the body, hexadecimal
    """

    sender: str = "from"
    text: str = "text"
    id: str = "id"
    lang: Literal["fr", "en"] = "fr"
    answer: Literal["json", "text", "none"] = "json"
    reply: str = "reply"
    secret: str = ""
    header: str = "X-Signature"

    def __post_init__(self) -> None:
        if self.secret and not self.secret.startswith(("vault:", "env:")):
            raise ValueError("a secret is named, vault:NAME or env:VARIABLE, never written")


class _Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    gateways: dict[str, Gateway] = {}


@dataclass(frozen=True)
class Incoming:
    """A short message as a gateway hands it on."""

    sender: str
    text: str
    id: str = ""


def parse_gateways(content: bytes, where: str = "gateways.yml") -> dict[str, Gateway]:
    """Gateways from YAML, by name.

    Raises
    ------
    SettingsError, saying which field is wrong.

    >>> parse_gateways(b"gateways: {phone: {sender: from}}")["phone"].text
    'text'
    """
    try:
        return msgspec.convert(yaml.safe_load(content) or {}, _Listed).gateways
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(
            "this is not a list of gateways: {problem}",
            where=where,
            remedy="See docs/how-to/receive-reports.md for every field.",
            problem=str(error),
        ) from None


def gateway_named(gateways: dict[str, Gateway], name: str) -> Gateway:
    """The gateway of that name.

    Raises
    ------
    UnknownName, if there is none.
    """
    found = gateways.get(name)
    if found is None:
        raise UnknownName("no gateway has that name", remedy="Write it into gateways.yml.")
    return found


def parse_incoming(content: bytes, media_type: str, gateway: Gateway) -> Incoming:
    """The message in a call of a gateway, form-encoded or JSON.

    Raises
    ------
    UnreadableFile, if it is neither, too large, or holds no sender or no text.

    >>> parse_incoming(b"from=%2B1+555+0100&text=I", "application/x-www-form-urlencoded",
    ...     Gateway()).sender
    '+1 555 0100'
    """
    if len(content) > LONGEST_BODY:
        raise UnreadableFile("the call is too large for a short message")
    try:
        if "json" in media_type.lower():
            fields = json.loads(content)
        else:
            pairs = parse_qsl(content.decode("utf-8"), max_num_fields=MOST_FIELDS)
            fields = dict(pairs)
    except (ValueError, RecursionError):
        raise UnreadableFile("the call is neither a form nor JSON") from None
    read = Incoming(*(_field(fields, name) for name in (gateway.sender, gateway.text, gateway.id)))
    if not read.sender or not read.text:
        raise UnreadableFile(
            "the call names no {field}",
            remedy="Write into gateways.yml how the gateway names its fields.",
            field=gateway.sender if not read.sender else gateway.text,
        )
    return read


def _field(fields: Any, name: str) -> str:
    """A field by its name, whole or step by step; a list or an object is none."""
    if isinstance(fields, dict) and name in fields:
        found = fields[name]
    else:
        found = fields
        for step in name.split("."):
            found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found).strip()[:2000]
