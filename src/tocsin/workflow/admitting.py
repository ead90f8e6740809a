"""May this statement come in? Each is judged by itself: seal, originator, marking, recall."""

from datetime import datetime
from hashlib import sha256

import msgspec

from tocsin.errors import TocsinError
from tocsin.ledger import Ledger
from tocsin.ledger.membership import reader_at
from tocsin.ledger.sealing import content_of, is_signed
from tocsin.ledger.trusting import TrustedKey, trusted_keys
from tocsin.policy import decision, facts_of
from tocsin.policy.markings import PUBLIC
from tocsin.sharing.blocks import Record
from tocsin.sharing.bundles import Label
from tocsin.tables.statements import Statement, statement_from_json
from tocsin.workflow.passing_on import TRAVELS

STAYS = frozenset({"node_key", "peer", "purge"})


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
    """Judges the statements of one bundle."""

    def __init__(self, ledger: Ledger, sender: str, label: Label, now: datetime):
        self._ledger = ledger
        self._sender = sender
        self._keys: dict[str, TrustedKey] = trusted_keys(ledger)
        self._public = {name: bytes.fromhex(key.public) for name, key in self._keys.items()}
        self._is_for_us = decision(reader_at(ledger, ledger.org, "release-authority", now))
        self._asked: list[tuple[Statement, bool]] = []
        del label

    def judge(self, records: list[Record]) -> tuple[list[Statement], list[SetAside]]:
        """What may come in, and what is set aside."""
        admitted: list[Statement] = []
        aside: list[SetAside] = []
        for record in records:
            try:
                one = statement_from_json(record.content)
            except (TocsinError, RecursionError):
                aside.append(SetAside(id="", origin="", reason="unreadable"))
                continue
            if reason := self._problem(one, record):
                aside.append(SetAside(id=one.id, origin=one.origin, reason=reason))
                continue
            admitted.append(
                msgspec.structs.replace(
                    one, signature=record.signature, hash=sha256(record.content).hexdigest()
                )
            )
        return admitted, aside

    def confirm(self, ledger: Ledger, now: datetime) -> None:
        """Write what was done about recalls and corrections."""
        del ledger, now

    def _problem(self, one: Statement, record: Record) -> str:
        return self._seal_problem(one, record) or self._right_problem(one)

    def _seal_problem(self, one: Statement, record: Record) -> str:
        key = self._keys.get(record.signature.partition(":")[0])
        if content_of(one) != record.content:
            return "unsigned"  # not in the one form in which it is signed
        if key is None:
            return "unknown_key"
        if key.until is not None:
            return "withdrawn_key"
        if not is_signed(record.signature, sha256(record.content).digest(), self._public):
            return "unsigned"
        if not key.own and key.organisation != one.origin:
            return "not_its_own"
        return ""

    def _right_problem(self, one: Statement) -> str:
        if one.kind in STAYS:
            return "stays"
        if not self._is_for_us(facts_of(one)):
            return "not_for_us"
        if one.origin in (self._sender, self._ledger.org) or one.kind in TRAVELS:
            return ""
        return "" if one.tlp == PUBLIC else "no_grant"
