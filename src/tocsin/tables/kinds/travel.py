"""What travels about what travels: peers, recalls, receipts.

`peer` is each node's own word and never leaves it. A `recall` goes wherever the record went; a
`receipt` goes back to who asked.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body, Line, Slug

PublicKey = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
AgeRecipient = Annotated[str, msgspec.Meta(pattern=r"^age1[02-9ac-hj-np-z]{58}$")]
Outcome = Literal["withdrawn", "never_held", "applied", "kept"]
Document = Annotated[str, msgspec.Meta(max_length=20_000)]


class Peer(Body, frozen=True, kw_only=True):
    """A partner's node: whose it is, its key, to which key it is written, whether it is trusted."""

    kind: ClassVar[str] = "peer"

    organisation: Slug
    public: PublicKey  # Ed25519, hexadecimal
    recipient: AgeRecipient
    status: Literal["added", "trusted", "removed"]
    anchor: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")] | None = None  # of its charter
    chain: Annotated[tuple[Document, ...], msgspec.Meta(max_length=50)] = ()  # who vouches for it
    address: Line | None = None  # where `tocsin share sync` finds it
    note: Line | None = None


class Recall(Body, frozen=True, kw_only=True):
    """The originator asks every holder to withdraw a record; nobody can be forced to."""

    kind: ClassVar[str] = "recall"

    statement: Slug
    reason: Line


class Confirmed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was done about one statement that asked for something."""

    about: Slug
    outcome: Outcome


class Receipt(Body, frozen=True, kw_only=True):
    """A holder's signed word on what it did about recalls, corrections and changes."""

    kind: ClassVar[str] = "receipt"

    to: Slug  # the organisation that sent them
    confirmed: Annotated[tuple[Confirmed, ...], msgspec.Meta(min_length=1, max_length=1000)]
