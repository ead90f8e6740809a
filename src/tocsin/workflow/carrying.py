"""How bundles are carried: sticks, mail, and the server's side of a sync.

The server holds for each peer what it may fetch (`outgoing`) and what it has brought so far
(`incoming`), by the byte: a link that breaks goes on where it broke. Both folders hold encrypted
bundles alone.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import msgspec

from tocsin.errors import CheckFailed, FetchFailed, StoreFull, UnreadableFile, UsageError
from tocsin.policy import handle
from tocsin.sharing.bundles import BUNDLE_LIMIT, LIFE, Hash
from tocsin.sharing.chunks import CHUNK, Arrived, cut, forget, gather
from tocsin.sharing.peers import peer_named, require_trusted_peer
from tocsin.sharing.posting import post_attachment
from tocsin.workflow.reaching import open_desk, require_channels
from tocsin.workflow.record_keeping import open_ledger
from tocsin.workflow.sending import Exported, exchange_folder, write_bundle
from tocsin.workflow.taking import Taken, take_bundle

UPLOADS = 20  # that a peer may have under way
MAIL_LIMIT = 60_000_000
_NAME = re.compile(r"^[0-9a-f]{64}$")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that waits for a peer: the hash of its file is its name.

    What a partner's node offers is a file's name and size here: both are checked as they come.
    """

    name: Hash
    size: Annotated[int, msgspec.Meta(ge=1, le=BUNDLE_LIMIT)]


