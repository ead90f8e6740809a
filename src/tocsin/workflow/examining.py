"""What a store is like: its folders, vault, record, releases, copies, keys and partners.

The store's keeper asks, who reads nothing: a finding tells of no record, of nothing that a record
is about, and of no number of them.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tocsin.errors import TocsinError
from tocsin.settings import Settings
from tocsin.workflow.surroundings import Finding, fail, ok, warn

if TYPE_CHECKING:
    from tocsin.ledger.inspecting import Seen
    from tocsin.vault import Vault

OLD_RELEASE = timedelta(days=100)  # Candidate releases come each month; this is three missed
OLD_BACKUP = timedelta(days=8)  # weekly, and a day's grace
SOON = timedelta(days=30)
SILENT_PEER = timedelta(days=14)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_AGAIN = "Put it right, then ask again: tocsin doctor"


def told(about: str, error: TocsinError) -> Finding:
    """An error of the house as a finding."""
    remedy = error.remedy or _AGAIN
    return Finding(about, "fail", error.problem, remedy, dict(error.fields), error.where)


def check_store(settings: Settings) -> Iterator[Finding]:
    """The store's folder: there, this node's, and open to nobody else."""
    from tocsin.lake import read_node

    home = settings.home
    if not home.is_dir():
        yield warn(
            "store",
            "there is no store yet at {folder}",
            "Begin one: tocsin init --org NAME, or point TOCSIN_HOME at yours.",
            folder=home,
        )
        return
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield fail(
            "store",
            "the store cannot be read and written by who asks: {folder}",
            "Run Tocsin as the store’s owner, or change the folder’s permissions.",
            folder=home,
        )
        return
    try:
        node = read_node(home)
    except TocsinError as error:
        yield told("store", error)
        return
    if node is None:
        yield warn("store", "the store has no name", "Name it once: tocsin init --org NAME")
    elif node.exercise:
        yield ok("store", "an exercise, kept by {organisation}", organisation=node.organisation)
    else:
        yield ok("store", "kept by {organisation}", organisation=node.organisation)


def check_permissions(settings: Settings) -> Iterator[Finding]:
    """Files that nobody but the store's owner may read. Windows keeps them by its own means."""
    if os.name != "posix" or not settings.home.is_dir():
        return
    home = settings.home
    secret = [*(home / "vault").glob("*"), home / "channels.yml"]
    if settings.vault_key is not None:
        secret.append(settings.vault_key)
    private = {".age", ".key", ".yml"}
    open_ones = [
        each
        for each in secret
        if each.is_file() and each.suffix in private and each.stat().st_mode & _OTHERS
    ]
    if open_ones:
        yield fail(
            "permissions",
            "others than the owner may read {files}",
            "Close them: chmod 600 FILE",
            files=", ".join(str(each) for each in sorted(open_ones)),
        )
    elif home.stat().st_mode & stat.S_IRWXO:
        yield warn(
            "permissions",
            "everybody on this machine may look into the store",
            "Close it: chmod 700 {folder}",
            folder=home,
        )
    else:
        yield ok("permissions", "nobody else may look into the store")


def check_vault(settings: Settings, vault: Vault) -> Iterator[Finding]:
    """Whether the vault opens, and with what."""
    if not (vault.folder / "secrets.age").exists():
        yield ok("vault", "there is no vault yet; the first key makes it")
        return
    try:
        vault.names()
    except TocsinError as error:
        yield told("vault", error)
        return
    if (vault.folder / "vault.key.age").exists():
        yield ok("vault", "the passphrase opens it")
    elif settings.vault_key is None:
        yield warn(
            "vault",
            "its key lies beside it: who has this disk opens it",
            "Move vault/vault.key to a stick and name it in TOCSIN_VAULT_KEY.",
        )
    else:
        yield ok("vault", "its key file opens it")


def check_ledger(seen: Seen | None) -> Iterator[Finding]:
    """The record's step, its last signed head, and what the witness remembers."""
    from tocsin.ledger.inspecting import NEWEST

    if seen is None or seen.step is None:
        yield ok("ledger", "nothing has been written yet")
    elif seen.step > NEWEST:
        yield fail(
            "ledger",
            "the ledger was written by a newer Tocsin (step {found})",
            "Update Tocsin, or go back: docs/how-to/upgrade-and-roll-back.md",
            found=seen.step,
        )
    elif seen.is_cut or not seen.is_whole:
        yield fail(
            "ledger",
            "the record does not end where it was signed to end",
            "Find out where: tocsin ledger verify. Then restore a backup: tocsin restore FILE",
        )
    elif seen.step < NEWEST:
        yield warn(
            "ledger",
            "the ledger is of an earlier version (step {found} of {newest})",
            "The next command that opens it keeps a copy and upgrades it; on PostgreSQL only "
            "tocsin ledger upgrade does.",
            found=seen.step,
            newest=NEWEST,
        )
    else:
        yield ok("ledger", "its last head is signed and the log ends there (step {step})",
                 step=seen.step)  # fmt: skip


