"""Bundles: a signed label and blocks of statements, encrypted to one peer.

Signed, then encrypted: who finds a bundle learns its size and nothing else, not even whose it is
or for whom. The label names sender and recipient, so that a bundle cannot be handed on as if it
had been made for somebody else, and holds the hash of every block, so that none can be left out,
added, moved or exchanged. In the clear, before encryption:

    "tocsin bundle 1\\n", length of the label (u32), label, signature (64 bytes), blocks
"""

import struct
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, Literal

import msgspec
import pyrage

from tocsin.errors import CheckFailed, UnreadableFile, UsageError
from tocsin.ledger.canonical import canonical
from tocsin.ledger.sealing import Signer, is_signed_for
from tocsin.sharing.blocks import BLOCK_LIMIT, RECORDS
from tocsin.tables.bodies import Slug
from tocsin.tables.statements import StatementId
from tocsin.tables.when import When, last_moment, moment_text

MAGIC = b"tocsin bundle 1\n"
PURPOSE = "bundle"
LABEL_LIMIT = 4 << 20
BUNDLE_LIMIT = 1 << 30
BLOCKS = 2000
STRUCK = 20_000
REMINDERS = 1000
LIFE = timedelta(days=30)
AHEAD = timedelta(days=1)  # how far a partner's clock may be ahead of ours
_LENGTH = struct.Struct(">I")
_SIGNATURE_BYTES = 64
_PIECE = 1 << 16
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$")]
Size = Annotated[int, msgspec.Meta(ge=0, le=2**48)]


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long a peer stream is, and its root."""

    stream: Name
    size: Size
    root: Hash


class Struck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A leaf of the stream whose statement is not sent any more: withdrawn, or not for the peer."""

    place: Size
    leaf: Hash


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One block: its bytes, its hash, how many statements it holds."""

    size: Annotated[int, msgspec.Meta(ge=1, le=BLOCK_LIMIT)]
    sha256: Hash
    records: Annotated[int, msgspec.Meta(ge=1, le=RECORDS)]


class Label(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """What a bundle is: the only thing that is signed.

    The blocks hold the stream's leaves from `first` on, save those `struck`; `head` is the stream
    after them. `seen` is what the sender holds of the recipient's own stream. `reminders` name
    what the recipient has not confirmed yet.
    """

    tocsin: Literal["bundle 1"] = "bundle 1"
    id: Name
    sender: Slug
    recipient: Slug
    key: Key
    first: Size
    head: Head
    seen: Head | None = None
    made_at: When
    expires_at: When
    blocks: Annotated[tuple[Block, ...], msgspec.Meta(max_length=BLOCKS)] = ()
    struck: Annotated[tuple[Struck, ...], msgspec.Meta(max_length=STRUCK)] = ()
    reminders: Annotated[tuple[StatementId, ...], msgspec.Meta(max_length=REMINDERS)] = ()
    certificates: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=50)] = ()

    @property
    def records(self) -> int:
        return sum(block.records for block in self.blocks)


class Opened:
    """A bundle whose label is signed by the key that it names; its blocks, checked one by one."""

    def __init__(self, label: Label, signed: bytes, signature: str, blocks: IO[bytes]):
        self.label = label
        self.signed = signed  # the label's own bytes
        self.signature = signature
        self._blocks = blocks
        self._start = blocks.tell()

    def require_whole(self) -> None:
        """Check every block before the first is believed; errors as `blocks`."""
        for _ in self.blocks():
            pass

    def blocks(self) -> Iterator[bytes]:
        """Every block, in order.

        Raises
        ------
        CheckFailed, if one is missing or not the one that was signed, or something follows.
        """
        self._blocks.seek(self._start)
        for block in self.label.blocks:
            content = self._blocks.read(block.size)
            if len(content) != block.size or sha256(content).hexdigest() != block.sha256:
                raise _broken()
            yield content
        if self._blocks.read(1):
            raise _broken()


def expiry(made: datetime, life: timedelta = LIFE) -> str:
    """When a bundle made at this moment is no longer taken in."""
    return moment_text(made + life)


def seal_bundle(
    label: Label, blocks: IO[bytes], signer: Signer, recipient: str, out: Path
) -> bytes:
    """Write a bundle, whole or not at all; gives back its label as signed, with the signature.

    blocks : an open file that holds them one after the other

    Raises
    ------
    UsageError, if the recipient is not an age key.
    """
    signed, signature = sign_label(label, signer)
    start = MAGIC + _LENGTH.pack(len(signed)) + signed + signature
    blocks.seek(0)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(out.name + ".new")
    with draft.open("wb") as file:
        source = BufferedReader(_Joined([BytesIO(start), blocks]), _PIECE)
        pyrage.encrypt_io(source, file, [recipient_of(recipient)])
    draft.replace(out)
    return signed + signature


def sign_label(label: Label, signer: Signer) -> tuple[bytes, bytes]:
    """A label's canonical bytes, and the raw signature on them."""
    signed = canonical(label)
    return signed, b64decode(signer.sign_for(PURPOSE, signed).partition(":")[2])


