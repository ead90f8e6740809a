"""The ledger's part of the workflow: who is asking, what goes in, what comes out, what is proved.

`workflow` tells the whole story; these are the steps that open the vault and the ledger. They
take plain values and give back plain results.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from tocsin.dossiers.bulk import read_bulk
from tocsin.errors import NotEnoughData, TocsinError, UsageError
from tocsin.lake.node import DEFAULT_ORGANISATION, read_node
from tocsin.ledger import Ledger, Signer
from tocsin.ledger.exchange import as_entered, statements_of_file
from tocsin.ledger.heads import Head, Witness
from tocsin.ledger.identity import BLANK_ID
from tocsin.ledger.kept_open import KeptOpen
from tocsin.ledger.reading import StoreView
from tocsin.ledger.store import EXERCISE_MARK
from tocsin.ledger.verifying import Verification, as_plain, verify
from tocsin.policy import Reader, handle, marking_of, parse_reader
from tocsin.policy.markings import NARROWER, PUBLIC
from tocsin.policy.passing import require_inherits
from tocsin.settings import read_settings
from tocsin.tables.kinds import HOUSE_KINDS
from tocsin.tables.months import parse_day
from tocsin.tables.statements import Statement, statement_from_fields
from tocsin.vault import FIRST_NODE_KEY, Vault, node_secret
from tocsin.workflow.arriving import is_exercise_store
from tocsin.workflow.record_place import is_there, record_place, vault_of

_KEPT_OPEN: KeptOpen | None = None
WRITERS = ("analyst", "verifier", "duty-officer", "release-authority", "decision-maker")


def own_organisation() -> str:
    """The node's organisation, as the ledger writes it."""
    node = read_node(read_settings().home)
    return handle(node.organisation if node else DEFAULT_ORGANISATION)


def reader_named(text: str = "") -> Reader:
    """The reader that `--reader ORG[:ROLE]` names; by default the node's own analyst.

    It has the groups to which its organisation belongs now, as this node knows them: whatever is
    asked for, rights are those of the day of reading.
    """
    asked = parse_reader(text or own_organisation())
    settings = read_settings()
    if not is_there(settings):
        return asked  # asking for a ledger would make one
    from tocsin.ledger.membership import with_rights

    ledger = open_ledger()
    try:
        return with_rights(ledger, asked, datetime.now(UTC))
    finally:
        ledger.close()


def open_vault() -> Vault:
    """The node's vault, where the settings say."""
    return vault_of(read_settings())


def open_ledger(*, to_write: bool = False) -> Ledger:
    """The node's ledger; `to_write` opens the vault for its signing key."""
    settings = read_settings()
    where = record_place(settings)
    signer = _signer() if to_write else None
    witness = settings.home / "vault" / "witness.json"
    opened = Ledger if _KEPT_OPEN is None else _KEPT_OPEN.ledger
    return opened(where, own_organisation(), signer, witness, exercise=is_exercise_store())


def keep_databases_open() -> KeptOpen:
    """From now on this process opens each database once, as a server does."""
    global _KEPT_OPEN  # noqa: PLW0603 (one process, one set of open databases)
    if _KEPT_OPEN is None:
        _KEPT_OPEN = KeptOpen()
    return _KEPT_OPEN


def _signer() -> Signer:
    vault = open_vault()
    return Signer(node_secret(vault), vault.secret(FIRST_NODE_KEY))


def view(reader: str = "", as_of: str = "", recorded: str = "") -> StoreView:
    """What a reader may see, known by the end of `as_of`, written by the end of `recorded`."""
    return open_ledger().view(reader_named(reader), _day(as_of), _day(recorded))


@dataclass
class Entered:
    """What became of statements that were handed in."""

    added: int = 0
    known: int = 0
    left_out: int = 0  # of a shipped dossier, in an edition that this version does not have
    problems: list[TocsinError] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


def add_statements(
    paths: Iterable[Path], reader: str = "", on_step: Callable[[int], object] | None = None
) -> Entered:
    """Write the statements of YAML and JSON Lines files; nothing is written if one is wrong.

    Entries that leave out id, origin, author or markings get the writer's. The same file twice
    changes nothing.

    Raises
    ------
    UsageError, if the role does not write, or an entry speaks for another organisation.
    """
    entered = Entered()
    found = checked_statements(paths, reader, entered)
    if not entered.problems:
        write_entries(found, entered, on_step)
    return entered