def check_locking(settings: Settings) -> Iterator[Finding]:
    """Whether the record is encrypted at rest, and what beside it is not."""
    from tocsin.workflow.record_place import (
        in_the_clear,
        is_locked,
        is_there,
        plain_files_left,
    )

    if settings.ledger or not is_there(settings):
        return
    if not is_locked(settings):
        yield ok("encryption", "the record itself is not encrypted (tocsin ledger encrypt)")
    elif left := plain_files_left(settings):
        yield fail(
            "encryption",
            "the record is encrypted, and plain files of it are still there: {files}",
            "Destroy them: tocsin ledger encrypt",
            files=", ".join(map(str, left)),
        )
    elif names := in_the_clear(settings):
        yield warn(
            "encryption",
            "the record is encrypted; these beside it are not: {names}",
            "What each tells: docs/explanation/threat-model.md. Encrypt the disk as well.",
            names=", ".join(names),
        )
    else:
        yield ok("encryption", "the record is encrypted, and nothing beside it tells of it")


def check_lake(settings: Settings, today: date) -> Iterator[Finding]:
    """Which releases are held, and how old the newest is."""
    from tocsin.lake import Lake

    try:
        held = Lake(settings.home).snapshots()
    except TocsinError as error:
        yield told("lake", error)
        return
    if not held:
        yield warn(
            "lake", "no release of any source is held", "Bring one: tocsin ingest FOLDER, or fetch."
        )
        return
    newest = held[-1]  # in the order of their release
    fields = {"edition": newest.version, "source": newest.source, "day": newest.released_on}
    if today - newest.released_on > OLD_RELEASE:
        yield warn(
            "lake",
            "the newest release is {source} {edition} of {day}: nothing since",
            "Bring a newer one: tocsin fetch, then tocsin ingest downloads",
            **fields,
        )
    else:
        yield ok("lake", "the newest release is {source} {edition} of {day}", **fields)


def check_channels(settings: Settings, vault: Vault, *, network: bool) -> Iterator[Finding]:
    """How people are reached: the list makes sense, its secrets are there, its servers answer."""
    from tocsin.sharing.channels import Secrets, parse_channels

    path = settings.home / "channels.yml"
    if not path.is_file():
        yield warn("channels", "nobody is reached", "Write the list: tocsin channels new")
        return
    try:
        found = parse_channels(path.read_bytes(), str(path))
        secrets = Secrets(vault.secret, os.environ)
        for server in found.servers.values():
            secrets.of(server.password)
        for channel in found.channels.values():
            secrets.of(channel.secret)
    except TocsinError as error:
        yield told("channels", error)
        return
    except OSError as error:
        yield fail("channels", "the list cannot be read: {why}", _AGAIN, why=error.strerror)
        return
    if not network:
        yield ok("channels", "the list makes sense (whether servers answer: --network)")
        return
    yield from _servers(found)


def _servers(found: Any) -> Iterator[Finding]:
    asked = {(one.host, one.port) for one in found.servers.values()}
    for channel in found.channels.values():
        parts = urlsplit(channel.url)
        if parts.hostname:
            asked.add((parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)))
    deaf = []
    for host, port in sorted(asked):
        try:
            socket.create_connection((host, port), timeout=5).close()
        except OSError:
            deaf.append(f"{host}:{port}")
    if deaf:
        yield fail(
            "channels",
            "servers do not answer: {servers}",
            "Check the line, and the names in channels.yml; then: tocsin channels test",
            servers=", ".join(deaf),
        )
    else:
        yield ok("channels", "every server answers")


def check_backups(settings: Settings, paths: list[Path], now: datetime) -> Iterator[Finding]:
    """How old the newest backup is, of those this node made and can still reach."""
    folder = settings.home / "backups"
    known = {*paths, *folder.glob("*.age")}
    there = [each.stat().st_mtime for each in known if each.is_file()]
    if not there:
        yield warn(
            "backup",
            "no backup is within reach",
            "Make one on another disk: tocsin backup --out /media/stick/ledger.age",
        )
        return
    age = now - datetime.fromtimestamp(max(there), UTC)
    if age > OLD_BACKUP:
        yield warn(
            "backup", "the newest backup is {days} days old", "Make one: tocsin backup",
            days=age.days,
        )  # fmt: skip
    else:
        yield ok("backup", "the newest backup is {days} days old", days=max(0, age.days))


def check_keys(vault: Vault, now: datetime) -> Iterator[Finding]:
    """Keys, certificates and tokens that end soon. Tokens are named by what opens nothing."""
    from tocsin.vault import tokens

    ending = []
    if (pem := vault.secret("cap-key")) is not None:
        from cryptography import x509

        cut = pem[pem.index(b"-----BEGIN CERTIFICATE-----") :]
        ends = x509.load_pem_x509_certificate(cut).not_valid_after_utc
        if ends - now < SOON:
            ending.append(f"CAP {ends:%Y-%m-%d}")
    ending += [
        f"{one.id} {one.expires_at:%Y-%m-%d}"
        for one in tokens(vault)
        if one.expires_at is not None and one.is_good(now) and one.expires_at - now < SOON
    ]
    if ending:
        yield warn(
            "keys",
            "these end within thirty days: {names}",
            "Make new ones in time: tocsin token create; for CAP hand out the new certificate.",
            names=", ".join(ending),
        )
    else:
        yield ok("keys", "no key, certificate or token ends within thirty days")
