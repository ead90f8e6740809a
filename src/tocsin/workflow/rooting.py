"""From which source records come, across nodes: said by their originators, counted by readers.

`derived_from` never travels, and who a source is never leaves the vault. What travels is a word of
the originator's own, marked as its record is: an opaque token that two records of one source bear,
or that a record stems from another which all its readers may read too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hmac import digest as keyed
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import UnknownName, UsageError
from tocsin.policy import marking_of
from tocsin.policy.markings import NARROWER
from tocsin.tables.kinds import Retraction
from tocsin.tables.kinds.sharing import Root
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.workflow.accompanying import write_beside
from tocsin.workflow.releasing import own_record, own_writer

if TYPE_CHECKING:
    from tocsin.knowledge.roots import Node, Tie, Voice
    from tocsin.ledger import Ledger
    from tocsin.ledger.reading import StoreView
    from tocsin.policy import Reader

# In the vault: without it nobody can try records against a token.
TOKEN_KEY = "root-token-key"  # noqa: S105 - its name
ABOUT = "root:"


def tell_one_root(
    ids: Sequence[str], *, tear_line: bool = False, agreed: str = "", reader: str = ""
) -> tuple[str, ...]:
    """Say that these records of one's own have one source, by a token that does not say which.

    A token for a single record is worth writing too: one that is always there tells nothing.
    tear_line : a person wants it for a tear line as well, which shows that there is a parent.
    agreed : digest of its preview, without which others do not come to read it (`widening`)

    Gives the ids of what was written; none, if it had been said already.

    Raises
    ------
    UnknownName.  UsageError, if a record is another's, or a tear line for which nobody asked it.
    NotLookedAt, with the preview, until somebody agreed to it.
    """
    from tocsin.workflow.record_keeping import open_ledger, open_vault

    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    named = [own_record(ledger, writer, one) for one in dict.fromkeys(ids)]
    records = list({one.id: one for one in named}.values())  # an id may be given in short
    torn = [one.id for one in records if one.kind == "tear_line"]
    if torn and not tear_line:
        raise UsageError(
            "{id} is a tear line: a token would tell its readers that it has a parent",
            remedy="If that does no harm, say so: --tear-line",
            id=torn[0],
        )
    held, whose = _own_words(ledger, writer), {one.id for one in records}
    tokens = sorted({one.token for one in held if one.token and one.record in whose})
    key = open_vault().secret_or(TOKEN_KEY, lambda: token_bytes(32))
    token = tokens[0] if tokens else _token(key, min(one.id for one in records))
    said = [(one, Root(record=one.id, token=token)) for one in records]
    fresh = [(one, body) for one, body in said if body not in held]
    return write_beside(ledger, writer, fresh, agreed)


def tell_parent(name: str, parent: str, *, agreed: str = "", reader: str = "") -> tuple[str, ...]:
    """Say that a record of one's own was made from another, which all its readers may read.

    Raises
    ------
    UnknownName.  UsageError, if the record is another's, or some of its readers may not read the
    other: they would learn that it is there.  NotLookedAt, as above.
    """
    from tocsin.workflow.record_keeping import open_ledger

    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    record = own_record(ledger, writer, name)
    other = ledger.view(writer).named(parent)
    if other.id == record.id:
        raise UsageError("a record does not stem from itself", remedy="Name another record.")
    _require_open(record, other)
    body = Root(record=record.id, stems_from=other.id, of=other.origin)
    said = [] if body in _own_words(ledger, writer) else [(record, body)]
    return write_beside(ledger, writer, said, agreed)


def withdraw_root(name: str, reason: str, reader: str = "") -> str:
    """Take back what was said of a root; gives the retraction's id. Its readers are told.

    Raises
    ------
    UnknownName.  UsageError, if it is another's, or there is no reason.
    """
    from tocsin.ledger.identity import BLANK_ID, with_id
    from tocsin.workflow.record_keeping import open_ledger

    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    target = own_record(ledger, writer, name)
    if target.kind != Root.kind:
        raise UsageError(
            "{id} says nothing of a root",
            remedy="List what is said: tocsin share roots ID",
            id=target.id,
        )
    if not reason.strip():
        raise UsageError("a withdrawal needs a reason", remedy="Say why: --reason WORDS")
    blank = msgspec.structs.replace(
        target, id=BLANK_ID, kind=Retraction.kind, known_at=moment_text(datetime.now(UTC)),
        retracts=target.id, body=Retraction(reason=reason), recorded_at=None, salt="", hash="",
        signature="",
    )  # fmt: skip
    (written,) = ledger.append([with_id(blank, ledger.signer)]).added
    return written


def roots_behind(ids: Sequence[str], reader: str = "", as_of: str = "") -> dict[str, Any]:
    """How many independent sources stand behind records that the reader may see, and why.

    One id: its record, those of the same kind and subject, and whatever has a root in common with
    it. Several: these.

    Raises
    ------
    UnknownName, with the same words for what is not there and for what may not be seen.
    """
    from tocsin.knowledge.roots import count_roots
    from tocsin.workflow.record_keeping import view

    seen = view(reader, as_of)
    records = _asked(seen, list(dict.fromkeys(ids)))
    ties = ties_touching({node_of(one) for one in records}, ties_among(seen, records))
    counted = count_roots([_voice(one) for one in records], ties)
    place = {node: at for at, group in enumerate(counted.groups, 1) for node in group}
    return {
        "records": [
            {"id": one.id, "origin": one.origin, "kind": one.kind, "subject": one.subject,
             "known": one.known_at, "root": place[node_of(one)]}
            for one in sorted(records, key=lambda one: (place[node_of(one)], one.known_at, one.id))
        ],
        "roots": counted.fewest,
        "roots_if_contested_fall": counted.if_contested_fall,
        "ties": [tie_told(one) for one in ties],
    }  # fmt: skip


def node_of(one: Statement) -> Node:
    """A record as its own originator names it."""
    return one.origin, one.id


def ties_among(seen: StoreView, records: Iterable[Statement]) -> list[Tie]:
    """All that a view says of roots: originators' words, and for the house what it derived."""
    from tocsin.knowledge.roots import Tie

    contested = {
        str(one.body.about)  # type: ignore[attr-defined]
        for one in seen.statements("annotation", f"{ABOUT}*")
        if one.body.stance == "contests"  # type: ignore[attr-defined]
    }
    made: list[Tie] = []
    for one in seen.statements(Root.kind):
        body = one.body
        if not isinstance(body, Root):
            continue
        child: Node = (one.origin, body.record)
        is_contested = one.id in contested
        if body.token:
            token: Node = (one.origin, f"token:{body.token}")
            made.append(Tie("one_token", child, token, one.id, is_contested))
        else:
            parent: Node = (str(body.of), str(body.stems_from))
            made.append(Tie("stems_from", child, parent, one.id, is_contested))
    told = {(one.child[0], each[1]): each for one in made for each in (one.child, one.parent)}
    for one in records:
        made += _of_the_store(seen, one, told)
    return made


