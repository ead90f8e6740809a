"""May this statement come in? Each is judged by itself: seal, originator, marking, recall."""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import compress

import msgspec

from tocsin.errors import TocsinError
from tocsin.ledger import Ledger
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.ledger.peer_streams import ASKING, held_among, recalled
from tocsin.ledger.sealing import Kept, Seal, content_of
from tocsin.ledger.trusting import TrustedKey, trusted_keys
from tocsin.policy import Reader, facts_of, may_read
from tocsin.policy.markings import PUBLIC
from tocsin.sharing.blocks import Record
from tocsin.sharing.bundles import Label
from tocsin.sharing.genuine import Examined
from tocsin.tables.kinds import Confirmed, Recall, Receipt
from tocsin.tables.kinds.travel import Outcome
from tocsin.tables.statements import Statement, replaced_by, statement_from_json
from tocsin.tables.when import last_moment, moment_text
from tocsin.workflow.passing_on import (
    PREFIX,
    RIGHTS,
    STAYS,
    TRAVELS,
    groups_on,
    may_pass_on,
    own_reader,
)

A_RECEIPT = 1000  # confirmations in one


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that was not taken in, and why."""

    id: str
    origin: str
    reason: str


# Why a statement is set aside, by the word that is stored.
REASONS = {
    "unreadable": "not a statement that this version understands",
    "unsigned": "not what its originator signed",
    "unknown_key": "signed by a key that is not trusted here",
    "withdrawn_key": "signed by a key that is no longer trusted here",
    "not_its_own": "signed by somebody else than its originator",
    "stays": "of a kind that does not travel",
    "not_for_us": "not released to this organisation",
    "no_grant": "passed on without its originator’s grant",
    "left": "sent to a group to which the sender no longer belongs",
    "recalled": "recalled by its originator",
    "other_content": "its id is taken by other content",
}


class Admission:
    """Judges the statements of one bundle, and confirms what they asked for."""

    def __init__(self, ledger: Ledger, label: Label, now: datetime):
        self._ledger = ledger
        self._sender = label.sender
        self._label = label
        self._now = now
        self._keys: dict[str, TrustedKey] = trusted_keys(ledger)
        self.public = {name: bytes.fromhex(key.public) for name, key in self._keys.items()}
        self._recalled = recalled(ledger)
        self._refresh()
        self._asks: dict[str, tuple[str, Outcome]] = {}  # id: originator, what was done

    def _refresh(self) -> None:
        """Who belongs to which group: read again once a list of members has come in."""
        self._reader: Reader = own_reader(self._ledger, self._now)
        made = last_moment(self._label.made_at)
        self._senders_groups = groups_on(self._ledger, self._sender, made, self._now)

    def judge(self, records: list[Examined]) -> tuple[list[Kept], list[SetAside]]:
        """What may come in, and what is set aside."""
        admitted: list[Kept] = []
        aside: list[SetAside] = []
        for record, is_genuine in records:
            try:
                one = statement_from_json(record.content)
            except (TocsinError, RecursionError):
                aside.append(SetAside(id="", origin="", reason="unreadable"))
                continue
            reason = self._seal_problem(one, record, is_genuine) or self._right_problem(one)
            if reason:
                aside.append(SetAside(id=one.id, origin=one.origin, reason=reason))
                continue
            if isinstance(one.body, Recall):
                self._recalled.add((one.body.statement, one.origin))
            digest = sha256(record.content).digest()
            signed = msgspec.structs.replace(one, signature=record.signature, hash=digest.hex())
            admitted.append(Kept(signed, Seal(record.content, digest, record.signature)))
        return admitted, aside

    def note(self, admitted: list[Kept], added: set[str]) -> None:
        """Remember what was asked by what has just come in for the first time."""
        new = [one for one, _ in admitted if one.id in added]
        if any(one.kind in RIGHTS for one in new):
            self._refresh()
        asking = [one for one in new if _asks(one)]
        targets = [target for one in asking if (target := replaced_by(one))]
        held = held_among(self._ledger, targets) if targets else set()
        for one in asking:
            done: Outcome = "applied"
            if isinstance(one.body, Recall):
                done = "withdrawn" if one.body.statement in held else "never_held"
            self._asks[one.id] = (one.origin, done)

    def confirm(self) -> int:
        """Write receipts on what was asked, now or before, for who asked and who brought it."""
        self._recollect()
        items = [
            (origin, Confirmed(about=name, outcome=done))
            for name, (origin, done) in sorted(self._asks.items())
            if origin != self._ledger.org
        ]
        for start in range(0, len(items), A_RECEIPT):
            part = items[start : start + A_RECEIPT]
            names = {self._sender, *(origin for origin, _ in part)}
            self._write(tuple(one for _, one in part), tuple(sorted(names)))
        return len(items)

    def _recollect(self) -> None:
        """What the sender says was not confirmed, and is held here: confirmed once more."""
        wanted = [name for name in self._label.reminders if name not in self._asks]
        view = self._ledger.view(Reader(self._ledger.org))
        for name in held_among(self._ledger, wanted) if wanted else ():
            try:
                one = view.statement(name)
            except TocsinError:
                continue
            done: Outcome = "applied"
            if isinstance(one.body, Recall):
                is_here = held_among(self._ledger, [one.body.statement])
                done = "withdrawn" if is_here else "never_held"
            self._asks[name] = (one.origin, done)

    def _write(self, confirmed: tuple[Confirmed, ...], to: tuple[str, ...]) -> None:
        word = Statement(
            id=BLANK_ID,
            kind=Receipt.kind,
            subject=f"receipt:{self._label.id}",
            known_at=moment_text(self._now),
            source=self._ledger.org,
            reliability="A",
            credibility=1,
            origin=self._ledger.org,
            author="administrator",
            tlp="AMBER",
            rel_to=to,
            body=Receipt(to=self._sender, confirmed=confirmed),
        )
        self._ledger.append([with_id(word, self._ledger.signer)])

    def _seal_problem(self, one: Statement, record: Record, is_genuine: bool) -> str:
        key = self._keys.get(record.signature.partition(":")[0])
        if not is_genuine or key is None:
            in_its_form = content_of(one) == record.content
            return "unknown_key" if key is None and in_its_form else "unsigned"
        if key.until is not None and not held_among(self._ledger, [one.id]):
            return "withdrawn_key"
        if not key.own and key.organisation != one.origin:
            return "not_its_own"
        return ""

    def _right_problem(self, one: Statement) -> str:
        if one.kind in STAYS:
            return "stays"
        if (one.id, one.origin) in self._recalled and one.origin != self._ledger.org:
            return "recalled"
        if one.kind in TRAVELS:
            return ""
        for asked, problem in self._questions(one):
            if not asked():
                return problem
        return ""

    def _questions(self, one: Statement) -> Iterator[tuple[Callable[[], bool], str]]:
        yield lambda: may_read(self._reader, facts_of(one)), "not_for_us"
        if one.origin != self._ledger.org:
            yield lambda: self._may_bring(one), "left"
        if one.origin not in (self._sender, self._ledger.org) and one.kind not in RIGHTS:
            yield (
                lambda: may_pass_on(self._ledger, one, self._sender, self._ledger.org, self._now),
                "no_grant",
            )

    def _may_bring(self, one: Statement) -> bool:
        """What comes by a group comes from who belonged to it when the bundle was made."""
        if one.tlp == PUBLIC or self._ledger.org in one.rel_to:
            return True
        if (one.origin, one.id) in self._reader.granted:
            return True  # whether the sender is whom the grant names is asked by itself
        shared = {name.removeprefix(PREFIX) for name in one.rel_to if name.startswith(PREFIX)}
        return not shared.isdisjoint(self._senders_groups)


def rights_first(records: list[Examined]) -> Iterator[list[Examined]]:
    """Lists of groups and grants before the records that they open."""
    named = tuple(f'"kind":"{kind}"'.encode() for kind in RIGHTS)
    opening = [any(name in one.record.content for name in named) for one in records]
    if any(opening):
        yield list(compress(records, opening))
    yield [one for one, is_first in zip(records, opening, strict=True) if not is_first]


def _asks(one: Statement) -> bool:
    return one.kind in ASKING or replaced_by(one) is not None