def checked_statements(paths: Iterable[Path], reader: str, entered: Entered) -> list[Statement]:
    """The statements of files as they would be written; what is wrong goes to `entered.problems`.

    Raises
    ------
    As `add_statements`.
    """
    writer = _writer(reader)
    defaults = {"id": BLANK_ID, "origin": writer.org, "author": writer.role}
    found: list[Statement] = []
    for path in paths:
        found += _statements_in(path, defaults, entered)
    if not entered.problems:
        _require_sound_entries(found, writer)
    return found


def add_statement(fields: dict[str, Any], reader: str = "") -> Entered:
    """Write one statement from its fields, as `add_statements` does.

    Nobody is shown who will read it: what a person enters goes through `widening`.
    """
    entered = Entered()
    write_entries([checked_statement(fields, reader)], entered, None)
    return entered


def checked_statement(fields: dict[str, Any], reader: str = "") -> Statement:
    """One statement as it would be written; as `checked_statements`."""
    writer = _writer(reader)
    defaults = {"id": BLANK_ID, "origin": writer.org, "author": writer.role}
    one = statement_from_fields(defaults | fields)
    _require_sound_entries([one], writer)
    return one


def retract(statement_id: str, reason: str, reader: str = "") -> Entered:
    """Withdraw a statement of one's own organisation; it stays in the history."""
    writer = _writer(reader)
    target = open_ledger().view(writer).named(statement_id)
    return add_statement(
        {
            "kind": "retraction",
            "subject": target.subject,
            "known_at": _today(),
            "source": target.source,
            "retracts": target.id,
            "tlp": target.tlp,
            "pap": target.pap,
            "rel_to": list(target.rel_to),
            "caveats": list(target.caveats),
            "body": {"reason": reason},
        },
        reader,
    )


def annotation_fields(
    statement_id: str,
    said: Mapping[str, object],
    source: str,
    known: str = "",
    more: Mapping[str, object] | None = None,
    reader: str = "",
) -> dict[str, Any]:
    """A remark on a statement that one can read, whoever it is from; it stays as it is.

    said : `text` in one language or two, and `stance`.  The remark is marked as narrowly as the
    node's default unless `more` says otherwise, and never more openly than what it is about.

    Raises
    ------
    UnknownName, if there is no such statement for this reader.  UsageError, if the remark would
    be seen by more than may see the statement.
    """
    writer = _writer(reader)
    target = open_ledger().view(writer).named(statement_id)
    fields = dict(more or {})
    asked = str(fields.get("tlp", target.tlp))
    wider = asked in NARROWER and NARROWER.index(asked) < NARROWER.index(target.tlp)
    others = fields.get("rel_to") and target.tlp != PUBLIC and target.origin != writer.org
    if wider or others:
        raise UsageError(
            "a remark may not be seen by more than may see what it is about",
            remedy="Leave tlp and rel_to out, or choose a narrower marking.",
        )
    return {
        "kind": "annotation",
        "subject": target.subject,
        "known_at": known or _today(),
        "source": source,
        "body": {"about": target.id, **said},
        **fields,
    }


def verify_ledger(
    *, signatures: bool = True, against: Path | None = None, processes: int | None = None
) -> Verification:
    """Check every statement, its seals and the log; `against` is a head the auditor kept."""
    kept = None if against is None else kept_head(against)
    return verify(open_ledger(), signatures=signatures, against=kept, processes=processes)


def verification_as_plain(verification: Verification) -> dict[str, Any]:
    """The auditor's result, for JSON."""
    return as_plain(verification)


def head_as_json() -> str:
    """The newest signed head of the log, for the auditor.

    Raises
    ------
    NotEnoughData, if nothing has been written yet.
    """
    head = open_ledger().head()
    if head is None:
        raise NotEnoughData(
            "the ledger is empty", remedy="Write a statement first: tocsin ledger add FILE"
        )
    return msgspec.json.encode(head).decode()


