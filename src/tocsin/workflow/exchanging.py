"""Statements between nodes: out through a view, in with their originator's trusted signature."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import msgspec

from tocsin.dossiers import dossier_folder, read_dossier, shipped_dossiers
from tocsin.ledger.exchange import (
    lines_in,
    placed_statements,
    require_genuine,
    statements_of_file,
    to_lines,
)
from tocsin.ledger.trusting import (
    TrustedKey,
    require_speaks_for,
    require_trusted,
    trusted_keys,
)
from tocsin.tables.kinds import NodeKey
from tocsin.tables.months import parse_day
from tocsin.tables.statements import Statement
from tocsin.workflow.record_keeping import Entered, open_ledger, reader_named, write_entries

PACKAGE = "tocsin"  # whose record the shipped dossiers are


def import_statements(path: Path, on_step: Callable[[int], object] | None = None) -> Entered:
    """Take in a JSON Lines export: seals are checked, what is already there is left alone.

    The whole file is read once before anything is written: each line must be signed by a key
    that is trusted here and speaks for its originator. What a partner passes on of a shipped
    dossier is taken in if this version ships it too, else left out and counted. `on_step` hears
    of each line twice: once it is checked, and once it is safe.

    Raises
    ------
    UnreadableFile, TableError or CheckFailed, naming the line.  IdentityConflict.
    """
    ledger = open_ledger(to_write=True)
    trusted = trusted_keys(ledger)
    entered = Entered()
    hear = on_step or (lambda _: None)
    for where, one in placed_statements(path, {}):
        key = require_trusted(one, trusted, ledger, where)
        require_genuine(one, bytes.fromhex(key.public), where)
        if _is_of_the_package(one, key):
            entered.left_out += not _comes_with_the_package(one)
        else:
            require_speaks_for(one, key, where)
        hear(1)
    coming = (
        one
        for one in statements_of_file(path, {})
        if not _is_of_the_package(one, trusted[one.signature.partition(":")[0]])
        or _comes_with_the_package(one)
    )
    write_entries(coming, entered, on_step)
    return entered


def lines_of(path: Path) -> int:
    """How many lines a file has: how long taking it in will be."""
    return lines_in(path)


def _is_of_the_package(statement: Statement, key: TrustedKey) -> bool:
    """Whether a partner passes on what a shipped dossier says: nobody's key speaks for those."""
    return statement.origin == PACKAGE and not key.own


def _comes_with_the_package(statement: Statement) -> bool:
    """Whether this very statement stands in a dossier that came with this version."""
    blank = msgspec.structs.replace(
        statement, salt="", hash="", signature="", recorded_at=None, derived_from=()
    )
    return _shipped().get(statement.id) == blank


@cache
def _shipped() -> dict[str, Statement]:
    return {
        one.id: one
        for name in shipped_dossiers()
        for one in read_dossier(dossier_folder(name)).statements
    }


def export_statements(
    out: Path | None, reader: str = "", as_of: str = "", kind: str = "", subject: str = ""
) -> Iterator[bytes]:
    """Every statement the reader may see as lines of JSON, corrections and retractions too.

    Whom this node trusts is not among them. With `out` the lines go to that file, whole or not at
    all, and nothing is given back.
    """
    seen = open_ledger().view(reader_named(reader), parse_day(as_of) if as_of else None)
    told = seen.each(kind or None, subject or None)
    lines = to_lines(one for one in told if one.kind != NodeKey.kind)  # trust is each node's own
    if out is None:
        return lines
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(out.name + ".new")
    with draft.open("wb") as file:
        file.writelines(lines)
    draft.replace(out)
    return iter(())
