"""How each role is reached: `channels.yml` in the store, written by hand, without any secret.

    sender: veille@cellule.example
    servers:
      post: {host: smtp.cellule.example, tls: start, user: veille, password: vault:post}
    channels:
      garde:  {kind: mail, server: post, to: garde@cellule.example, lang: fr}
      mobile: {kind: mail, server: post, to: "22300000000@sms.example", form: sms}
      ops:    {kind: webhook, url: "https://ops.example/tocsin", secret: "vault:ops"}
      cap:    {kind: drop, folder: out/cap, form: cap}
      rapports: {kind: drop, folder: out/sms, form: sms, to: "{number}"}
    roles:
      duty-officer: [garde, mobile]
      decision-maker: [garde]
    reporters: {sms: rapports}

A channel by which reporters are answered says `to: "{number}"`, or `"{number}@sms.example"`; the
contact is put there when a message leaves, and stands in no file.

A password or a secret is named, never written: `vault:NAME` (see `tocsin channels secret NAME`)
or `env:VARIABLE`.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from tocsin.errors import SettingsError, TocsinError, UnknownName
from tocsin.tables.bodies import Slug
from tocsin.tables.kinds.warnings import AlertLevel

_REFERENCE = re.compile(r"^(vault|env):[A-Za-z0-9][A-Za-z0-9_.-]*$")
_ADDRESS = re.compile(r"^[^\s@<>,;:\x00-\x1f]+@[^\s@<>,;:\x00-\x1f]+$")
Kind = Literal["mail", "webhook", "drop"]
Form = Literal["full", "sms", "cap"]


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mail server. `password` names a secret; `authorities` is a PEM file of one's own."""

    host: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    tls: Literal["start", "wrap", "none"] = "start"
    user: str = ""
    password: str = ""
    authorities: str = ""


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to reach somebody.

    kind   : mail (needs server, to), webhook (url, secret) or drop (folder)
    form   : full (a whole message), sms (at most 160 characters) or cap (CAP 1.2, signed)
    to     : an address; for sms by webhook or drop the number that the gateway is to call
    lang   : language of the words; a webhook of form full carries both
    from_level : nothing below this level goes this way
    reader : the organisation at the other end, if it is not one's own: it is sent only what its
             peers may see
    """

    kind: Kind
    form: Form = "full"
    lang: Literal["fr", "en"] = "fr"
    to: str = ""
    server: str = ""
    url: str = ""
    secret: str = ""
    authorities: str = ""
    folder: str = ""
    from_level: AlertLevel = "watch"
    reader: str = ""


class Channels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `channels.yml` says."""

    sender: str = ""
    servers: dict[Slug, Server] = {}
    channels: dict[Slug, Channel] = {}
    roles: dict[Slug, tuple[Slug, ...]] = {}
    reporters: dict[Literal["sms", "mail"], Slug] = {}

    def reporters_channels(self) -> list[Channel]:
        """The channels by which reporters are answered."""
        return [self.channels[name] for name in dict.fromkeys(self.reporters.values())]

    def named(self, name: str) -> Channel:
        """A channel by its name.

        Raises
        ------
        UnknownName, if there is none.
        """
        if (found := self.channels.get(name)) is None:
            raise UnknownName(
                "no channel is named {name}",
                remedy="The channels are: {known}.",
                name=name,
                known=", ".join(sorted(self.channels)) or "-",
            )
        return found


@dataclass(frozen=True)
class Secrets:
    """Finds secrets by reference: in the vault or in the environment."""

    vault: Callable[[str], bytes | None]
    environ: Mapping[str, str]

    def of(self, reference: str) -> bytes:
        """The secret that a reference names; empty for an empty reference.

        Raises
        ------
        SettingsError, if it is not there.
        """
        if not reference:
            return b""
        where, _, name = reference.partition(":")
        found = (
            self.vault(vault_name(name))
            if where == "vault"
            else self.environ.get(name, "").encode() or None
        )
        if not found:
            raise SettingsError(
                "the secret {name} is not there" if where == "vault" else "{name} is not set",
                where="channels.yml",
                remedy="Put it into the vault: tocsin channels secret {name}"
                if where == "vault"
                else "Set that variable where tocsin runs.",
                name=name,
            )
        return found


def vault_name(name: str) -> str:
    """The name under which the vault holds a channel's secret."""
    return f"channel:{name}"


def parse_channels(content: bytes, where: str = "channels.yml") -> Channels:
    """Channels from YAML.

    Raises
    ------
    SettingsError, naming the field, for what cannot be read or makes no sense.
    """
    try:
        found = msgspec.yaml.decode(content or b"{}", type=Channels)
    except msgspec.ValidationError as error:
        raise SettingsError(
            "this is not a list of channels: {problem}",
            where=where,
            remedy="See docs/how-to/reach-people.md for every field.",
            problem=str(error),
        ) from None
    except msgspec.DecodeError as error:
        raise SettingsError(
            "this is not YAML: {problem}",
            where=where,
            remedy="See docs/how-to/reach-people.md for every field.",
            problem=" ".join(str(error).split()),
        ) from None
    for problem in problems_of(found, where):
        raise problem
    return found


