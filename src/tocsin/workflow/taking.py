"""From a peer: a bundle is opened, each statement judged by itself, and what was done confirmed.

The bundle is refused whole if its seal is wrong. A statement that may not come in is set aside
with its reason, and the rest is taken: each carries its originator's own signature.
"""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from tocsin.errors import CheckFailed, IdentityConflict
from tocsin.ledger import Ledger
from tocsin.ledger.merkle import leaf_hash
from tocsin.ledger.peer_streams import (
    IN,
    OUT,
    Item,
    Noted,
    StreamFinding,
    begin,
    bundle_noted,
    confirm,
    differing,
    report,
    root_at,
    settle,
    stream_named,
    streams,
    take_items,
)
from tocsin.ledger.sealing import Kept
from tocsin.ledger.store import Appended
from tocsin.policy import handle
from tocsin.sharing.blocks import Record, unpack
from tocsin.sharing.bundles import Head, Label, Opened, open_bundle, require_timely
from tocsin.sharing.genuine import examined
from tocsin.tables.when import micros
from tocsin.workflow.admitting import Admission, SetAside, rights_first
from tocsin.workflow.peering import exchange_identities
from tocsin.workflow.record_keeping import open_ledger, open_vault
from tocsin.workflow.rotating import Vouching
from tocsin.workflow.sending import exchange_folder

