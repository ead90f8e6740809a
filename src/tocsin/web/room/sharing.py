"""Who may know: a record's preview, partners and groups, requests, and what is not confirmed."""

from typing import Any

from litestar.exceptions import PermissionDeniedException

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


def forecasts(asked: Asked) -> dict[str, Any]:
    """Every forecast that was issued by the clock, the newest first: the house's own business."""
    from tocsin.language import month
    from tocsin.tables.months import first_day
    from tocsin.workflow import issuing

    held = [
        one | {"origin": month(first_day(one["origin_month"]), asked.lang)}
        for one in (issuing.issued() if asked.is_own else [])
        if str(one["issued_at"])[:10] <= asked.day.isoformat()
    ]
    return {"title": asked.say("Forecasts"), "held": list(reversed(held))}


def audit(asked: Asked) -> dict[str, Any]:
    """Whether the record is whole: seals, keys, purges; nothing of what it says."""
    from tocsin.workflow import record_keeping, safe_keeping, trusting

    if not asked.is_own:  # whose keys the house trusts, and what it destroyed
        raise PermissionDeniedException("another organisation's auditor")
    checked = record_keeping.verify_ledger(processes=1) if asked.word("check") else None
    return {
        "title": asked.say("Audit"),
        "checked": checked,
        "keys": trusting.keys_and_trust(vault_open=False),
        "purges": safe_keeping.purges_in_words(),
    }
