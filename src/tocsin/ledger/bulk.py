"""Many rows at once, past the query builder, which costs as much a row as half a signature."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from tocsin.ledger.rows import Row

_COLUMNS = ", ".join(Row._fields)
_MARKS = ", ".join("?" * len(Row._fields))
_SPAN = f"SELECT {_COLUMNS} FROM statements WHERE seq >= ? AND seq < ? ORDER BY seq"  # noqa: S608 - our own column names
_INSERT = f"INSERT INTO statements ({_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608
_COPY = f"COPY statements ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_TYPES = {  # what binary COPY must be told; the rest is text
    **dict.fromkeys(("seq", "known", "valid_from", "valid_to", "recorded"), "int8"),
    **dict.fromkeys(("hash", "leaf", "content"), "bytea"),
    "marking": "int4",
}


def write_rows(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert rows of the log, all of them or, by its transaction, none."""
    if connection.dialect.name == "sqlite":
        _driver(connection).executemany(_INSERT, rows)
        return
    with _driver(connection).cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types([_TYPES.get(name, "text") for name in Row._fields])
        for row in rows:
            copy.write_row(row)


def read_span(connection: Connection, start: int, end: int) -> list[Row]:
    """Rows of the log from leaf `start` to before `end`, in order."""
    driver = _driver(connection)
    if connection.dialect.name == "sqlite":
        found = _read_sqlite(driver, start, end)
    else:
        cursor = driver.cursor(binary=True)
        found = cursor.execute(_SPAN.replace("?", "%s"), (start, end)).fetchall()
    return list(map(Row._make, found))


def _read_sqlite(driver: Any, start: int, end: int) -> list[Any]:
    try:
        return driver.execute(_SPAN, (start, end)).fetchall()  # type: ignore[no-any-return]
    except driver.OperationalError as error:
        if "decode" not in str(error):
            raise
    # A text that is no longer UTF-8: read it all the same, so that its row can be named.
    driver.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
    try:
        return driver.execute(_SPAN, (start, end)).fetchall()  # type: ignore[no-any-return]
    finally:
        driver.text_factory = str


def _driver(connection: Connection) -> Any:
    """The driver's own connection, inside the same transaction."""
    return connection.connection.driver_connection
