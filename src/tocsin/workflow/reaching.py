"""How people are reached: the node's list of channels, its secrets, its key; what came back.

The list lies in the store beside the ledger and never travels.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import SettingsError, UsageError
from tocsin.policy import Reader
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.sharing.channels import Channel, Channels
    from tocsin.sharing.posting import Desk
    from tocsin.tables.statements import Statement
    from tocsin.vault import Vault

CHANNELS = "channels.yml"


def channels_path() -> Path:
    """Where the node's list of channels lies."""
    from tocsin.settings import read_settings

    return read_settings().home / CHANNELS


def read_channels() -> Channels | None:
    """The node's channels; None where none have been written down.

    Raises
    ------
    SettingsError, for a file that makes no sense.
    """
    from tocsin.sharing.channels import parse_channels

    path = channels_path()
    return parse_channels(path.read_bytes(), str(path)) if path.is_file() else None


def open_desk(channels: Channels) -> Desk:
    """The desk from which the node's letters leave: its vault, its environment, its store."""
    from tocsin.settings import read_settings
    from tocsin.sharing.channels import Secrets
    from tocsin.sharing.posting import Desk
    from tocsin.workflow.record_keeping import open_vault

    vault = open_vault()
    return Desk(channels, Secrets(vault.secret, os.environ), read_settings().home)


def xml_signer(org: str, vault: Vault | None = None) -> Callable[[bytes], bytes]:
    """Signs CAP messages with the node's XML key, which the first signature makes."""

    def sign(content: bytes) -> bytes:
        from tocsin.sharing.signing import sign_xml

        return sign_xml(content, xml_key(org, vault))

    return sign


def xml_key(org: str, vault: Vault | None = None) -> Any:
    """The node's XML key and certificate, made on first use and kept in the vault."""
    from tocsin.sharing.signing import CAP_KEY, XmlKey, make_key
    from tocsin.workflow.record_keeping import open_vault

    pem = (vault or open_vault()).secret_or(CAP_KEY, lambda: make_key(org).to_pem())
    return XmlKey.from_pem(pem)


def require_channels() -> Channels:
    channels = read_channels()
    if channels is None:
        raise SettingsError(
            "no channels have been written down",
            where=str(channels_path()),
            remedy="Start from an example: tocsin channels new",
        )
    return channels


def list_channels() -> dict[str, Any]:
    """The node's channels without addresses: kind, form, whether each is ready, roles.

    Raises
    ------
    SettingsError, if the file is not there or makes no sense.
    """
    from tocsin.sharing.outbox import channel_kind
    from tocsin.sharing.posting import require_ready
    from tocsin.workflow.watchkeeping import rulebook

    channels = require_channels()
    desk = open_desk(channels)
    lines = []
    for name, each in channels.channels.items():
        try:
            require_ready(desk, each)
            wrong = ""
        except SettingsError as error:
            wrong = error.message()
        lines.append({
            "name": name, "kind": each.kind, "says": channel_kind(each), "lang": each.lang,
            "roles": [role for role, names in channels.roles.items() if name in names],
            "not_ready": wrong,
        })  # fmt: skip
    book = rulebook()
    asked = {*book.clocks.chain, *(r for p in book.problems.values() for r in p.addressees)}
    return {"channels": lines, "without": sorted(asked - channels.roles.keys())}


def try_channels(name: str = "") -> list[dict[str, Any]]:
    """Send a message that says it is a test by one channel, or by each; what became of it.

    Nothing is written to the ledger: it tells of no warning. Channels of reporters are left out:
    nobody stands there until a letter leaves.
    """
    from tocsin.sharing.answers import NUMBER
    from tocsin.sharing.posting import post
    from tocsin.sharing.trying import trial_letter

    channels = require_channels()
    desk = open_desk(channels)
    every = [each for each, way in channels.channels.items() if NUMBER not in way.to]
    names = [name] if name else every
    told = []
    for each in names:
        way = channels.named(each)
        letter, message = trial_letter(way, each)
        try:
            sent = post(desk, way, message, letter)
            told.append({"name": each, "outcome": sent.outcome, "detail": sent.detail})
        except SettingsError as error:
            told.append({"name": each, "outcome": "failed", "detail": error.message()})
    return told


def new_channels() -> Path:
    """Write an example of a list of channels into the store, to be edited.

    Raises
    ------
    SettingsError, if there is one already.
    """
    from tocsin.sharing.channels import EXAMPLE

    path = channels_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(EXAMPLE)
    except FileExistsError:
        raise SettingsError(
            "there is a list of channels already", where=str(path), remedy="Edit it."
        ) from None
    if os.name == "posix":
        path.chmod(0o600)  # addresses of people on duty
    return path


def keep_secret(name: str, value: str) -> None:
    """Put a channel's secret into the vault."""
    from tocsin.sharing.channels import vault_name
    from tocsin.workflow.record_keeping import open_vault

    if not value:
        raise UsageError("the secret is empty", remedy="Type it, or pipe it in.")
    open_vault().keep(vault_name(name), value.encode())


def certificate() -> bytes:
    """The certificate with which others check this node's CAP messages (PEM)."""
    from tocsin.workflow.record_keeping import own_organisation

    found: bytes = xml_key(own_organisation()).certificate
    return found


def take_bounces(paths: Iterable[Path], at: str = "") -> dict[str, Any]:
    """Note which messages came back, from notices that mail servers sent; each notice counts once.

    Raises
    ------
    UnreadableFile, if a file is too large.
    """
    from tocsin.sharing.bounces import read_bounce
    from tocsin.workflow.record_keeping import open_ledger

    found = {path.name: read_bounce(path.read_bytes(), path.name) for path in paths}
    status = {one.message: one.status for one in found.values() if one is not None}
    ledger = open_ledger(to_write=True)
    try:
        fresh = list(_returned(ledger, status, moment(at)))
        if fresh:
            ledger.append(fresh)
    finally:
        ledger.close()
    return {
        "returned": sorted({one.subject.removeprefix("warning:") for one in fresh}),
        "no_notice": sorted(name for name, one in found.items() if one is None),
    }


def _returned(ledger: Ledger, status: dict[str, str], now: datetime) -> Iterator[Statement]:
    """A statement for each step that a message which came back told of."""
    from tocsin.sharing.outbox import Item, delivery
    from tocsin.warning.explaining import steps_of
    from tocsin.warning.steps import Author
    from tocsin.workflow.watchkeeping import WATCH, read_standings

    for held in read_standings(ledger, Reader(ledger.org), now).values():
        steps = {one.id: one for one in steps_of(held)}
        said: list[Any] = [one.body for one in held.steps.get("delivery", ())]
        noted = {(b.step, b.role, b.to) for b in said if b.detail.startswith("notice")}
        for body in said:
            key = (body.step, body.role, body.to)
            if body.outcome != "sent" or body.message not in status or key in noted:
                continue
            item = Item(held, steps[body.step], body.role, body.to)
            way = _way(body.channel)
            author = Author(ledger.org, WATCH, held.is_exercise)
            one = delivery(
                item, body.message, way, "bounced", body.attempt, now, author,
                f"notice {status[body.message]}",
            )  # fmt: skip
            yield one


def _way(channel: str) -> Channel:
    from tocsin.sharing.channels import Channel

    forms: dict[str, Any] = {"sms": "sms", "cap": "cap"}
    return Channel(kind="mail", form=forms.get(channel, "full"))
