"""Whose signatures this node accepts: partners' keys, by a signed word of its own.

A key speaks for one organisation. That it is trusted, and that it no longer is, are statements
which the node signs; the public key is kept beside them, so that what it signed while it was
trusted can be verified for ever. A statement carries no date of signing that its signer could not
have chosen, so a key that is withdrawn brings in nothing new, whatever date is on it.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, insert, select

from tocsin.errors import CheckFailed, IdentityConflict, UnknownName, UsageError
from tocsin.ledger.engine import reading
from tocsin.ledger.heads import last_head
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.ledger.schema import KEYS, STATEMENTS
from tocsin.ledger.sealing import is_signed, key_id
from tocsin.ledger.store import Ledger
from tocsin.policy import Reader
from tocsin.tables.bodies import Body
from tocsin.tables.kinds import NodeKey
from tocsin.tables.statements import Statement
from tocsin.tables.when import micros, moment_text

_KEY = re.compile(r"^[0-9a-f]{64}$")
_LABEL = "tocsin-key"


class TrustedKey(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A key, whose it is, and since when it is trusted; `until`: it brings in nothing new."""

    key: str
    fingerprint: str
    organisation: str
    own: bool = False
    since: str = ""
    until: str | None = None
    note: str = ""
    public: str


def fingerprint(public: bytes) -> str:
    """What two people read to each other: 32 hexadecimal digits; the first 16 name the key.

    >>> fingerprint(bytes(32))[:19]
    '6668 7aad f862 bd77'
    """
    return _spaced(sha256(public).hexdigest()[:32])


def key_line(organisation: str, public: bytes) -> str:
    """A public key as a line to hand to a partner."""
    return f"{_LABEL} {organisation} {public.hex()}\n"


def parse_key(text: str) -> tuple[str, bytes]:
    """The organisation (empty where none is named) and the public key of a line.

    Raises
    ------
    UsageError, if it is not a key.
    """
    parts = text.split()
    if parts and parts[0] == _LABEL:
        parts = parts[1:]
    owner, digits = (parts[0], parts[1]) if len(parts) == 2 else ("", "".join(parts))
    if not _KEY.match(digits.lower()):
        raise UsageError(
            "this is not a node’s public key",
            remedy="Ask the partner for the file that this writes: "
            "tocsin ledger trust own --out FILE",
        )
    public = bytes.fromhex(digits)
    return owner, public


def trust_key(
    ledger: Ledger, organisation: str, public: bytes, at: datetime, note: str = ""
) -> TrustedKey:
    """Accept what this key signs for this organisation, from now on; again: no change.

    Raises
    ------
    IdentityConflict, if the key is the node's own, or trusted for somebody else.
    """
    name = key_id(public)
    held = trusted_keys(ledger).get(name)
    if held is not None and (held.own or held.organisation != organisation):
        raise IdentityConflict(
            "the key {fingerprint} is that of {owner}",
            remedy="A key speaks for one organisation. Ask {organisation} for its own.",
            fingerprint=fingerprint(public),
            owner=held.organisation,
            organisation=organisation,
        )
    if held is None or held.until is not None:
        body = NodeKey(
            organisation=organisation, public=public.hex(), status="trusted", note=note or None
        )
        _say(ledger, body, at)
    return trusted_keys(ledger)[name]


def withdraw_key(ledger: Ledger, key: str, at: datetime, note: str = "") -> TrustedKey:
    """Accept nothing new that this key signs; what is here stays, and still verifies.

    key : its name, its fingerprint or its first digits

    Raises
    ------
    UnknownName, if no such key is trusted.  UsageError, if it is the node's own.
    """
    wanted = key.replace(" ", "").lower()
    found = [
        one
        for one in trusted_keys(ledger).values()
        if len(wanted) >= 4 and one.fingerprint.replace(" ", "").startswith(wanted[:32])
    ]
    if len(found) != 1:
        raise UnknownName(
            "no key is named {key}", remedy="See them with: tocsin ledger trust list", key=key
        )
    if found[0].own:
        raise UsageError(
            "this is the node’s own key", remedy="Its signatures are always accepted here."
        )
    if found[0].until is None:
        body = NodeKey(
            organisation=found[0].organisation,
            public=found[0].public,
            status="withdrawn",
            note=note or None,
        )
        _say(ledger, body, at)
    return trusted_keys(ledger)[found[0].key]


def trusted_keys(ledger: Ledger) -> dict[str, TrustedKey]:
    """Every key by its name: the node's own, those trusted, and those withdrawn.

    Only what the node itself signed counts: a key that merely stands in the database, or in
    somebody else's statement, is nobody's.
    """
    own = own_keys(ledger)
    found = {
        name: TrustedKey(
            key=name, fingerprint=fingerprint(public), organisation=ledger.org, own=True,
            public=public.hex(),
        )
        for name, public in _present_key(ledger).items()
    }  # fmt: skip
    for one in ledger.view(Reader(ledger.org)).statements(NodeKey.kind):
        if isinstance(one.body, NodeKey) and is_signed(one.signature, bytes.fromhex(one.hash), own):
            made = _after(one.body, one.known_at, found.get(key_id(bytes.fromhex(one.body.public))))
            found[made.key] = made
    return found