class OnStick(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that was written in chunks."""

    made: Exported
    chunks: int
    folder: str


class FromFolder(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder of chunks brought."""

    arrived: Arrived
    taken: Taken | None = None


def export_chunks(
    peer: str, folder: Path, chunk: int = CHUNK, *, again: bool = False, days: int = 30
) -> OnStick | None:
    """Write a bundle for a peer as chunks with a manifest; None if there is nothing to say."""
    ledger = open_ledger(to_write=True)
    known = require_trusted_peer(peer_named(ledger, handle(peer)))
    with TemporaryDirectory(dir=exchange_folder()) as room:
        made = write_bundle(ledger, known, Path(room) / "bundle", again=again, days=days)
        if made is None:
            return None
        manifest = cut(Path(room) / "bundle", folder, chunk)
    return OnStick(made=made, chunks=len(manifest.chunks), folder=str(folder))


def import_folder(folder: Path) -> Iterator[FromFolder]:
    """Take in every bundle of which nothing is missing any more, after this folder's chunks."""
    waiting = exchange_folder() / "chunks"
    waiting.mkdir(parents=True, exist_ok=True)
    for arrived in gather(folder, waiting):
        if not arrived.file:
            yield FromFolder(arrived=arrived)
            continue
        taken = take_bundle(Path(arrived.file))
        forget(waiting, arrived.name)
        yield FromFolder(arrived=arrived, taken=taken)


def import_mail(path: Path) -> Iterator[Taken]:
    """Take in the bundles attached to a saved mail (.eml).

    Raises
    ------
    UnreadableFile, if it is too large.  CheckFailed, if nothing that ends in .tocsin is attached.
    """
    if path.stat().st_size > MAIL_LIMIT:
        raise UnreadableFile(
            "the file is larger than a bundle may be",
            where=path.name,
            remedy="Ask its sender for several smaller ones.",
        )
    mail = message_from_bytes(path.read_bytes(), policy=default)
    found = 0
    with TemporaryDirectory(dir=exchange_folder()) as room:
        for part in mail.iter_attachments():
            content = part.get_payload(decode=True)
            if (part.get_filename() or "").endswith(".tocsin") and isinstance(content, bytes):
                found += 1
                held = Path(room) / f"{found}.tocsin"
                held.write_bytes(content)
                yield take_bundle(held)
    if not found:
        raise CheckFailed(
            "no bundle is attached to this mail",
            where=path.name,
            remedy="Save the mail with its attachments, or the attachment itself.",
        )


def mail_to(peer: str, channel: str, *, again: bool = False, days: int = 30) -> Exported | None:
    """Send a bundle for a peer as an attachment through a mail channel.

    Raises
    ------
    SettingsError or UsageError, if the channel is no mail channel.  FetchFailed, if the mail could
    not be sent; the bundle is then sent with the next `--again`.
    """
    desk = open_desk(require_channels())
    way = desk.channels.named(channel)
    if way.kind != "mail":
        raise UsageError(
            "the channel {name} is not one for mail",
            remedy="See: tocsin channels list",
            name=channel,
        )
    ledger = open_ledger(to_write=True)
    known = require_trusted_peer(peer_named(ledger, handle(peer)))
    with TemporaryDirectory(dir=exchange_folder()) as room:
        made = write_bundle(ledger, known, Path(room) / "bundle", again=again, days=days)
        if made is None:
            return None
        content = (Path(room) / "bundle").read_bytes()
    done = post_attachment(desk, way, made.bundle, f"{made.bundle[:8]}.tocsin", content)
    if done.outcome != "sent":
        raise FetchFailed(
            "the mail was not sent: {problem}",
            remedy="When it can be: tocsin share export {peer} --mail {name} --again",
            problem=done.detail,
            peer=peer,
            name=channel,
        )
    return made


def offers(peer: str) -> list[Offer]:
    """What waits for a peer, with what is new for it; the oldest first."""
    folder = _of_peer("outgoing", peer)
    ledger = open_ledger(to_write=True)
    known = require_trusted_peer(peer_named(ledger, peer))
    draft = folder / "draft"
    if write_bundle(ledger, known, draft) is not None:
        name = _hash(draft)
        stamp = f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        draft.replace(folder / f"{stamp}.{name}")
    _drop_expired(folder)
    waiting = sorted(one for one in folder.iterdir() if one.name != draft.name)
    return [
        Offer(name=one.name.partition(".")[2], size=one.stat().st_size)
        for one in waiting
        if _NAME.match(one.name.partition(".")[2])
    ]


def _drop_expired(folder: Path) -> None:
    """Offers that nobody fetched in time would be refused: what they held is sent again."""
    oldest = (datetime.now(UTC) - LIFE).timestamp()
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def offered(peer: str, name: str) -> Path | None:
    """The file of an offer; None if nothing of that name waits for this peer.

    Raises
    ------
    UnknownName or CheckFailed, if it is no peer that is trusted.
    """
    if not _NAME.match(name):
        return None
    require_trusted_peer(peer_named(open_ledger(), peer))  # it may have been removed since
    return next(iter(_of_peer("outgoing", peer).glob(f"*.{name}")), None)


def fetched(peer: str, name: str) -> None:
    """The peer has taken an offer in: it need not wait any longer."""
    if (path := offered(peer, name)) is not None:
        path.unlink(missing_ok=True)


def brought(peer: str, name: str) -> int:
    """How many bytes a peer has brought of a bundle."""
    path = _upload(peer, name)
    return path.stat().st_size if path.exists() else 0


def begin_bringing(peer: str, name: str, size: int, offset: int) -> Path:
    """Where the next bytes of a peer's bundle go.

    Raises
    ------
    CheckFailed, if the offset is not where it broke off, or it is too large.
    """
    require_trusted_peer(peer_named(open_ledger(to_write=True), peer))
    path = _upload(peer, name)
    if not 0 < size <= BUNDLE_LIMIT or offset != brought(peer, name) or offset > size:
        raise CheckFailed(
            "the upload does not go on where it broke off",
            remedy="Ask how much has come: HEAD /exchange/uploads/NAME",
        )
    if not path.exists() and sum(1 for _ in path.parent.iterdir()) >= UPLOADS:
        raise StoreFull(
            "{peer} has too many uploads under way",
            remedy="Finish those that were begun.",
            peer=peer,
        )
    return path


def finish_bringing(peer: str, name: str, size: int) -> Taken | None:
    """Take a peer's bundle in once it is whole; None while it is not.

    Raises
    ------
    CheckFailed, if it is not what its name says: the upload begins anew.
    """
    path = _upload(peer, name)
    if brought(peer, name) < size:
        return None
    try:
        if brought(peer, name) != size or _hash(path) != name:
            raise CheckFailed(
                "what has come is not the bundle that was sent",
                remedy="Send it again from its beginning.",
            )
        return take_bundle(path)
    finally:
        path.unlink(missing_ok=True)


def _upload(peer: str, name: str) -> Path:
    if not _NAME.match(name):
        raise CheckFailed(
            "an upload is named by the hash of its file",
            remedy="Name it by its SHA-256 in hexadecimal.",
        )
    return _of_peer("incoming", peer) / name


def _of_peer(kind: str, peer: str) -> Path:
    folder = exchange_folder() / kind / handle(peer)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
