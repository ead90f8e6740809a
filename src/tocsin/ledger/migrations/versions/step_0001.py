"""The log, its heads, markings and public keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", TEXT, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("key_id", TEXT, primary_key=True),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "markings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("tlp", TEXT, nullable=False),
        sa.Column("pap", TEXT, nullable=False),
        sa.Column("rel_to", TEXT, nullable=False),
        sa.Column("caveats", TEXT, nullable=False),
        sa.Column("understood", sa.Boolean, nullable=False),
        sa.UniqueConstraint("origin", "tlp", "pap", "rel_to", "caveats"),
    )
    op.create_table(
        "releases",
        sa.Column("marking", sa.Integer, sa.ForeignKey("markings.id"), primary_key=True),
        sa.Column("name", TEXT, primary_key=True),
    )
    op.create_index("releases_by_name", "releases", ["name", "marking"])
    op.create_table(
        "statements",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("known", sa.BigInteger, nullable=False),
        sa.Column("valid_from", sa.BigInteger),
        sa.Column("valid_to", sa.BigInteger),
        sa.Column("recorded", sa.BigInteger, nullable=False),
        sa.Column("marking", sa.Integer, sa.ForeignKey("markings.id"), nullable=False),
        sa.Column("replaces", TEXT),
        sa.Column("derived_from", TEXT, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("signature", TEXT, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("folded", TEXT),
        sa.Column("content", sa.LargeBinary),
    )
    op.create_index("statements_by_subject", "statements", ["subject", "known"])
    op.create_index("statements_by_kind", "statements", ["kind", "known"])
    op.create_index("statements_by_replaced", "statements", ["replaces"])
    op.create_table(
        "heads",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("recorded", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("signature", TEXT, nullable=False),
    )
