"""Nothing is updated or deleted, by the database's own word; the one exception is a purge."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEPT = ("statements", "heads", "markings", "releases", "keys", "purges")
SAME = ("seq", "id", "recorded", "marking", "derived_from", "hash", "signature", "leaf")


def upgrade() -> None:
    op.create_table(
        "purges",
        sa.Column("statement", TEXT, primary_key=True),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("by", TEXT, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _is_a_purge(same: str) -> str:
    """The one change that is allowed: a purged statement's content goes, all else stays."""
    unchanged = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in SAME)
    purged = "SELECT 1 FROM purges p WHERE p.statement = OLD.id AND p.hash = OLD.hash"
    emptied = "NEW.content IS NULL AND NEW.folded IS NULL AND NEW.subject = ''"
    return f"({unchanged} AND {emptied} AND EXISTS ({purged}))"


def _guard_sqlite() -> None:
    stop = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for table in KEPT:
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {stop}")
        when = f"WHEN NOT {_is_a_purge('IS')} " if table == "statements" else ""
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when}{stop}")


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION tocsin_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
    )
    op.execute(
        "CREATE FUNCTION tocsin_only_purge() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT {_is_a_purge('IS NOT DISTINCT FROM')} THEN "
        "RAISE EXCEPTION 'the ledger is append-only'; END IF; RETURN NEW; END $$"
    )
    for table in KEPT:
        guard = "tocsin_only_purge" if table == "statements" else "tocsin_append_only"
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tocsin_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard}()"
        )
