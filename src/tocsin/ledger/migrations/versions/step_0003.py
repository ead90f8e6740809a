"""Peer streams: what each peer was sent, what each sent here, and where they disagree.

These tables may change: a stream is the log of an exchange, not of the record. They are not in
backups; after a restore each stream begins anew, so that no peer sees a forked one.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "streams",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("peer", TEXT, nullable=False),
        sa.Column("direction", TEXT, nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("confirmed", sa.BigInteger, nullable=False),
    )
    op.create_index("streams_by_peer", "streams", ["peer", "direction", "began"])
    op.create_table(
        "stream_items",
        sa.Column("stream", TEXT, primary_key=True),
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("statement", TEXT, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
    )
    op.create_index("stream_items_by_statement", "stream_items", ["statement", "stream"])
    op.create_table(
        "stream_bundles",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("handled", sa.BigInteger, nullable=False),
        sa.Column("label", sa.LargeBinary, nullable=False),
    )
    op.create_index("stream_bundles_by_size", "stream_bundles", ["stream", "size"])
    op.create_table(
        "stream_findings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("peer", TEXT, nullable=False),
        sa.Column("found", sa.BigInteger, nullable=False),
        sa.Column("problem", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
    )
