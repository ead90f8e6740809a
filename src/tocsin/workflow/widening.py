"""What is written for others than one's own house: shown first, agreed to, then written.

Whoever writes for the house alone meets nothing of this. A statement that somebody else may read
is written only once a person has agreed, by its digest, to the preview of that very one; many at
once have one preview, by marking. A withdrawal asks for none: it protects, and goes to those alone
who hold what it withdraws.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import rfc8785

from tocsin.errors import NotLookedAt, UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.exchange import as_entered
from tocsin.ledger.picking import standing
from tocsin.policy import Marking, marking_of, require_sound
from tocsin.policy.markings import PUBLIC
from tocsin.tables.statements import LOCAL, Statement, statement_to_json
from tocsin.workflow.record_keeping import (
    Entered,
    annotation_fields,
    checked_statement,
    checked_statements,
    open_ledger,
    own_organisation,
    write_entries,
)
from tocsin.workflow.releasing import Partners, Seer, content_shown, require_look

STAMPED = ("known_at",)  # what the clock fills in: nobody agrees to a second


class Reach(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One organisation, and how many of the statements it will see."""

    organisation: str
    sees: int
    why: str
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    peer: bool = False


class Marked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Statements that are marked alike: how many, of which kinds, and who will see them."""

    tlp: str
    pap: str
    rel_to: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    count: int
    kinds: dict[str, int]
    seers: tuple[Reach, ...]
    unknown: tuple[str, ...] = ()  # groups in rel_to without a member that this node knows


class Widening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What would be written that others may read: by marking, how much and who."""

    total: int  # statements in all; those beyond the marked ones stay in the house
    marked: tuple[Marked, ...]
    content: str = ""  # what each of those who see it gets, where it is one statement
    digest: str

    @property
    def wide(self) -> int:
        """How many of them somebody else may read."""
        return sum(one.count for one in self.marked)


def is_wide(one: Statement, own: str) -> bool:
    """Whether somebody outside one's own organisation may come to read a statement.

    >>> from tocsin.tables.kinds import Alias
    >>> one = Statement(
    ...     id="01890a5d-ac96-774b-bcce-b302099a8057", kind="alias", subject="actor:x",
    ...     known_at="2023-07", source="x", origin="north", author="analyst", body=Alias(name="X"),
    ... )
    >>> is_wide(one, "north"), is_wide(msgspec.structs.replace(one, rel_to=("east",)), "north")
    (False, True)
    """
    return one.tlp == PUBLIC or any(name != own for name in one.rel_to)


def require_looked_at(
    ledger: Ledger, statements: Sequence[Statement], agreed: str, stamped: Iterable[str] = ()
) -> None:
    """Check that somebody agreed to the preview of these, if others than the house may read them.

    agreed : the preview's digest, at least its first twelve characters
    stamped : fields that the clock fills in, which are left out of the digest

    Raises
    ------
    NotLookedAt, with the preview, if nobody agreed.  CheckFailed, if it is not the one that was
    agreed to.  UsageError, for a RED statement: that takes two persons, by `share release`.
    """
    wide = [one for one in statements if is_wide(one, ledger.org)]
    if not wide:
        return
    if any(one.tlp == "RED" for one in wide):
        raise UsageError(
            "a RED record takes two persons to release",
            remedy="Enter it without rel_to, then: tocsin share release ID --to NAMES",
        )
    shown = _widening_of(ledger, wide, len(statements), tuple(stamped))
    require_look(shown, agreed)


def preview_in(error: NotLookedAt) -> Widening:
    """The preview that somebody must look at first."""
    shown = error.fields["preview"]
    assert isinstance(shown, Widening)
    return shown


def enter_files(
    paths: Iterable[Path],
    reader: str = "",
    on_step: Callable[[int], object] | None = None,
    agreed: str = "",
) -> Entered:
    """Write the statements of files, as `add_statements`, after one preview of the whole batch."""
    entered = Entered()
    found = checked_statements(paths, reader, entered)
    if not entered.problems:
        require_looked_at(open_ledger(), fresh(found), agreed)
        write_entries(found, entered, on_step)
    return entered