def problems_of(found: Channels, where: str) -> Iterator[TocsinError]:
    """Everything that would keep a message from going out, or let a secret lie open."""
    if any(each.kind == "mail" for each in found.channels.values()) and not _is_address(
        found.sender
    ):
        yield SettingsError("`sender` is not a mail address", where=where, remedy=_SEE)
    for name, server in found.servers.items():
        yield from _server_problems(server, f"{where}, servers.{name}")
    for name, channel in found.channels.items():
        yield from _channel_problems(channel, found, f"{where}, channels.{name}")
    yield from _reporter_problems(found, where)
    for role, names in found.roles.items():
        for name in names:
            if name not in found.channels:
                yield SettingsError(
                    "no channel is named {name}",
                    where=f"{where}, roles.{role}",
                    remedy="The channels are: {known}.",
                    name=name,
                    known=", ".join(sorted(found.channels)) or "-",
                )


def _reporter_problems(found: Channels, where: str) -> Iterator[TocsinError]:
    """A channel has the place for a contact exactly where reporters are answered by it."""
    placed = {name for name, each in found.channels.items() if _PLACE in each.to}
    for way, name in found.reporters.items():
        if name not in placed:
            yield SettingsError(
                'the channel {name} has no `to` with "{place}" in it',
                where=f"{where}, reporters.{way}",
                remedy=_SEE,
                name=name,
                place=_PLACE,
            )
    for role, names in found.roles.items():
        for name in placed.intersection(names):
            yield SettingsError(
                "the channel {name} is for reporters alone",
                where=f"{where}, roles.{role}",
                remedy=_SEE,
                name=name,
            )


_PLACE = "{number}"
_SEE = "See docs/how-to/reach-people.md for every field."


def _server_problems(server: Server, where: str) -> Iterator[TocsinError]:
    yield from _open_secret(server.password, where)
    if server.user and not server.password:
        yield SettingsError("a user without a password", where=where, remedy=_SEE)
    if server.tls == "none" and not _is_loopback(server.host):
        yield SettingsError(
            "without TLS only this machine itself may be reached",
            where=where,
            remedy="Write tls: start, or tls: wrap.",
        )


def _channel_problems(channel: Channel, found: Channels, where: str) -> Iterator[TocsinError]:
    yield from _open_secret(channel.secret, where)
    needed = {"mail": ("server", "to"), "webhook": ("url", "secret"), "drop": ("folder",)}
    for name in needed[channel.kind]:
        if not getattr(channel, name):
            yield SettingsError(
                "a {kind} channel needs {name}",
                where=where,
                remedy=_SEE,
                kind=channel.kind,
                name=name,
            )
    if channel.kind == "mail" and channel.server and channel.server not in found.servers:
        yield SettingsError(
            "no server is named {name}",
            where=where,
            remedy="The servers are: {known}.",
            name=channel.server,
            known=", ".join(sorted(found.servers)) or "-",
        )
    if channel.kind == "mail" and channel.to not in ("", _PLACE) and not _is_address(channel.to):
        yield SettingsError("`to` is not one mail address", where=where, remedy=_SEE)
    if channel.url and not is_safe_address(channel.url):
        yield SettingsError(
            "an address on the network must begin with https://, without user or password",
            where=where,
            remedy=_SEE,
        )


def _open_secret(reference: str, where: str) -> Iterator[TocsinError]:
    if reference and not _REFERENCE.match(reference):
        yield SettingsError(
            "a secret stands in the file",
            where=where,
            remedy="Take it out, put it into the vault with tocsin channels secret NAME, "
            "and write vault:NAME here; or write env:VARIABLE.",
        )


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.match(text))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_safe_address(url: str) -> bool:
    """Whether a secret may be sent there: https, or this machine; no password in the address.

    >>> is_safe_address("https://taxii.example/"), is_safe_address("http://taxii.example/")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


EXAMPLE = """\
# Who is reached how. No secret is ever written here: name it, as vault:NAME (put it there with
# `tocsin channels secret NAME`) or env:VARIABLE. Check this file with `tocsin channels list`.
#
# Qui est joint et comment. Aucun secret n’est écrit ici : nommez-le, vault:NOM (mettez-le au coffre
# avec `tocsin channels secret NOM`) ou env:VARIABLE. Vérifiez avec `tocsin channels list`.

sender: watch@cell.example

servers:
  post: {host: smtp.cell.example, port: 587, tls: start, user: watch, password: "vault:post"}

channels:
  duty-mail: {kind: mail, server: post, to: duty@cell.example, lang: fr}
  duty-phone: {kind: mail, server: post, to: 22300000000@sms.example, form: sms, from_level: alert}
  chief-mail: {kind: mail, server: post, to: chief@cell.example, lang: fr}
  operations: {kind: webhook, url: "https://operations.cell.example/tocsin", secret: "vault:ops"}
  cap-folder: {kind: drop, folder: outgoing/cap, form: cap}

roles:
  duty-officer: [duty-mail, duty-phone, operations, cap-folder]
  analyst-in-charge: [duty-mail]
  decision-maker: [chief-mail]
  head-of-organisation: [chief-mail]
"""
