"""Keys above keys: roots (so many of so many) → organisation → node → bundle, each with dates.

A *charter* names an organisation's root keys, how many of them speak together, and the key that
speaks day by day; that many roots sign it, and a later charter is signed by that many of the
earlier one's roots too. The organisation's key signs *node certificates*. A *compromise* says
since when a key is not its owner's alone; roots say it of an organisation's key, the
organisation's key of a node's.

Who compared the fingerprint of the first charter need not compare again when a node's key, the
organisation's or a root is changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated

import msgspec

from tocsin.ledger.canonical import canonical
from tocsin.ledger.sealing import Signer, is_signed_for, key_id
from tocsin.tables.bodies import Line, Slug
from tocsin.tables.kinds.travel import AgeRecipient, PublicKey
from tocsin.tables.when import When, first_moment, last_moment

LIMIT = 50  # documents in one chain
Signatures = Annotated[tuple[Line, ...], msgspec.Meta(max_length=20)]


class _Document(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    signatures: Signatures = ()

    def signed_bytes(self) -> bytes:
        return canonical(msgspec.structs.replace(self, signatures=()))


class Charter(_Document, frozen=True, kw_only=True, tag_field="tocsin", tag="charter 1"):
    """An organisation's roots, how many of them must sign, and the key that they appoint."""

    organisation: Slug
    version: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    roots: Annotated[tuple[PublicKey, ...], msgspec.Meta(min_length=1, max_length=9)]
    threshold: Annotated[int, msgspec.Meta(ge=1, le=9)]
    key: PublicKey
    valid_from: When
    valid_to: When

    @property
    def anchor(self) -> str:
        """What is compared between two people: which roots, and how many of them."""
        said = canonical([self.organisation, sorted(self.roots), self.threshold])
        return sha256(said).hexdigest()[:32]


class NodeCertificate(
    _Document, frozen=True, kw_only=True, tag_field="tocsin", tag="node certificate 1"
):
    """An organisation's word that a node is its own, from when until when."""

    organisation: Slug
    public: PublicKey
    recipient: AgeRecipient
    valid_from: When
    valid_to: When


class Succession(_Document, frozen=True, kw_only=True, tag_field="tocsin", tag="succession 1"):
    """A node's old key names its new one; for organisations without a charter."""

    organisation: Slug
    old: PublicKey
    public: PublicKey
    recipient: AgeRecipient
    valid_from: When


class Compromise(_Document, frozen=True, kw_only=True, tag_field="tocsin", tag="compromise 1"):
    """Since when a key is not its owner's alone."""

    organisation: Slug
    public: PublicKey
    since: When
    reason: Line = ""


Document = Charter | NodeCertificate | Succession | Compromise
_DECODER = msgspec.json.Decoder(Document)


def parse_documents(raw: Iterable[bytes | msgspec.Raw]) -> list[Document]:
    """Documents of a chain; what this version does not know is left out: it proves nothing."""
    found: list[Document] = []
    for text in raw:
        if len(found) == LIMIT:
            break
        try:
            one = _DECODER.decode(bytes(text))
            _require_dates(one)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            continue
        except Exception:  # noqa: S112 - a date that is none
            continue
        found.append(one)
    return found


def _require_dates(one: Document) -> None:
    for name in ("valid_from", "valid_to", "since"):
        if (when := getattr(one, name, None)) is not None:
            last_moment(when)


def as_raw(documents: Iterable[Document]) -> tuple[msgspec.Raw, ...]:
    """Documents as they stand in cards and labels."""
    return tuple(msgspec.Raw(canonical(one)) for one in documents)


def signed_by(document: Document, signers: Sequence[Signer]) -> Document:
    """The document with these signatures beside those it has."""
    message = document.signed_bytes()
    fresh = tuple(one.sign_for(_purpose(document), message) for one in signers)
    return msgspec.structs.replace(
        document, signatures=tuple(dict.fromkeys((*document.signatures, *fresh)))
    )


def _purpose(document: Document) -> str:
    return str(type(document).__struct_config__.tag)


