"""Who may know: a record's preview, partners and groups, requests, and what is not confirmed."""

from typing import Any

from tocsin.web.room.asking import Asked


def sharing(asked: Asked) -> dict[str, Any]:
    """Partners, groups and requests as they stand now; the house's own business only."""
    from tocsin.workflow import exchange_status, granting, membership

    own = asked.is_own
    standings = exchange_status.exchange_status() if own else []
    return {
        "title": asked.say("Sharing"),
        "standings": standings,
        "unconfirmed": [(one, each) for one in standings for each in one.unconfirmed],
        "groups": membership.shown_groups() if own else [],
        "requests": granting.requests(asked.reader) if own else [],
    }


def preview(asked: Asked, name: str) -> dict[str, Any]:
    """Who will see a record as it is marked now, why, and what each of them gets."""
    from tocsin.workflow import releasing

    shown = releasing.preview(name, asked.reader)
    return {
        "title": asked.say("Who will see it"),
        "shown": shown,
        "seeing": [one for one in shown.seers if one.sees],
        "others": [one for one in shown.seers if not one.sees],
    }
