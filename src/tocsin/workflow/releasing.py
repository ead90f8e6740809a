"""Before anything leaves: who will see a record, why, and what each of them will get."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Literal, Protocol

import msgspec
import rfc8785

from tocsin.errors import CheckFailed, NotLookedAt, UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.identity import BLANK_ID
from tocsin.ledger.membership import grants_at, known_groups
from tocsin.policy import Reader, decision, facts_of, handle, marking_of
from tocsin.policy.decision import CEILINGS
from tocsin.policy.groups import PREFIX, Roster, standing_in
from tocsin.policy.markings import PUBLIC
from tocsin.policy.passing import Grant, names_of, opened_to, require_inherits
from tocsin.policy.readers import ROLES
from tocsin.sharing.peers import peers
from tocsin.tables.statements import LOCAL, Statement, statement_to_json
from tocsin.tables.views import View
from tocsin.workflow.record_keeping import WRITERS, open_ledger, reader_named

SHORTEST = 12  # characters of a digest that name a preview
# Why somebody sees a record, or does not, in words.
WHY = {
    "its_own": "its own record",
    "everybody": "TLP:CLEAR is for everybody",
    "named": "named in its list",
    "granted": "its originator’s grant opens it",
    "by_group": "belongs to {groups}",
    "kept": "keeps what a group before it had",
    "caveat": "it carries a caveat that this version does not understand",
    "before_joining": "belongs to {groups}, but it became known outside its time there",
    "not_released": "not released to it, nor to a group to which it belongs",
}


class Seer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One organisation: whether it will see a record, why or why not, and what it gets."""

    organisation: str
    sees: bool
    why: str
    groups: tuple[str, ...] = ()  # through which
    roles: tuple[str, ...] = ()  # whose readers may read it there
    gets: Literal["record", "nothing"] = "nothing"
    peer: bool = False  # this node has its card and sends to it


