"""The events of a place, one by one, each with the release and the reports it is taken from."""

from typing import Any

from tocsin.language import number, plural
from tocsin.web.room.area_months import listed, mapped
from tocsin.web.room.asking import Asked
from tocsin.web.room.keeping import lake_edition

MOST = 600  # the newest; more would be no page


def events(asked: Asked, name: str) -> dict[str, Any]:
    """The events that the map shows, as a table, the newest first."""
    day = asked.day.isoformat()
    ground, _ = mapped(name, day, lake_edition())
    found = listed(name, day, lake_edition())
    place = ground.names.in_(asked.lang)
    kinds = {
        "sb": asked.say("a state is a side"), "ns": asked.say("between groups"),
        "os": asked.say("against civilians"),
    }  # fmt: skip
    headline = plural(
        len(found), "{place}: one event is listed", "{place}: {count} events are listed", asked.lang
    )
    return {
        "title": place,
        "place": place,
        "back": asked.to(f"/areas/{name}"),
        "headline": asked.say(headline, place=place, count=number(len(found), asked.lang)),
        "listed": [_row(one, kinds, asked) for one in reversed(found[-MOST:])],
    }


def _row(one: Any, kinds: dict[str, str], asked: Asked) -> dict[str, str]:
    first, last = one.first.isoformat(), one.last.isoformat()
    low, high = one.low, one.high
    known = low is not None and high is not None
    return {
        "id": one.event_id,
        "days": first if first == last else f"{first} – {last}",
        "place": one.place,
        "kind": kinds.get(one.violence, one.violence),
        "best": number(one.best, asked.lang),
        "range": f"{number(low, asked.lang)} – {number(high, asked.lang)}" if known else "",
        "sides": " – ".join(one.sides),
        "snapshot": one.snapshot,
        "reports": one.reports,
    }
