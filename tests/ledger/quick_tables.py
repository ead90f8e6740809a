"""The tables of a new SQLite ledger, copied from the first that the migrations made in this run.

Alembic loads and runs every step anew for each store: 40 ms, and most tests begin with a store.
Stores on PostgreSQL, earlier ones and every store of another process run the steps themselves, as
`test_migrations.py` does; it also holds what is copied against what the steps make.
"""

from sqlalchemy import Connection

from tocsin.ledger import engine
from tocsin.ledger.schema import HEAD

BY_ALEMBIC = engine._run_migrations
_lines: list[str] = []


def run_migrations(connection: Connection, to: str) -> None:
    """What the migrations do, said again line by line where the store is new."""
    if connection.dialect.name != "sqlite" or to != HEAD or lines_of(connection):
        BY_ALEMBIC(connection, to)
    elif _lines:
        for line in _lines:
            connection.exec_driver_sql(line)
    else:
        BY_ALEMBIC(connection, to)
        tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (name,) in connection.exec_driver_sql(tables).all():
            rows = connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar()
            assert rows == (name == "alembic_version"), f"copy the rows of {name} as well"
        _lines.extend(lines_of(connection))
        _lines.append(f"INSERT INTO alembic_version (version_num) VALUES ('{HEAD}')")


def lines_of(connection: Connection) -> list[str]:
    """How the tables, indices and triggers of a store were made, the oldest first."""
    made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    return [line for (line,) in connection.exec_driver_sql(made).all()]
