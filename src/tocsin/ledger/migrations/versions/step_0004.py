"""Where a statement lies stands in a column: policy asks it without reading the content."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
FIELDS = ("area", "place", "country")
SAME = ("seq", "id", "recorded", "marking", "derived_from", "hash", "signature", "leaf")
ROWS = 5000
_ALL_AT_ONCE = sql(
    "UPDATE statements SET areas = said.areas "
    "FROM unnest(CAST(:places AS bigint[]), CAST(:texts AS text[])) AS said (seq, areas) "
    "WHERE statements.seq = said.seq"
)


def upgrade() -> None:
    op.add_column("statements", sa.Column("areas", TEXT, nullable=False, server_default=""))
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TRIGGER statements_no_update")
    else:
        op.execute("ALTER TABLE statements DISABLE TRIGGER statements_no_update")
    _fill(connection)
    if is_sqlite:
        op.execute(
            "CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements WHEN NOT "
            f"{_is_a_purge('IS')} BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION tocsin_only_purge() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT {_is_a_purge('IS NOT DISTINCT FROM')} THEN "
        "RAISE EXCEPTION 'the ledger is append-only'; END IF; RETURN NEW; END $$"
    )
    op.execute("ALTER TABLE statements ENABLE TRIGGER statements_no_update")


def _fill(connection: sa.Connection) -> None:
    """The areas that each statement names, a part of the log at a time."""
    rows = sa.table("statements", *map(sa.column, ("seq", "content", "areas")))
    last = -(2**63)
    while True:
        query = sa.select(rows.c.seq, rows.c.content).where(rows.c.seq > last)
        part = connection.execute(query.order_by(rows.c.seq).limit(ROWS)).all()
        if not part:
            return
        found = [(seq, said) for seq, content in part if (said := _areas(content))]
        if found:
            _write(connection, found)
        last = part[-1][0]


def _write(connection: sa.Connection, found: list[tuple[int, str]]) -> None:
    """One statement on a server, to which every row by itself is a journey."""
    if connection.dialect.name == "sqlite":
        change = sql("UPDATE statements SET areas = :said WHERE seq = :at")
        connection.execute(change, [{"at": at, "said": said} for at, said in found])
        return
    places, texts = map(list, zip(*found, strict=True))
    connection.execute(_ALL_AT_ONCE, {"places": places, "texts": texts})


def _areas(content: bytes | None) -> str:
    try:
        body = json.loads(bytes(content or b"{}")).get("body", {})
        said = {body.get(name) for name in FIELDS}
    except (ValueError, AttributeError, TypeError):
        return ""  # not a statement: `verify` names it
    names = sorted(one for one in said if isinstance(one, str) and one and "\n" not in one)
    return "\n" + "\n".join(names) + "\n" if names else ""


def _is_a_purge(same: str) -> str:
    """The one change that is allowed: a purged statement's content goes, all else stays."""
    unchanged = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in SAME)
    purged = "SELECT 1 FROM purges p WHERE p.statement = OLD.id AND p.hash = OLD.hash"
    emptied = "NEW.content IS NULL AND NEW.folded IS NULL AND NEW.subject = '' AND NEW.areas = ''"
    return f"({unchanged} AND {emptied} AND EXISTS ({purged}))"