def require_trusted(
    statement: Statement, trusted: Mapping[str, TrustedKey], ledger: Ledger, where: str = ""
) -> TrustedKey:
    """The key that signed a statement, if it may speak for the statement's originator here.

    The seals themselves are checked by `exchange.require_genuine`.

    Raises
    ------
    CheckFailed, if nobody signed it, the key is not trusted or no longer, or is another's.
    """
    if not statement.signature:
        raise CheckFailed(
            "statement {id} is signed by nobody",
            where=where,
            remedy="To enter it as your own: tocsin ledger add FILE",
            id=statement.id,
        )
    name = statement.signature.partition(":")[0]
    key = trusted.get(name)
    if key is None:
        raise CheckFailed(
            "statement {id} of {origin} is signed by the key {key}, which is not trusted here",
            where=where,
            remedy="Ask the sender for its key file, compare the fingerprint with them by another "
            "way, then: tocsin ledger trust add ORGANISATION FILE",
            id=statement.id,
            origin=statement.origin,
            key=_spaced(name),
        )
    if key.until is not None and not _is_held(ledger, statement.id):
        raise CheckFailed(
            "statement {id} is signed by the key {key} of {owner}, withdrawn on {until}",
            where=where,
            remedy="Nothing new is taken in from it. Ask {owner} for its new key.",
            id=statement.id,
            key=_spaced(name),
            owner=key.organisation,
            until=key.until[:10],
        )
    return key


def require_speaks_for(statement: Statement, key: TrustedKey, where: str = "") -> None:
    """Check that a key speaks for the statement's originator.

    Raises
    ------
    CheckFailed, if it is another organisation's.
    """
    if not key.own and key.organisation != statement.origin:
        raise CheckFailed(
            "statement {id} of {origin} is signed by the key {key}, which speaks for {owner}",
            where=where,
            remedy="Ask {origin} for it: a statement comes with its originator’s signature.",
            id=statement.id,
            origin=statement.origin,
            key=_spaced(key.key),
            owner=key.organisation,
        )


def _after(body: NodeKey, at: str, before: TrustedKey | None) -> TrustedKey:
    public = bytes.fromhex(body.public)
    is_new = body.status == "trusted"
    return TrustedKey(
        key=key_id(public),
        fingerprint=fingerprint(public),
        organisation=body.organisation,
        since=at if is_new or before is None else before.since,
        until=None if is_new else at,
        note=body.note or "",
        public=body.public,
    )


def word_of_node(ledger: Ledger, subject: str, body: Body, at: datetime) -> Statement:
    """What the node says for itself alone, such as whom it trusts: the administrator's, signed."""
    return with_id(
        Statement(
            id=BLANK_ID,
            kind=body.kind,
            subject=subject,
            known_at=moment_text(at.astimezone(UTC)),
            source=ledger.org,
            reliability="A",
            credibility=1,
            origin=ledger.org,
            author="administrator",
            body=body,
        ),
        ledger.signer,
    )


def _say(ledger: Ledger, body: NodeKey, at: datetime) -> None:
    """The node's signed word about a key, and the key beside it, in one transaction."""
    public = bytes.fromhex(body.public)
    name = key_id(public)
    word = word_of_node(ledger, f"key:{name}", body, at)
    with ledger.appending(word) as connection:
        if not _knows(connection, name):
            connection.execute(
                insert(KEYS).values(
                    key_id=name, public=public, owner=body.organisation, added=micros(at)
                )
            )


def own_keys(ledger: Ledger) -> dict[str, bytes]:
    """The node's own key, and those before it, by the word of the one that followed.

    The key is that in the vault; for who reads only, the one that signed the log's newest head.
    """
    found = _present_key(ledger)
    words = [
        one
        for one in ledger.view(Reader(ledger.org)).each(NodeKey.kind)
        if isinstance(one.body, NodeKey) and one.body.organisation == ledger.org
    ]
    for one in reversed(words):  # each key speaks for the one before
        assert isinstance(one.body, NodeKey)
        if is_signed(one.signature, bytes.fromhex(one.hash), found):
            public = bytes.fromhex(one.body.public)
            found[key_id(public)] = public
    return found


def retire_own_key(ledger: Ledger, public: bytes, at: datetime, status: str, note: str) -> None:
    """The node's new key says that this was its own: trusted for what it signed, or withdrawn."""
    is_kept = status == "trusted"
    body = NodeKey(
        organisation=ledger.org,
        public=public.hex(),
        status="trusted" if is_kept else "withdrawn",
        note=note or None,
    )
    _say(ledger, body, at)


def _present_key(ledger: Ledger) -> dict[str, bytes]:
    if ledger.signs:
        return {ledger.signer.key_id: ledger.signer.public}
    with reading(ledger.engine) as connection:
        newest = last_head(connection)
        name = "" if newest is None else newest.signature.partition(":")[0]
        rows = connection.execute(select(KEYS).where(KEYS.c.key_id == name))
        return {row.key_id: row.public for row in rows}


def _knows(connection: Connection, name: str) -> bool:
    return (
        connection.execute(select(KEYS.c.key_id).where(KEYS.c.key_id == name)).first() is not None
    )


def _is_held(ledger: Ledger, statement_id: str) -> bool:
    with reading(ledger.engine) as connection:
        wanted = select(STATEMENTS.c.seq).where(STATEMENTS.c.id == statement_id)
        return connection.execute(wanted).first() is not None


def _spaced(name: str) -> str:
    return " ".join(name[at : at + 4] for at in range(0, len(name), 4))
