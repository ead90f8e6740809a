"""How warnings were answered: within 24 and 72 hours, why nothing was done, who was told."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from tocsin.tables.statements import Statement
from tocsin.warning.standing import Standing, known

WITHIN = (24, 72)
Moment = Callable[[Standing], datetime | None]


def response_metrics(
    found: Iterable[Standing],
    alerts: Sequence[Statement],
    first: datetime,
    last: datetime,
    now: datetime,
) -> dict[str, Any]:
    """Figures over the warnings issued from `first` to `last`, as known at `now`.

    A share counts the warnings whose hours are over, and those that were answered within them. A
    warning that a larger one covers asks nobody, and is counted apart.

    Parameters
    ----------
    alerts : reports from the field of the same time, for the share that got an answer
    """
    held = [each for each in found if (at := issued(each)) is not None and first <= at <= last]
    asked = [each for each in held if not each.body.covered_by]
    steps: dict[str, Moment] = {
        "acknowledged": lambda each: _first(each, "acknowledgement", "decision"),
        "decided": lambda each: _first(each, "decision"),
        "answered": lambda each: _first(each, "response"),
    }
    reasons = Counter(
        str(getattr(one.body, "reason", ""))
        for each in asked
        for one in each.steps.get("decision", ())
        if getattr(one.body, "decision", "") == "no_action"
    )
    decisions = Counter(
        str(getattr(one.body, "decision", ""))
        for each in asked
        for one in each.steps.get("decision", ())[-1:]
    )
    answered = sum(bool(each.steps.get("response")) for each in asked)
    told = {
        getattr(one.body, "alert", "") for each in held for one in each.steps.get("feedback", ())
    }
    sent = [one for one in alerts if first <= known(one) <= last]
    heard = sum(one.id in told for one in sent)
    return {
        "issued": len(asked),
        "covered_by_a_larger_one": len(held) - len(asked),
        **{name: _timed(asked, step, now) for name, step in steps.items()},
        "decisions": dict(sorted(decisions.items())),
        "responded": answered,
        "response_rate": _ratio(answered, len(asked)),
        "no_action_by_reason": dict(sorted(reasons.items())),
        "escalations": sum(len(each.steps.get("escalation", ())) for each in asked),
        "alerts_from_the_field": len(sent),
        "alerts_with_feedback": heard,
        "share_with_feedback": _ratio(heard, len(sent)),
    }


def issued(held: Standing) -> datetime | None:
    """When a warning was first issued; None for a draft."""
    moments = [known(one) for one in held.versions if getattr(one.body, "state", "") == "issued"]
    return min(moments, default=None)


def median_days_to_decision(found: Iterable[Standing]) -> float | None:
    """Days from issue to the first decision, in the middle; None where nothing was decided."""
    spans = [
        (decided - at).total_seconds() / 86_400
        for each in found
        if (at := issued(each)) is not None and (decided := _first(each, "decision")) is not None
    ]
    return round(median(spans), 3) if spans else None


def _first(held: Standing, *kinds: str) -> datetime | None:
    moments = [known(one) for kind in kinds for one in held.steps.get(kind, ())]
    return min(moments, default=None)


def _timed(asked: Sequence[Standing], step: Moment, now: datetime) -> dict[str, Any]:
    spans = []
    within = {hours: [0, 0] for hours in WITHIN}
    for each in asked:
        at, done = issued(each), step(each)
        assert at is not None
        if done is not None:
            spans.append((done - at).total_seconds() / 3600)
        for hours, tally in within.items():
            limit = at + timedelta(hours=hours)
            if done is not None and done <= limit:
                tally[0] += 1
                tally[1] += 1
            elif now >= limit:
                tally[1] += 1
    return {
        "number": len(spans),
        "median_hours": round(median(spans), 2) if spans else None,
        **{
            f"within_{hours}_h": {"number": done, "of": of, "share": _ratio(done, of)}
            for hours, (done, of) in within.items()
        },
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
