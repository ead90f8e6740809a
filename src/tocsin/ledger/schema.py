"""The tables of the ledger, the same on SQLite and PostgreSQL. Migrations make them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0004"  # the newest migration

# Text compares by its bytes on both databases, so that answers come in the same order.
PlainText = Text().with_variant(Text(collation="C"), "postgresql")
METADATA = MetaData()

META = Table(
    "meta",
    METADATA,
    Column("name", PlainText, primary_key=True),
    Column("value", PlainText, nullable=False),
)

KEYS = Table(
    "keys",
    METADATA,
    Column("key_id", PlainText, primary_key=True),
    Column("public", LargeBinary, nullable=False),
    Column("owner", PlainText, nullable=False),
    Column("added", BigInteger, nullable=False),  # microseconds since 1970, UTC, as all moments
)

# Few markings, many statements: policy is decided once for each marking.
MARKINGS = Table(
    "markings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("origin", PlainText, nullable=False),
    Column("tlp", PlainText, nullable=False),
    Column("pap", PlainText, nullable=False),
    Column("rel_to", PlainText, nullable=False),  # sorted names, one a line
    Column("caveats", PlainText, nullable=False),
    Column("understood", Boolean, nullable=False),
    UniqueConstraint("origin", "tlp", "pap", "rel_to", "caveats"),
)
RELEASES = Table(
    "releases",
    METADATA,
    Column("marking", ForeignKey("markings.id"), primary_key=True),
    Column("name", PlainText, primary_key=True),
    Index("releases_by_name", "name", "marking"),
)

# `content` is the canonical JSON that was hashed and signed; every other column but `seq`,
# `recorded` and `derived_from` is worked out from it, and `verify` works it out again.
STATEMENTS = Table(
    "statements",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # the leaf's index
    Column("id", PlainText, nullable=False, unique=True),
    Column("kind", PlainText, nullable=False),
    Column("subject", PlainText, nullable=False),
    Column("known", BigInteger, nullable=False),
    Column("valid_from", BigInteger),
    Column("valid_to", BigInteger),
    Column("recorded", BigInteger, nullable=False),
    Column("marking", ForeignKey("markings.id"), nullable=False),
    Column("replaces", PlainText),
    Column("derived_from", PlainText, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("signature", PlainText, nullable=False),
    Column("leaf", LargeBinary, nullable=False),  # of the Merkle log
    Column("folded", PlainText),
    Column("content", LargeBinary),
    # What the body says of where it lies, each between line ends: `\nMLI.gao\n`.
    Column("areas", PlainText, nullable=False, server_default=""),
    Index("statements_by_subject", "subject", "known"),
    Index("statements_by_kind", "kind", "known"),
    Index("statements_by_replaced", "replaces"),
)

HEADS = Table(
    "heads",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("signature", PlainText, nullable=False),
)

PURGES = Table(
    "purges",
    METADATA,
    Column("statement", PlainText, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("by", PlainText, nullable=False),  # id of the signed purge statement
)

# Peer streams: one log for each peer of what it was sent (direction out) or sent here (in).
STREAMS = Table(
    "streams",
    METADATA,
    Column("id", PlainText, primary_key=True),
    Column("peer", PlainText, nullable=False),
    Column("direction", PlainText, nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),  # leaves without a gap
    Column("frontier", LargeBinary, nullable=False),  # of those
    Column("confirmed", BigInteger, nullable=False),  # how far the peer says that it holds it
)
STREAM_ITEMS = Table(
    "stream_items",
    METADATA,
    Column("stream", PlainText, primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("statement", PlainText, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Index("stream_items_by_statement", "statement", "stream"),
)
STREAM_BUNDLES = Table(
    "stream_bundles",
    METADATA,
    Column("id", PlainText, primary_key=True),
    Column("stream", PlainText, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("handled", BigInteger, nullable=False),
    Column("label", LargeBinary, nullable=False),  # as signed, with its signature
    Index("stream_bundles_by_size", "stream", "size"),
)
STREAM_FINDINGS = Table(
    "stream_findings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("stream", PlainText, nullable=False),
    Column("peer", PlainText, nullable=False),
    Column("found", BigInteger, nullable=False),
    Column("problem", PlainText, nullable=False),
    Column("evidence", PlainText, nullable=False),
)