def house_reader(text: str, role: str = "") -> Reader:
    """One of the house's own, in a role if one is named.

    Raises
    ------
    UsageError, for anybody else, before anything is looked up.
    """
    asking = reader_named(text)
    if asking.org != own_organisation() or asking.role != (role or asking.role):
        raise UsageError(
            "this is for {own}’s own people alone",
            remedy="Leave --reader out, or name {own}:{role}.",
            own=own_organisation(),
            role=role or "analyst",
        )
    return asking


def kept_head(path: Path) -> Head:
    """A head of the log that an auditor kept in a file.

    Raises
    ------
    UsageError, if there is none in it.
    """
    kept = Witness(path).read()
    if kept is None:
        raise UsageError(
            "no head of the log is in {path}",
            remedy="Write one with: tocsin ledger head --out FILE",
            path=path,
        )
    return kept


def _writer(text: str) -> Reader:
    writer = reader_named(text)
    if writer.role not in WRITERS:
        raise UsageError(
            "the role {role} does not write statements",
            remedy="Roles that write: {roles}.",
            role=writer.role,
            roles=", ".join(WRITERS),
        )
    if writer.org != own_organisation():
        raise UsageError(
            "this node writes for {own}, not for {other}",
            remedy="Leave --reader out, or name a role of {own}.",
            own=own_organisation(),
            other=writer.org,
        )
    return writer


def _require_sound_entries(statements: Iterable[Statement], writer: Reader) -> None:
    """Entries speak for the writer's organisation, and replace only what it said before."""
    held = list(statements)
    ids = {one.id for one in held}
    seen = open_ledger().view(writer)
    for one in held:
        if one.derived_from:
            parents = [marking_of(seen.statement(each)) for each in one.derived_from]
            require_inherits(marking_of(one), parents, one.subject)
        if EXERCISE_MARK in one.caveats and not is_exercise_store():
            raise UsageError(
                "a record of an exercise does not enter a real store",
                where=one.subject,
                remedy="Keep exercises in stores of their own: TOCSIN_HOME.",
            )
        if one.kind in HOUSE_KINDS:
            raise UsageError(
                "the kind {kind} is not entered by hand",
                where=one.subject,
                remedy="It is written by: tocsin ledger trust, tocsin ledger purge.",
                kind=one.kind,
            )
        if one.origin != writer.org:
            raise UsageError(
                "an entry speaks for {origin}",
                where=one.subject,
                remedy="Enter it under your own name, with {origin} as its source; "
                "or take in what {origin} signed: tocsin ledger import FILE.",
                origin=one.origin,
            )
        target = one.supersedes or one.retracts
        if target is not None and target not in ids:
            replaced = seen.statement(target)
            if replaced.kind in HOUSE_KINDS:
                raise UsageError(
                    "a statement of the kind {kind} is not corrected or retracted",
                    where=one.subject,
                    remedy="It is written by: tocsin ledger trust, tocsin ledger purge.",
                    kind=replaced.kind,
                )
            if replaced.origin != one.origin:
                raise UsageError(
                    "only {origin} may correct or retract the statement {id}",
                    where=one.subject,
                    remedy="Contest it: tocsin ledger annotate ID --stance contests",
                    origin=replaced.origin,
                    id=target,
                )


def _statements_in(path: Path, defaults: dict[str, str], entered: Entered) -> list[Statement]:
    """The statements of one file; what is wrong with it is added to `entered.problems`."""
    try:
        if path.suffix in (".jsonl", ".json", ".ndjson"):
            return list(statements_of_file(path, defaults))
        statements, problems = read_bulk(path, defaults)
    except TocsinError as error:
        entered.problems.append(error)
        return []
    entered.problems += [problem.error() for problem in problems]
    return statements


def write_entries(
    statements: Iterable[Statement], entered: Entered, on_step: Callable[[int], object] | None
) -> None:
    """Write statements, and count in `entered` what became of them."""
    ledger = open_ledger(to_write=True)
    done = ledger.append((as_entered(one, ledger.signer) for one in statements), on_batch=on_step)
    entered.added += len(done.added)
    entered.known += len(done.known)
    entered.ids += done.added


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
