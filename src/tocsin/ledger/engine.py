"""Connections to SQLite or PostgreSQL: pragmas, the write lock, schema upgrades, plain errors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy import text as sql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from tocsin.errors import SettingsError, StoreBusy, StoreDamaged, StoreError, StoreFull, ToolMissing
from tocsin.ledger.filtering import know_markings
from tocsin.ledger.locked import connect, driver_for
from tocsin.ledger.schema import HEAD

WAL_PAGES = 8000  # 32 MB: a long write copies a page that it touches often only now and then
_DRIVERS = ("sqlite3", "sqlcipher3.dbapi2", "psycopg")
_WRITE_LOCK = 0x746F6373696E  # "tocsin": one writer at a time on PostgreSQL


def open_engine(where: str | Path) -> Engine:
    """An engine for a SQLite file (a path) or a PostgreSQL address (`postgresql://…`).

    Raises
    ------
    SettingsError, if the address is neither.  ToolMissing, if psycopg is not installed.
    """
    if isinstance(where, Path):
        return _open_sqlite(where)
    if not where.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise SettingsError(
            "TOCSIN_LEDGER is {given!r}",
            remedy="Set it to postgresql://USER@HOST/DATABASE, or leave it out for SQLite.",
            given=where.partition("@")[2] or where,
        )
    return _open_postgresql(where)


def _open_sqlite(path: Path) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFull(
            "cannot write to {folder}: {problem}",
            remedy="Free some room, or point TOCSIN_HOME elsewhere.",
            folder=path.parent,
            problem=error.strerror,
        ) from None
    engine = create_engine(
        f"sqlite:///{path.as_posix()}",
        module=driver_for(path),
        creator=partial(connect, path),
        max_overflow=-1,  # a question within a question never waits for a connection
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # what was acknowledged survives a power cut
            "foreign_keys=ON",
            "secure_delete=ON",  # freed pages are overwritten
            "trusted_schema=OFF",
            f"wal_autocheckpoint={WAL_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        know_markings(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("tocsin_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_postgresql(where: str) -> Engine:
    url = make_url(where).set(drivername="postgresql+psycopg")
    try:
        return create_engine(
            url, pool_pre_ping=True, connect_args={"connect_timeout": 10}, max_overflow=-1
        )
    except ModuleNotFoundError:
        raise ToolMissing(
            "PostgreSQL needs the package psycopg",
            remedy="Install it: pip install 'tocsin[postgres]'",
        ) from None


@contextmanager
def reading(engine: Engine, *, steady: bool = False) -> Iterator[Connection]:
    """A connection in one read transaction; `steady`: all its queries see the same moment."""
    with plain_errors(), engine.connect() as connection:
        if steady and engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """The only write transaction of the moment; commits on success, leaves nothing otherwise."""
    with plain_errors(), engine.connect() as plain:
        connection = plain.execution_options(tocsin_writes=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})"))
            yield connection


@contextmanager
def plain_errors() -> Iterator[None]:
    """A database's complaint, by SQLAlchemy or the driver itself, in the house's words."""
    try:
        yield
    except DBAPIError as error:
        raise _in_plain_words(error.orig, isinstance(error, OperationalError)) from None
    except Exception as error:
        kinds = {one.__name__ for one in type(error).__mro__ if one.__module__ in _DRIVERS}
        if "Error" not in kinds:
            raise
        raise _in_plain_words(error, "OperationalError" in kinds) from None


def _in_plain_words(error: BaseException | None, operational: bool) -> StoreError:
    said = str(error)
    first = (said.splitlines() or [""])[0]
    if not operational:
        return StoreDamaged(
            "the ledger's database refused: {problem}",
            remedy="Run: tocsin ledger verify",
            problem=first,
        )
    if "locked" in said or "busy" in said:
        return StoreBusy(
            "another process is writing to the ledger", remedy="Wait a moment and try again."
        )
    if "full" in said or "readonly" in said or "unable to open" in said:
        return StoreFull(
            "the ledger cannot be written: {problem}",
            remedy="Free some room, or check who may write to the store.",
            problem=first,
        )
    return StoreError(
        "the ledger's database does not answer: {problem}",
        remedy="Check that it runs, and the setting TOCSIN_LEDGER.",
        problem=first,
    )


def schema_version(connection: Connection) -> str | None:
    """The store's migration, or None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sql("SELECT version_num FROM alembic_version")).scalar()


def refuse_newer(found: str | None) -> None:
    """Refuse a store that a newer Tocsin has written.

    Raises
    ------
    StoreError.
    """
    if found is not None and found > HEAD:
        raise StoreError(
            "the ledger was written by a newer Tocsin (step {found})",
            remedy="Update Tocsin, or go back: docs/how-to/upgrade-and-roll-back.md",
            found=found,
        )


def upgrade(
    engine: Engine, to: str = HEAD, before: Callable[[Connection], object] | None = None
) -> None:
    """Bring the store's tables up to date; does nothing if they are.

    before : what is done in the same transaction before anything changes, such as a copy

    Raises
    ------
    StoreError, if a newer Tocsin has written the store.
    """
    with reading(engine) as connection:
        if schema_version(connection) == to:
            return
    with writing(engine) as connection:
        found = schema_version(connection)
        refuse_newer(found)
        if found != to:
            if before is not None:
                before(connection)
            _run_migrations(connection, to)


def _run_migrations(connection: Connection, to: str) -> None:
    # Only a new or an old store pays for loading Alembic.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
