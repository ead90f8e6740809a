"""Who a peer is on a day, and what may be passed on to it."""

from collections.abc import Callable
from datetime import datetime

from tocsin.errors import UnknownName
from tocsin.ledger import Ledger
from tocsin.ledger.membership import grants_at, known_groups, names_at, reader_at
from tocsin.ledger.reading import Sealed, StoreView
from tocsin.policy import Reader, passing
from tocsin.tables.kinds import Receipt
from tocsin.tables.kinds.sharing import Root, Tag
from tocsin.tables.statements import Statement, statement_from_json

# What is said about the exchange itself goes wherever it must: that is its purpose.
TRAVELS = frozenset({"recall", "retraction", "receipt"})
# What a house says to itself and to its reporters, whatever its marking: it is sent to nobody, and
# nobody else may put words there.
STAYS = frozenset(
    {"node_key", "peer", "purge", "release", "tear", "need_to_know", "report_answer"}
    | {"contact_step", "subscription", "subscription_notice"}
)
# What opens records comes before them, from whoever holds it: its steward or originator signed.
RIGHTS = ("group", "release_grant")
BESIDE = (Root.kind, Tag.kind)
PREFIX = "group:"


def peer_reader(ledger: Ledger, peer: str, at: datetime) -> Reader:
    """A peer as a reader, with the groups that it belongs to at a moment."""
    return reader_at(ledger, peer, "peer", at)


def own_reader(ledger: Ledger, at: datetime) -> Reader:
    """This organisation as the reader of what is sent to it."""
    return reader_at(ledger, ledger.org, "release-authority", at)


def groups_on(ledger: Ledger, organisation: str, on: datetime, known: datetime) -> set[str]:
    """Groups to which an organisation belongs on a date, by the lists known at a moment."""
    listed = known_groups(ledger, known)
    return {
        name
        for name, roster in listed.items()
        if organisation == roster.steward or organisation in roster.members_on(on)
    }


def may_send(ledger: Ledger, peer: str, at: datetime) -> Callable[[Sealed], bool]:
    """Whether a statement that a peer may see may also be sent to it by this node."""

    seen = ledger.view(peer_reader(ledger, peer, at))

    def decide(one: Sealed) -> bool:
        if one.kind in BESIDE and not _sees_its_record(seen, one):
            return False
        if one.origin in (ledger.org, peer) or one.kind in (*TRAVELS, *RIGHTS):
            return one.origin != peer
        return may_pass_on(ledger, statement_from_json(one.content), ledger.org, peer, at)

    return decide


def _sees_its_record(seen: StoreView, one: Sealed) -> bool:
    """What is said beside a record goes no further than the record itself."""
    body = statement_from_json(one.content).body
    try:
        return isinstance(body, Root | Tag) and bool(seen.statement(body.record))
    except UnknownName:
        return False


def may_pass_on(ledger: Ledger, statement: Statement, holder: str, to: str, at: datetime) -> bool:
    """Whether a holder may give another organisation what is a third one's."""
    names = names_at(ledger, to, at)
    return passing.may_pass_on(statement, grants_at(ledger), holder, names, at)


def confirmed_by(ledger: Ledger) -> set[tuple[str, str]]:
    """(organisation, statement) of everything whose receipt has come back."""
    said = ledger.view(Reader(ledger.org)).each(Receipt.kind)
    return {
        (one.origin, item.about)
        for one in said
        if isinstance(one.body, Receipt)
        for item in one.body.confirmed
    }