def fresh(found: Sequence[Statement]) -> list[Statement]:
    """What is not there yet: the same file twice changes nothing, and asks nothing.

    Nothing, if none of it is for others.
    """
    own = own_organisation()
    wide = [one for one in found if is_wide(one, own)]
    if not wide:
        return []
    ledger = open_ledger(to_write=True)
    names = [as_entered(one, ledger.signer).id for one in found]
    there = standing(ledger, names)
    return [one for one, name in zip(found, names, strict=True) if name not in there]


def enter_statement(fields: dict[str, Any], reader: str = "", agreed: str = "") -> Entered:
    """Write one statement from its fields, after its preview."""
    return _enter(checked_statement(fields, reader), agreed)


def enter_annotation(
    statement_id: str,
    said: dict[str, object],
    source: str,
    known: str = "",
    more: dict[str, object] | None = None,
    reader: str = "",
    agreed: str = "",
) -> Entered:
    """Remark on a statement, as `record_keeping.annotate`, after the remark's preview."""
    fields = annotation_fields(statement_id, said, source, known, more, reader)
    return _enter(checked_statement(fields, reader), agreed, () if known else STAMPED)


def _enter(one: Statement, agreed: str, stamped: Iterable[str] = ()) -> Entered:
    entered = Entered()
    require_looked_at(open_ledger(), fresh([one]), agreed, stamped)
    write_entries([one], entered, None)
    return entered


def _widening_of(
    ledger: Ledger, wide: Sequence[Statement], total: int, stamped: tuple[str, ...]
) -> Widening:
    partners = Partners.of(ledger, datetime.now(UTC))
    groups: dict[Marking, list[Statement]] = defaultdict(list)
    said = sha256()
    for one in wide:
        groups[require_sound(marking_of(one), one.subject)].append(one)
        said.update(_said(one, stamped) + b"\n")
    shown = Widening(
        total=total,
        marked=tuple(
            marked_alike(partners, held) for _, held in sorted(groups.items(), key=_openness)
        ),
        content=content_shown(wide[0]) if len(wide) == 1 else "",
        digest="",
    )
    return msgspec.structs.replace(shown, digest=_digest(shown, said.hexdigest()))


def _openness(group: tuple[Marking, list[Statement]]) -> tuple[str, ...]:
    one = group[1][0]
    return (one.tlp, one.pap, *one.rel_to, "", *one.caveats)


def marked_alike(partners: Partners, held: list[Statement]) -> Marked:
    """Statements of one marking; who sees them may hang on when each became known."""
    count: Counter[str] = Counter()
    seen: dict[str, Seer] = {}
    for same in _by_day(held):
        for seer in partners.seers(same[0]):
            if seer.sees or seer.organisation not in seen:
                seen[seer.organisation] = seer
            count[seer.organisation] += len(same) if seer.sees else 0
    one = held[0]
    return Marked(
        tlp=one.tlp,
        pap=one.pap,
        rel_to=one.rel_to,
        caveats=one.caveats,
        count=len(held),
        kinds=dict(sorted(Counter(each.kind for each in held).items())),
        seers=tuple(
            Reach(
                organisation=name,
                sees=count[name],
                why=seer.why,
                groups=seer.groups,
                roles=seer.roles,
                peer=seer.peer,
            )
            for name, seer in seen.items()
        ),
        unknown=partners.unknown(one),
    )


def _by_day(held: Iterable[Statement]) -> Iterable[list[Statement]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for one in held:
        found[one.known_at].append(one)
    return found.values()


def _said(one: Statement, stamped: tuple[str, ...]) -> bytes:
    fields = msgspec.json.decode(statement_to_json(one, without=LOCAL))
    kept = {name: value for name, value in fields.items() if name not in stamped}
    return rfc8785.dumps(kept)


def _digest(shown: Widening, said: str) -> str:
    """What a person agrees to: who sees what, and why; not who merely has a card here."""
    audiences: list[Any] = [
        [one.tlp, one.pap, list(one.rel_to), list(one.caveats), one.count, _seeing(one.seers)]
        for one in shown.marked
    ]
    return sha256(rfc8785.dumps([said, shown.total, audiences])).hexdigest()


def _seeing(seers: Iterable[Reach]) -> list[Any]:
    return [[one.organisation, one.sees, one.why, list(one.roles)] for one in seers if one.sees]
