"""Subscriptions: who is told of what is new, by which channel; and what was sent for them."""

from typing import Annotated, ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body, Slug
from tocsin.tables.kinds.warnings import AlertLevel
from tocsin.tables.when import When

MOST_RECORDS = 200  # in one notice


class Subscription(Body, frozen=True, kw_only=True):
    """Who wants to be told of new records, of which, by which channel, until when.

    reader : ORG:ROLE or ORG:ROLE:HANDLE; what it may see is asked anew each time that something
    leaves.  kinds, subjects (`actor:*`), areas : all that are given must fit; none is everything.
    from_level : of warnings nothing below it.
    """

    kind: ClassVar[str] = "subscription"

    reader: Slug
    channel: Slug  # its name in the node's own list
    kinds: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=100)] = ()
    subjects: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=100)] = ()
    areas: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=100)] = ()
    from_level: AlertLevel = "watch"
    lang: Literal["fr", "en"] = "fr"
    until: When | None = None


class Notice(Body, frozen=True, kw_only=True):
    """What was sent for a subscription: intended before it leaves, its outcome after.

    An intention without an outcome is an attempt during which the node died: it is made again under
    the same `message`. No address is kept here.
    """

    kind: ClassVar[str] = "subscription_notice"

    subscription: Slug
    message: Slug
    outcome: Literal["intended", "sent", "failed", "bounced", "withheld"]
    attempt: Annotated[int, msgspec.Meta(ge=1)] = 1
    records: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=MOST_RECORDS)] = ()
    detail: str = ""


SUBSCRIBING_KINDS: tuple[type[Body], ...] = (Notice, Subscription)
