"""Products that leave by themselves: `schedule.yml` in the store, written by hand.

    products:
      monday: {product: sitrep, area: MLI, period: week, every: week, weekday: mon, at: "06:00",
               to: [chief-mail], lang: fr, tlp: AMBER}
      daily:  {product: flash, area: MLI, every: day, at: "05:30", to: [duty-phone, partner]}

`to` names channels of channels.yml. A channel with a `reader` gets what that organisation's peers
may see; the others what `reader` here may see (by default the node's own analyst). A product is as
of the end of the day before it leaves. A product that could not leave is tried again until the
next one is due, which overtakes it.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

import msgspec

from tocsin.errors import SettingsError
from tocsin.sharing.channels import Channel, Channels
from tocsin.tables.bodies import Slug

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
_SEE = "See docs/how-to/make-products.md for every field."


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One product that leaves by itself, how often, at which hour (UTC), and to whom."""

    product: Slug
    area: Slug
    to: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1)]
    every: Literal["day", "week", "month"] = "week"
    weekday: Weekday = "mon"  # for every week
    at: Annotated[str, _CLOCK] = "06:00"
    period: str = ""
    case: str = ""
    lang: Literal["fr", "en"] = "fr"
    tlp: Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = "AMBER"
    reader: str = ""
    reconstruct: bool = False
    formats: Annotated[tuple[Literal["pdf", "docx", "html", "json"], ...],
                       msgspec.Meta(min_length=1)] = ("pdf",)  # fmt: skip


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `schedule.yml` says."""

    products: dict[Slug, Entry] = {}


def parse_schedule(content: bytes, channels: Channels, where: str = "schedule.yml") -> Schedule:
    """A schedule from YAML.

    Raises
    ------
    SettingsError, naming the field, for what cannot be read, and for a channel that is not there
    or that cannot carry a page.
    """
    try:
        found = msgspec.yaml.decode(content or b"{}", type=Schedule)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise SettingsError(
            "this is not a schedule: {problem}",
            where=where,
            remedy=_SEE,
            problem=" ".join(str(error).split()),
        ) from None
    for name, entry in found.products.items():
        for to in entry.to:
            _require_fit(channels.named(to), entry, f"{where}, {name}.to")
    return found


def _require_fit(channel: Channel, entry: Entry, where: str) -> None:
    if channel.kind == "webhook" or channel.form == "cap":
        raise SettingsError(
            "a product goes by mail or into a folder, not by a {kind} channel of form {form}",
            where=where,
            remedy=_SEE,
            kind=channel.kind,
            form=channel.form,
        )
    if channel.form == "sms" and entry.product != "flash":
        raise SettingsError(
            "only a flash fits a telephone", where=where, remedy="Name a mail channel, or a flash."
        )


def slot_of(entry: Entry, now: datetime) -> datetime:
    """The last moment up to `now` at which an entry was due.

    >>> one = Entry("sitrep", "MLI", ("x",), every="week", weekday="mon", at="06:00")
    >>> slot_of(one, datetime(2023, 7, 5, 12, tzinfo=UTC)).isoformat()
    '2023-07-03T06:00:00+00:00'
    """
    hour, minute = (int(part) for part in entry.at.split(":"))
    moment = datetime.combine(now.astimezone(UTC).date(), time(hour, minute), UTC)
    if moment > now:
        moment -= timedelta(days=1)
    if entry.every == "week":
        moment -= timedelta(days=(moment.weekday() - WEEKDAYS.index(entry.weekday)) % 7)
    elif entry.every == "month":
        moment = moment.replace(day=1)
    return moment


def day_told(slot: datetime) -> date:
    """The day of which a product is as of: the last that was over when it left."""
    return slot.date() - timedelta(days=1)


EXAMPLE = """\
# Products that leave by themselves, to channels of channels.yml. Hours are UTC.
# Des produits qui partent d’eux-mêmes, vers des canaux de channels.yml. Les heures sont en UTC.

products:
  monday: {product: sitrep, area: MLI, period: week, every: week, weekday: mon, at: "06:00", to: [chief-mail], lang: fr, tlp: AMBER}
  daily: {product: flash, area: MLI, every: day, at: "05:30", to: [duty-mail], lang: fr}
"""  # noqa: E501