class Preview(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who will see a record if it is marked so, as groups stand at a moment."""

    statement: str
    kind: str
    subject: str
    origin: str
    tlp: str
    pap: str
    rel_to: tuple[str, ...]
    caveats: tuple[str, ...]
    seers: tuple[Seer, ...]
    unknown: tuple[str, ...] = ()  # names in rel_to that release to nobody here
    content: str = ""  # what each of those who see it gets, byte for byte but for its seals
    digest: str = ""

    @property
    def audience(self) -> tuple[str, ...]:
        """Who sees it, its originator apart."""
        return tuple(
            one.organisation for one in self.seers if one.sees and one.organisation != self.origin
        )


def preview(statement_id: str, reader: str = "") -> Preview:
    """Who will see a record that is marked as it is, why, and what each of them gets.

    With whom the house shares, and who is in which group, is its own business: another
    organisation's reader is told of itself alone.

    Raises
    ------
    UnknownName, if there is no such statement for this reader.
    """
    ledger = open_ledger()
    who = reader_named(reader)
    one = ledger.view(who).named(statement_id)
    now = datetime.now(UTC)
    shown = preview_of(ledger, one, now)
    if who.org == ledger.org:
        return shown
    lists, grants = known_groups(ledger, now), grants_at(ledger)
    itself = _seer(one, Reader(who.org), lists, grants, now, False)
    # The digest is one of everybody who sees it: somebody could try lists against it.
    return msgspec.structs.replace(shown, seers=(itself,), unknown=(), digest="")


def require_current(view: View, one: Statement) -> None:
    """Check that a record still stands: what was withdrawn is not let out again under a new id.

    Raises
    ------
    UsageError, if it was corrected, retracted or recalled.
    """
    if all(one.id != each.id for each in view.statements(one.kind, one.subject)):
        raise UsageError(
            "the record was corrected or withdrawn since",
            remedy="Find it with: tocsin ledger show --text WORDS",
        )


def own_writer(text: str, ledger: Ledger) -> Reader:
    """The one of the house's own people who writes here.

    Raises
    ------
    UsageError, for another organisation's, or a role that does not write.
    """
    writer = reader_named(text)
    if writer.org != ledger.org or writer.role not in WRITERS:
        raise UsageError(
            "only {own}’s own people ask, answer and release here",
            remedy="Leave --reader out, or name a role of {own} that writes.",
            own=ledger.org,
        )
    return writer


def named_in(to: Iterable[str]) -> tuple[str, ...]:
    """Whom a statement is for: handles and groups as they were written, each once."""
    return tuple(
        sorted({one if one.startswith(PREFIX) else handle(one) for one in to if one.strip()})
    )


def require_authority(writer: Reader, own: str) -> None:
    """Raise UsageError for whoever is not the release authority of the house."""
    if writer.org != own or writer.role != "release-authority":
        raise UsageError(
            "the role {role} does not release",
            remedy="Only the release authority does: --reader {own}:release-authority",
            role=writer.role,
            own=own,
        )


def own_record(ledger: Ledger, writer: Reader, statement_id: str) -> Statement:
    """A record of one's own that still stands: only that may be let out.

    Raises
    ------
    UnknownName, if there is no such record for the writer.  UsageError, if it is another's, or
    was corrected or withdrawn.
    """
    view = ledger.view(writer)
    target = view.named(statement_id)
    if target.origin != ledger.org:
        raise UsageError(
            "only {origin} releases its records",
            remedy="Ask: tocsin share request ID --to NAMES --reason WHY",
            origin=target.origin,
        )
    require_current(view, target)
    return target


def require_open_to_others(ledger: Ledger, made_from: Statement, made: Statement) -> None:
    """Check that what is made of others' records, through whatever stands between, honours them.

    Raises
    ------
    UsageError, if another organisation's record is marked more narrowly: only that one opens it.
    """
    view = ledger.view(Reader(ledger.org))
    waiting, seen = list(made_from.derived_from), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        one = view.statement(name)
        waiting += one.derived_from
        if one.origin in (ledger.org, made.origin) or one.tlp == PUBLIC:
            continue
        try:
            require_inherits(marking_of(made), [marking_of(one)], made.subject)
        except UsageError as error:
            raise UsageError(
                error.problem,
                where=error.where,
                remedy="It goes back to a record of {origin}, which alone opens it further: tocsin "
                "share request {id} --to NAMES --reason WHY",
                **(error.fields | {"origin": one.origin, "id": one.id}),
            ) from None


def preview_of(ledger: Ledger, one: Statement, at: datetime) -> Preview:
    """As `preview`, of a statement that need not be written yet."""
    partners = Partners.of(ledger, at)
    shown = Preview(
        statement=one.id,
        kind=one.kind,
        subject=one.subject,
        origin=one.origin,
        tlp=one.tlp,
        pap=one.pap,
        rel_to=one.rel_to,
        caveats=one.caveats,
        seers=partners.seers(one),
        unknown=partners.unknown(one),
        content=content_shown(one),
    )
    return msgspec.structs.replace(shown, digest=_digest(shown))


def content_shown(one: Statement) -> str:
    """What whoever sees a record gets, byte for byte but for its seals."""
    unsealed = msgspec.structs.replace(one, salt="", hash="", signature="")
    said = statement_to_json(unsealed, without=LOCAL).decode()
    return said.replace(f'"id":"{BLANK_ID}",', "")  # it gets one when it is written


class Shown(Protocol):
    """A preview, named by its digest."""

    @property
    def digest(self) -> str: ...


def names_it(agreed: str, digest: str) -> bool:
    """Whether what a person gave names a preview: the digest, or enough of its beginning.

    >>> names_it("0123456789ab", "0123456789abcdef"), names_it("0123", "0123456789abcdef")
    (True, False)
    """
    return len(agreed) >= SHORTEST and digest.startswith(agreed)


def require_look(shown: Shown, agreed: str) -> None:
    """Go on only if a person has agreed to this very preview.

    Raises
    ------
    NotLookedAt, with the preview, if nobody agreed.  CheckFailed, if it was another one.
    """
    if not agreed:
        raise NotLookedAt(
            "others would read this, and nobody has agreed to who",
            remedy="Look at the preview, and agree to it: --yes {digest}",
            digest=shown.digest[:16],
            preview=shown,
        )
    if not names_it(agreed, shown.digest):
        raise CheckFailed(
            "the preview that was agreed to is not that of what would be written",
            remedy="Who would see it, or what it says, has changed: look again, and agree to "
            "{digest}",
            digest=shown.digest[:16],
        )


@dataclass(frozen=True)
class Partners:
    """Everybody this node knows of at a moment, and what groups and grants give each."""

    own: str
    at: datetime
    rosters: dict[str, Roster]
    grants: list[Grant]
    cards: frozenset[str]  # this node has their card and sends to them
    known: frozenset[str]

    @classmethod
    def of(cls, ledger: Ledger, at: datetime) -> "Partners":
        """As this node knows them."""
        held = peers(ledger)
        rosters = known_groups(ledger, at)
        listed = {member for roster in rosters.values() for member in roster.members_on(at)}
        there = {name for name, peer in held.items() if peer.status != "removed"}
        return cls(
            own=ledger.org,
            at=at,
            rosters=rosters,
            grants=grants_at(ledger),
            cards=frozenset(name for name, peer in held.items() if peer.status == "trusted"),
            known=frozenset(listed | there),
        )

    def seers(self, one: Statement) -> tuple[Seer, ...]:
        """Each organisation: the originator, this one, and whoever is known or named."""
        named = {name for name in one.rel_to if not name.startswith(PREFIX)}
        others = sorted((named | self.known) - {one.origin, self.own})
        return tuple(
            _seer(one, Reader(name), self.rosters, self.grants, self.at, name in self.cards)
            for name in (*dict.fromkeys((one.origin, self.own)), *others)
        )

    def unknown(self, one: Statement) -> tuple[str, ...]:
        """Names in `rel_to` that release to nobody here."""
        return tuple(
            name
            for name in one.rel_to
            if name.startswith(PREFIX) and not _members(self.rosters, name, self.at)
        )


def _seer(
    one: Statement,
    who: Reader,
    rosters: dict[str, Roster],
    grants: list[Grant],
    at: datetime,
    is_peer: bool,
) -> Seer:
    facts = facts_of(one)
    standing = standing_in(rosters, who.org, at)
    belongs = standing.groups | {span.group for span in standing.spans}
    granted = opened_to(grants, names_of(who.org, belongs), at)
    reader = replace(who, groups=standing.groups, spans=standing.spans, granted=granted)
    roles = tuple(
        role for role in ROLES if role in CEILINGS and decision(replace(reader, role=role))(facts)
    )
    through = tuple(
        name.removeprefix(PREFIX)
        for name in one.rel_to
        if name.startswith(PREFIX) and who.org in _members(rosters, name, at)
    )
    return Seer(
        organisation=who.org,
        sees=bool(roles),
        why=_why(one, reader, through) if roles else _why_not(one, through),
        groups=through,
        roles=roles,
        gets="record" if roles else "nothing",
        peer=is_peer,
    )


def _why(one: Statement, reader: Reader, through: Iterable[str]) -> str:
    reasons = {
        "its_own": reader.org == one.origin,
        "everybody": one.tlp == "CLEAR",
        "named": reader.org in one.rel_to,
        "granted": (one.origin, one.id) in reader.granted,
        "by_group": bool(tuple(through)),
    }
    return next((why for why, holds in reasons.items() if holds), "kept")


def _why_not(one: Statement, through: Iterable[str]) -> str:
    if not facts_of(one).marking.understood:
        return "caveat"
    if tuple(through):
        return "before_joining"
    return "not_released"


def _members(rosters: dict[str, Roster], name: str, at: date | datetime) -> Iterable[str]:
    roster = rosters.get(name.removeprefix(PREFIX))
    return () if roster is None else roster.members_on(at)


def _digest(shown: Preview) -> str:
    """What a person agrees to: who sees what, and why; not who merely has a card here."""
    said = msgspec.to_builtins(shown)
    said["seers"] = [
        [one.organisation, one.why, list(one.groups), list(one.roles)]
        for one in shown.seers
        if one.sees
    ]
    said.pop("digest", None)
    return sha256(rfc8785.dumps(said)).hexdigest()
