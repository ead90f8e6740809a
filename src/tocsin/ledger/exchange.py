"""Statements as JSON Lines: out through a view, in with their seals checked."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from tocsin.errors import CheckFailed, UnreadableFile
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.ledger.sealing import Signer, content_of, is_signed, key_id
from tocsin.tables.statements import LOCAL, Statement, statement_from_json, statement_to_json

LINE_LIMIT = 1_000_000


def to_lines(statements: Iterable[Statement]) -> Iterator[bytes]:
    """One line of JSON a statement, without what never leaves the node."""
    for statement in statements:
        yield statement_to_json(statement, without=LOCAL) + b"\n"


def statements_of_file(path: Path, defaults: Mapping[str, object]) -> Iterator[Statement]:
    """Statements of a JSON Lines file; `defaults` fill what a line leaves out.

    Raises
    ------
    UnreadableFile or TableError, naming file, line and field.
    """
    return (statement for _, statement in placed_statements(path, defaults))


def placed_statements(
    path: Path, defaults: Mapping[str, object]
) -> Iterator[tuple[str, Statement]]:
    """Statements of a JSON Lines file, each with its file and line; as `statements_of_file`."""
    try:
        with path.open("rb") as file:
            yield from placed_lines(file, path.name, defaults)
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None


def lines_in(path: Path) -> int:
    """How many lines a file has, as far as it can be read."""
    try:
        with path.open("rb") as file:
            return sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return 0


def placed_lines(
    file: BinaryIO, name: str, defaults: Mapping[str, object]
) -> Iterator[tuple[str, Statement]]:
    """Statements of an open file of JSON Lines; blank lines and a BOM do no harm."""
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        where = f"{name}:{number}"
        if len(line) > LINE_LIMIT:
            raise UnreadableFile(
                "a line is longer than {limit} bytes",
                where=where,
                remedy="A statement is one line; check that the file is JSON Lines.",
                limit=LINE_LIMIT,
            )
        text = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
        if text:
            yield where, statement_from_json(_filled(text, defaults), where)


def _filled(line: bytes, defaults: Mapping[str, object]) -> bytes:
    if not defaults or line.startswith(b"{") is False:
        return line
    try:
        fields = msgspec.json.decode(line)
    except msgspec.MsgspecError:
        return line  # the strict reader will say what is wrong, and where
    missing = {name: value for name, value in defaults.items() if name not in fields}
    return msgspec.json.encode(missing | fields) if missing else line


def require_genuine(statement: Statement, public: bytes, where: str = "") -> None:
    """Check a statement's hash, and its signature by this public key.

    Raises
    ------
    CheckFailed, if the hash is not the content's, or the signature not the key's.
    """
    digest = sha256(content_of(statement)).digest()
    if statement.hash and statement.hash != digest.hex():
        raise CheckFailed(
            "statement {id} is not what was signed: its hash differs",
            where=where,
            remedy="Ask its sender for it again.",
            id=statement.id,
        )
    if not is_signed(statement.signature, digest, {key_id(public): public}):
        raise CheckFailed(
            "statement {id} is not signed by the key it names",
            where=where,
            remedy="Ask its sender for it again.",
            id=statement.id,
        )


def as_entered(statement: Statement, signer: Signer) -> Statement:
    """A statement ready to be written: one that came without an id gets its own."""
    return with_id(statement, signer) if statement.id == BLANK_ID else statement