def recipient_of(text: str) -> Any:
    """An age public key.

    Raises
    ------
    UsageError, if it is none.
    """
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise UsageError(
            "{key!r} is not a public key of age", remedy="It begins with age1.", key=text
        ) from None


def open_bundle(
    path: Path,
    identities: list[Any],
    key_of: Callable[[Label], bytes | None],
    near: Path | None = None,
) -> Opened:
    """Decrypt a bundle and check who signed its label.

    key_of : the public key with which the label should be signed, None if nobody's word is taken
    near : folder for the file without a name that holds what was decrypted

    Raises
    ------
    UnreadableFile, if it is not a bundle for this node.  CheckFailed, if it is not what was signed.
    """
    plain = TemporaryFile(dir=near)  # noqa: SIM115 - it lives as long as what was opened
    _decrypt(path, plain, identities)
    plain.seek(0)
    return read_opened(plain, key_of)


def read_opened(plain: IO[bytes], key_of: Callable[[Label], bytes | None]) -> Opened:
    """A decrypted bundle; same errors as `open_bundle`."""
    if plain.read(len(MAGIC)) != MAGIC:
        raise _broken()
    length = plain.read(_LENGTH.size)
    if len(length) != _LENGTH.size or _LENGTH.unpack(length)[0] > LABEL_LIMIT:
        raise _broken()
    signed = plain.read(_LENGTH.unpack(length)[0])
    raw = plain.read(_SIGNATURE_BYTES)
    label = parse_label(signed)
    signature = f"{label.key}:{b64encode(raw).decode()}"
    public = key_of(label)
    if public is None or not is_signed_for(PURPOSE, signature, signed, {label.key: public}):
        raise CheckFailed(
            "the bundle is not signed by a key of {sender} that is trusted here",
            remedy="Ask the sender for its card, compare the fingerprint with them by another way, "
            "then: tocsin peer add CARD",
            sender=label.sender,
        )
    return Opened(label, signed, signature, plain)


def parse_label(signed: bytes) -> Label:
    """A label from its canonical JSON.

    Raises
    ------
    CheckFailed, if it is none.
    """
    try:
        label = msgspec.json.decode(signed, type=Label)
        same = canonical(label) == signed
        for when in (label.made_at, label.expires_at):
            last_moment(when)
    except (msgspec.MsgspecError, ValueError, RecursionError, UsageError):
        raise _broken() from None
    places = [struck.place for struck in label.struck]
    sound = (
        label.first + label.records + len(places) == label.head.size
        and places == sorted(set(places))
        and all(label.first <= place < label.head.size for place in places)
    )
    if not same or not sound:
        raise _broken()
    return label


def require_timely(label: Label, now: datetime) -> None:
    """Check that a bundle has not expired, and does not come from the future.

    Raises
    ------
    CheckFailed.
    """
    if last_moment(label.expires_at) < now or last_moment(label.made_at) + LIFE * 2 < now:
        raise CheckFailed(
            "the bundle expired on {day}",
            remedy="Ask {sender} for a new one: tocsin share export {recipient} --again",
            day=label.expires_at[:10],
            sender=label.sender,
            recipient=label.recipient,
        )
    if last_moment(label.made_at) > now + AHEAD:
        raise CheckFailed(
            "the bundle says that it was made on {day}, which is still to come",
            remedy="Check the clock of this machine, and that of {sender}.",
            day=label.made_at[:10],
            sender=label.sender,
        )


def _decrypt(path: Path, plain: IO[bytes], identities: list[Any]) -> None:
    try:
        if path.stat().st_size > BUNDLE_LIMIT:
            raise UnreadableFile(
                "the file is larger than a bundle may be",
                where=path.name,
                remedy="Ask its sender for several smaller ones.",
            )
        with path.open("rb") as file:
            pyrage.decrypt_io(file, plain, identities)
    except pyrage.DecryptError:
        raise UnreadableFile(
            "this is not a bundle for this node, or it is not whole",
            where=path.name,
            remedy="Copy it again from where it came; if that does not help, ask its sender for "
            "a new one.",
        ) from None
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None


def _broken() -> CheckFailed:
    return CheckFailed(
        "the bundle is not what was signed",
        remedy="Copy it again from where it came; if that does not help, ask its sender for a new "
        "one.",
    )


class _Joined(RawIOBase):
    """Files read one after the other."""

    def __init__(self, parts: list[IO[bytes]]):
        self._parts = parts

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self._parts:
            if piece := self._parts[0].read(len(buffer)):
                buffer[: len(piece)] = piece
                return len(piece)
            self._parts.pop(0)
        return 0
