"""What the ledger says about itself: withdrawals, purges, keys."""

from typing import Annotated, ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body, Line, Slug
from tocsin.tables.when import When


class Retraction(Body, frozen=True, kw_only=True):
    """The originator withdraws a statement (named in the envelope's `retracts`)."""

    kind: ClassVar[str] = "retraction"

    reason: Line


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person's signed word for a purge, checkable by anybody who holds the purge."""

    by: Slug  # a handle, never a name
    public: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]  # the person's key
    enrolled_at: When  # since when this node knows that key
    at: When
    signature: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}$")]

    def signed_bytes(self, statement: str, digest: str, reason: str) -> bytes:
        """What the person signed: which statement, why, who and when."""
        parts = ("tocsin purge v1", statement, digest, reason, self.by, self.enrolled_at, self.at)
        return "\n".join(parts).encode()


class Purge(Body, frozen=True, kw_only=True):
    """Two persons destroyed a statement's content; its hash stays. Reasons hold no content."""

    kind: ClassVar[str] = "purge"

    statement: Slug
    hash: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    approved_by: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=2)]
    approvals: tuple[Approval, ...] = ()  # their signed words
    reason: Literal["names_a_person", "endangers_a_person", "unlawful", "entered_by_mistake"]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(set(self.approved_by)) < 2:
            raise ValueError("a purge needs two different persons - at `$.approved_by`")


class NodeKey(Body, frozen=True, kw_only=True):
    """Whose signatures this node accepts: a partner's public key, trusted or no longer."""

    kind: ClassVar[str] = "node_key"

    organisation: Slug
    public: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]  # Ed25519, hexadecimal
    status: Literal["trusted", "withdrawn"]
    note: Line | None = None