STREAMS_A_PEER = 1000
KEEP = 50  # reasons that are worth a reader's time


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a bundle."""

    sender: str
    bundle: str
    added: int = 0
    known: int = 0
    set_aside: int = 0
    confirmed: int = 0  # recalls, corrections and changes for which a receipt was written
    reasons: dict[str, int] = {}
    examples: tuple[SetAside, ...] = ()
    was_known: bool = False  # the very bundle was taken in before
    findings: tuple[str, ...] = ()


def take_bundle(path: Path) -> Taken:
    """Take in a bundle that is whole.

    Raises
    ------
    UnreadableFile, if it is not for this node.  CheckFailed, if its seal is wrong, it has expired,
    or its sender is not trusted here.
    """
    ledger = open_ledger(to_write=True)
    return take_from(ledger, path)


def take_from(ledger: Ledger, path: Path) -> Taken:
    """As `take_bundle`, into an open ledger."""
    now = datetime.now(UTC)
    vouch = Vouching(ledger, now)
    opened = open_bundle(path, exchange_identities(open_vault()), vouch.key_of, exchange_folder())
    label = opened.label
    _require_ours(label, ledger.org)
    if (noted := bundle_noted(ledger, label.id)) is not None:
        _require_same_bundle(noted, opened)
        return Taken(sender=label.sender, bundle=label.id, was_known=True)
    require_timely(label, now)
    opened.require_whole()
    vouch.learn(label)
    return _take(ledger, opened, now)


def _take(ledger: Ledger, opened: Opened, now: datetime) -> Taken:
    label = opened.label
    stream = _stream_of(ledger, label, now)
    admission = Admission(ledger, label, now)
    place = _Places(label)
    added = known = 0
    aside: list[SetAside] = []
    reasons: Counter[str] = Counter()
    for records in examined(_unpacked(opened), admission.public, label.records):
        first, items = place.of([(_name_of(one), _leaf_of(one)) for one, _ in records])
        _require_one_history(ledger, stream, first, items, opened, now)
        refused: list[SetAside] = []
        for part in rights_first(records):
            admitted, kept_out = admission.judge(part)
            done, conflicts = _written(ledger, admitted)
            admission.note(admitted, set(done.added))
            refused += [*kept_out, *conflicts]
            added, known = added + len(done.added), known + len(done.known)
        aside += refused[: KEEP - len(aside)] if len(aside) < KEEP else []
        reasons.update(one.reason for one in refused)
        take_items(ledger, stream, first, items)
    first, rest = place.rest()
    _require_one_history(ledger, stream, first, rest, opened, now)
    take_items(ledger, stream, first, rest)
    problems = _settle(ledger, stream, opened, now)
    confirmed = admission.confirm()
    return Taken(
        sender=label.sender,
        bundle=label.id,
        added=added,
        known=known,
        set_aside=sum(reasons.values()),
        reasons=dict(reasons),
        examples=tuple(aside),
        confirmed=confirmed,
        findings=tuple(problems),
    )


def _unpacked(opened: Opened) -> Iterator[list[Record]]:
    """The records of each block, as many as the label says."""
    for block, listed in zip(opened.blocks(), opened.label.blocks, strict=True):
        records = unpack(block)
        if len(records) != listed.records:
            raise CheckFailed(
                "the bundle is not what was signed",
                remedy="Ask its sender for a new one.",
            )
        yield records


class _Places:
    """Which leaf of the stream each record of a bundle is: the struck ones stand between."""

    def __init__(self, label: Label):
        self._struck = {one.place: bytes.fromhex(one.leaf) for one in label.struck}
        self._at = label.first
        self._end = label.head.size

    def of(self, found: list[tuple[str, bytes]]) -> tuple[int, list[Item]]:
        """The first place, and the items from there on, struck ones included."""
        first, items = self._at, []
        for name, leaf in found:
            items += self._struck_here()
            items.append(Item(name, leaf))
            self._at += 1
        return first, items

    def rest(self) -> tuple[int, list[Item]]:
        return self._at, self._struck_here()

    def _struck_here(self) -> list[Item]:
        items = []
        while self._at in self._struck and self._at < self._end:
            items.append(Item("", self._struck[self._at]))
            self._at += 1
        return items


def _written(ledger: Ledger, statements: list[Kept]) -> tuple[Appended, list[SetAside]]:
    """What was written; one whose id is taken by other content does not keep the others out."""
    try:
        return ledger.append(statements), []
    except IdentityConflict:
        pass
    added: list[str] = []
    known: list[str] = []
    conflicts = []
    for one in statements:
        try:
            done = ledger.append([one])
        except IdentityConflict:
            theirs = one.statement
            conflicts.append(SetAside(id=theirs.id, origin=theirs.origin, reason="other_content"))
        else:
            added += done.added
            known += done.known
    return Appended(tuple(added), tuple(known)), conflicts


def _name_of(record: Record) -> str:
    at = record.content.rfind(b'"id":"') + 6
    return record.content[at : at + 36].decode("ascii", "replace")


def _leaf_of(record: Record) -> bytes:
    return leaf_hash(sha256(record.content).digest() + record.signature.encode())


def _stream_of(ledger: Ledger, label: Label, now: datetime) -> str:
    held = stream_named(ledger, label.head.stream)
    if held is None:
        if len(streams(ledger, label.sender, IN)) >= STREAMS_A_PEER:
            raise CheckFailed(
                "{sender} has begun its stream anew too often",
                remedy="Talk to {sender} by another way.",
                sender=label.sender,
            )
        begin(ledger, label.head.stream, label.sender, IN, now)
    elif (held.peer, held.direction) != (label.sender, IN):
        raise CheckFailed(
            "the bundle names a stream that is not that of {sender}",
            remedy="Talk to {sender} by another way: somebody may speak in its name.",
            sender=label.sender,
        )
    return label.head.stream


def _require_ours(label: Label, org: str) -> None:
    if handle(label.recipient) != org:
        raise CheckFailed(
            "the bundle was made for {recipient}, not for {org}",
            remedy="It was handed on by somebody for whom it was not theirs to hand on. "
            "Tell {sender}.",
            recipient=label.recipient,
            org=org,
            sender=label.sender,
        )


def _require_same_bundle(noted: Noted, opened: Opened) -> None:
    if noted.label[:-64] != opened.signed:
        raise CheckFailed(
            "two bundles of {sender} bear one name",
            remedy="Talk to {sender} by another way: somebody may speak in its name.",
            sender=opened.label.sender,
        )


def _require_one_history(
    ledger: Ledger, stream: str, first: int, items: list[Item], opened: Opened, now: datetime
) -> None:
    at = differing(ledger, stream, first, items)
    if at is None:
        return
    label = opened.label
    _report(ledger, opened, now, "forked", f"leaf {at}")
    raise CheckFailed(
        "{sender} tells two histories: leaf {leaf} of its stream was another one before",
        remedy="Both labels are signed by it and are kept: tocsin share status {sender}. "
        "Talk to {sender} by another way.",
        sender=label.sender,
        leaf=at,
    )


def _settle(ledger: Ledger, stream: str, opened: Opened, now: datetime) -> list[str]:
    """Follow the stream, and compare what the peer says of ours."""
    label = opened.label
    noted = Noted(
        label.id,
        stream,
        label.first,
        label.head.size,
        bytes.fromhex(label.head.root),
        micros(now),
        opened.signed + _raw(opened.signature),
    )
    problems = []
    wrong = settle(ledger, stream, noted)
    if wrong is not None:
        _report(ledger, opened, now, "forked", f"head {wrong}")
        problems.append("forked")
    if label.seen is not None and (problem := _compare_seen(ledger, label, label.seen)):
        _report(ledger, opened, now, problem, f"seen {label.seen.size}")
        problems.append(problem)
    return problems


def _compare_seen(ledger: Ledger, label: Label, seen: Head) -> str:
    """What is wrong with what a peer says that it holds of our stream; empty: nothing."""
    held = stream_named(ledger, seen.stream)
    if held is None:
        return ""  # of a stream that a restored backup no longer knows
    if (held.peer, held.direction) != (label.sender, OUT) or seen.size > held.size:
        return "claims_more"
    root = root_at(ledger, held.id, seen.size)
    if root is None or root.hex() != seen.root:
        return "holds_another"
    confirm(ledger, held.id, seen.size)
    return ""


def _report(ledger: Ledger, opened: Opened, now: datetime, problem: str, where: str) -> None:
    evidence = f"{where}\n{opened.signed.decode()}\n{opened.signature}"
    label = opened.label
    report(
        ledger,
        StreamFinding(label.head.stream, label.sender, micros(now), problem, evidence),
    )


def _raw(signature: str) -> bytes:
    return b64decode(signature.partition(":")[2])