def ties_touching(nodes: set[Node], ties: Sequence[Tie]) -> list[Tie]:
    """Those that have to do with these, directly or by others."""
    from tocsin.knowledge.roots import tied_to

    near = tied_to(nodes, ties)
    return [one for one in ties if one.child in near]


def tie_told(one: Tie) -> dict[str, Any]:
    """A tie in plain values: why, of which records, whose word, where it stands."""
    return {
        "why": one.why,
        "record": one.child[1],
        "other": one.parent[1],
        "by": one.child[0],
        "statement": one.statement,
        "contested": one.contested,
    }


def _of_the_store(seen: StoreView, one: Statement, told: dict[tuple[str, str], Node]) -> list[Tie]:
    """What the record itself says: what it corrects, and, in its own house, what it is made of.

    told : whose a record is that an originator named; it may have been recalled since
    """
    from tocsin.knowledge.roots import Tie

    made = []
    for name in one.derived_from:
        parent = _seen_node(seen, name) or told.get((one.origin, name), ("", name))
        made.append(Tie("derived", node_of(one), parent, one.id))
    later = one
    while later.supersedes is not None:
        made.append(Tie("corrects", node_of(later), (later.origin, later.supersedes), later.id))
        try:
            later = seen.statement(later.supersedes)
        except UnknownName:
            break
    return made


def _seen_node(seen: StoreView, name: str) -> Node | None:
    try:
        return node_of(seen.statement(name))
    except UnknownName:
        return None


def _voice(one: Statement) -> Voice:
    from tocsin.knowledge.roots import Voice

    return Voice(node_of(one), getattr(one.body, "how_known", "") == "told")


def _asked(seen: StoreView, ids: list[str]) -> list[Statement]:
    from tocsin.knowledge.roots import tied_to

    named = [seen.statement(one) for one in ids]
    if len(named) != 1:
        return named
    first = named[0]
    beside = {one.id: one for one in seen.statements(first.kind, first.subject)}
    beside.setdefault(first.id, first)
    near = tied_to(map(node_of, beside.values()), ties_among(seen, beside.values()))
    for origin, name in sorted(near):
        if name not in beside and ":" not in name:
            try:
                found = seen.statement(name)
            except UnknownName:
                continue
            stands = seen.statements(found.kind, found.subject)  # not corrected nor withdrawn
            if found.origin == origin and any(one.id == name for one in stands):
                beside[name] = found
    return list(beside.values())


def _own_words(ledger: Ledger, writer: Reader) -> list[Root]:
    """What this house says of roots now."""
    return [
        one.body
        for one in ledger.view(writer).statements(Root.kind)
        if one.origin == ledger.org and isinstance(one.body, Root)
    ]


def _token(key: bytes, record: str) -> str:
    """The same for whatever is joined with a record, and nothing that could be guessed."""
    return keyed(key, f"tocsin root v1\n{record}".encode(), "sha256")[:16].hex()


def _require_open(record: Statement, parent: Statement) -> None:
    """Whoever reads the record may read what it stems from, as they are marked."""
    if parent.tlp == "CLEAR":
        return
    others = set(record.rel_to) - {parent.origin, *parent.rel_to}
    is_narrower = NARROWER.index(parent.tlp) > NARROWER.index(record.tlp)
    if others or is_narrower or not marking_of(parent).understood:
        raise UsageError(
            "not all who read the record may read what it stems from",
            remedy="Release that one to them first; or, if both are yours, join them by a token: "
            "tocsin share root {record} {parent}",
            record=record.id,
            parent=parent.id,
        )