def signers_among(document: Document, publics: Iterable[str]) -> set[str]:
    """Which of these keys have signed a document."""
    keys = {key_id(bytes.fromhex(public)): public for public in publics}
    message = document.signed_bytes()
    found = set()
    for signature in document.signatures:
        name = signature.partition(":")[0]
        if name in keys:
            public = bytes.fromhex(keys[name])
            if is_signed_for(_purpose(document), signature, message, {name: public}):
                found.add(keys[name])
    return found


def charters(documents: Iterable[Document], organisation: str, anchor: str) -> list[Charter]:
    """The organisation's charters from the one that was compared on, each properly signed.

    A charter counts if so many of its own roots signed it and, after the first, so many of the
    roots of the one before.
    """
    known = [one for one in documents if isinstance(one, Charter)]
    known = [one for one in known if one.organisation == organisation and _is_whole(one)]
    line: list[Charter] = []
    for one in sorted(known, key=lambda each: each.version):
        if not line:
            if one.anchor == anchor:
                line.append(one)
        elif one.version > line[-1].version and _many(one, line[-1]):
            line.append(one)
    return line


def _is_whole(one: Charter) -> bool:
    return one.threshold <= len(set(one.roots)) and _many(one, one)


def _many(one: Charter, roots_of: Charter) -> bool:
    return len(signers_among(one, roots_of.roots)) >= roots_of.threshold


def compromised(
    documents: Iterable[Document], organisation: str, line: Sequence[Charter]
) -> dict[str, datetime]:
    """Keys that are not their owner's alone, and since when, by the word of who may say it."""
    found: dict[str, datetime] = {}
    said = [
        one for one in documents if isinstance(one, Compromise) and one.organisation == organisation
    ]
    for one in said:
        roots = any(len(signers_among(one, c.roots)) >= c.threshold for c in line)
        if roots:
            _earliest(found, one)
    for one in said:
        keys = {c.key for c in line} - set(found) - {one.public}
        if signers_among(one, keys):
            _earliest(found, one)
    return found


def _earliest(found: dict[str, datetime], one: Compromise) -> None:
    since = first_moment(one.since)
    found[one.public] = min(since, found.get(one.public, since))


def node_at(
    documents: Sequence[Document], organisation: str, anchor: str, public: str, at: datetime
) -> NodeCertificate | None:
    """The certificate that makes a key a node's of an organisation at a moment; None: it is not.

    At `at` the charter, its key and the certificate must hold, and neither key be compromised.
    """
    line = charters(documents, organisation, anchor)
    bad = compromised(documents, organisation, line)
    standing = [one for one in line if _holds(one, at)]
    if not standing or _is_bad(bad, public, at):
        return None
    keys = {one.key for one in standing if not _is_bad(bad, one.key, at)}
    for one in documents:
        if (
            isinstance(one, NodeCertificate)
            and (one.organisation, one.public) == (organisation, public)
            and _holds(one, at)
            and signers_among(one, keys)
        ):
            return one
    return None


def newest_node(
    documents: Sequence[Document], organisation: str, anchor: str, at: datetime
) -> NodeCertificate | None:
    """The node that an organisation certified last, as of a moment."""
    found = [
        node
        for one in documents
        if isinstance(one, NodeCertificate)
        and (node := node_at(documents, organisation, anchor, one.public, at)) is not None
    ]
    return max(found, key=lambda one: first_moment(one.valid_from), default=None)


def successor(documents: Iterable[Document], organisation: str, old: str) -> Succession | None:
    """The key that a node's old key names in its place, if the new one says so too."""
    for one in documents:
        if (
            isinstance(one, Succession)
            and (one.organisation, one.old) == (organisation, old)
            and signers_among(one, {old, one.public}) == {old, one.public}
        ):
            return one
    return None


def _holds(one: Charter | NodeCertificate, at: datetime) -> bool:
    return first_moment(one.valid_from) <= at <= last_moment(one.valid_to)


def _is_bad(bad: Mapping[str, datetime], public: str, at: datetime) -> bool:
    return public in bad and bad[public] <= at
