"""The duty board: what is open, by whom it is waited for, what changed, what waits for me."""

from datetime import datetime, timedelta
from typing import Any

from tocsin.language import day, likelihood_span, number, plural
from tocsin.web.room.area_record import placed, strip_folded
from tocsin.web.room.asking import Asked
from tocsin.web.room.citing import Sources
from tocsin.web.room.folding import by_urgency
from tocsin.web.room.keeping import Kept, question_of
from tocsin.web.room.marking import (
    clock_mark,
    level_mark,
    span,
    steps_done,
    window_words,
)

SHOWN = 8  # changes on the board; the rest is on its own page
LOOK_BACK = timedelta(days=31)
WEEKS, COUNTRIES = 8, 2  # of the strip: weeks, countries
ANSWER_DAYS = 90


def duty(asked: Asked) -> dict[str, Any]:
    """The values of the board."""
    lines = _lines(asked)
    since = _since(asked)
    changes, waiting = _changes(asked, since), _waiting(lines, asked)
    return {
        "title": asked.say("Duty board"),
        "headline": _headline(lines, asked),
        "lines": lines,
        "groups": by_urgency(lines, asked),
        "waiting": waiting[:SHOWN],
        "later": max(0, len(waiting) - SHOWN),
        "changes": changes[:SHOWN],
        "more": max(0, len(changes) - SHOWN),
        "sources": Sources(asked),
        "unwatched": _unwatched(asked),
        "since": _since_words(since, asked),
        "words": _clock_words(asked),
        "now": asked.moment.isoformat(),
        "weeks": WEEKS,
        "answer_days": ANSWER_DAYS,
        **_kept_an_hour(lines, asked),
    }


def _lines(asked: Asked) -> list[dict[str, Any]]:
    """What is open, the soonest due first.

    Worked out anew by the minute, and for new statements: no clock on the board is finer, and
    fifty readers who look at it do not wait for one another.
    """
    from tocsin.workflow import watchkeeping

    def made() -> dict[str, Any]:
        found = watchkeeping.duty(asked.as_of_moment, asked.reader)
        return {"lines": sorted((_line(one, asked) for one in found), key=lambda one: one["order"])}

    key = ("lines", question_of(asked), f"{asked.now:%H:%M}" if asked.live else "")
    lines: list[dict[str, Any]] = KEPT.answer(key, made)["lines"]
    return lines


def _changes(asked: Asked, since: datetime | None) -> list[dict[str, Any]]:
    """What became known, worked out anew for new statements."""
    key = ("changes", question_of(asked), since and since.date())
    found: list[dict[str, Any]] = KEPT.answer(key, lambda: {"changes": changes_of(asked, since)})[
        "changes"
    ]
    return found


def _since(asked: Asked) -> datetime | None:
    """When this reader was last here; in the past, and on a first visit, nobody can say."""
    from tocsin.workflow.answered import last_visit

    return last_visit(asked.handle, asked.now) if asked.live else None


def _since_words(since: datetime | None, asked: Asked) -> str:
    if since is None:
        return asked.say("in the month before the clock")
    return asked.say("since your last visit, {day}, {time}", day=day(since.date(), asked.lang),
                     time=f"{since:%H:%M} UTC")  # fmt: skip


def _clock_words(asked: Asked) -> dict[str, str]:
    """What the script writes on a clock as time goes by."""
    return {
        "left": asked.say("{span} left"), "over": asked.say("over by {span}"),
        "days": asked.say("{days} d {hours} h"), "hours": asked.say("{hours} h {minutes:02d}"),
        "minutes": asked.say("{minutes} min"),
    }  # fmt: skip


KEPT = Kept(64)


def _kept_an_hour(lines: list[dict[str, Any]], asked: Asked) -> dict[str, Any]:
    """Who could look, and who answers: worked out anew by the hour, and for new statements."""
    areas = tuple(dict.fromkeys(str(one["area"])[:3] for one in lines))[:COUNTRIES]
    key = (question_of(asked, *areas), asked.moment.hour)
    return KEPT.answer(key, lambda: {"strip": _strip(areas, asked), "answers": _answers(asked)})


def _strip(areas: tuple[str, ...], asked: Asked) -> tuple[list[Any], list[Any]] | None:
    """Areas by week: of the countries with an open warning, else wherever somebody reported."""
    from tocsin.workflow.covering import weeks_of

    rows = [
        row for area in areas or ("",) for row in weeks_of(asked.reader, area, WEEKS, asked.as_of)
    ]
    return strip_folded(rows, asked)


def _answers(asked: Asked) -> list[tuple[str, str]]:
    """Whether those who are told answer: each figure with its name; empty where nobody was told."""
    from tocsin.workflow.answered import answers

    found = answers(asked.as_of_moment, asked.reader, ANSWER_DAYS)
    if not found["issued"]:
        return []

    def of(part: int, whole: int) -> str:
        return asked.say("{part} of {whole}", part=number(part, asked.lang),
                         whole=number(whole, asked.lang))  # fmt: skip

    def hours(value: float | None) -> str:
        return "–" if value is None else span(value, asked)

    noted, decided = found["acknowledged"], found["decided"]
    told = [
        (asked.say("acknowledged within 24 hours"),
         of(noted["within_24_h"]["number"], noted["within_24_h"]["of"])),
        (asked.say("median time to an acknowledgement"), hours(noted["median_hours"])),
        (asked.say("decided within 72 hours"),
         of(decided["within_72_h"]["number"], decided["within_72_h"]["of"])),
        (asked.say("median time to a decision"), hours(decided["median_hours"])),
        (asked.say("with a response"), of(found["responded"], found["issued"])),
        (asked.say("no action, with a written reason"),
         number(sum(found["no_action_by_reason"].values()), asked.lang)),
        (asked.say("escalations"), number(found["escalations"], asked.lang)),
    ]  # fmt: skip
    if found["alerts_from_the_field"]:
        heard = of(found["alerts_with_feedback"], found["alerts_from_the_field"])
        told.append((asked.say("reporters who heard back"), heard))
    return told


def _line(one: dict[str, Any], asked: Asked) -> dict[str, Any]:
    word, chances = likelihood_span(one["likelihood_low"], one["likelihood_high"], asked.lang)
    clock = clock_mark(one["due"], asked)
    late = one["lapsed"] or one["escalations"] > 0
    return one | {
        "title": one[f"title_{asked.lang}"],
        "address": asked.to(f"/warnings/{one['id']}"),
        "mark": level_mark(one["level"], one["opportunity"], asked),
        "where": placed(one["area"], asked),
        "window": window_words(one, asked.lang),
        "word": word,
        "chances": " – ".join(dict.fromkeys(chances)),
        "clock": clock,
        "late": late,
        "noted": any(
            one[name] for name in (
                "escalations", "dissent", "held", "silenced_until", "undelivered", "covered_by",
            )
        ),
        "done": steps_done(one["state"]),
        "asks": asked.say("decision") if one["state"] == "acknowledged"
        else asked.say("acknowledgement"),
        "order": (one["due"] is None, str(one["due"] or "")),
    }  # fmt: skip


def _headline(lines: list[dict[str, Any]], asked: Asked) -> str:
    """The board in a sentence, with its main number."""
    if not lines:
        return asked.say("Nothing is open: nobody is waited for.")
    open_now = _counted(len(lines), "one situation is open", "{count} situations are open", asked)
    waiting = [one for one in lines if one["due"] is not None]
    if not waiting:
        return asked.say("{open}; all are decided", open=open_now)
    escalated = sum(1 for one in waiting if one["escalations"])
    if escalated:
        told = _counted(
            escalated, "one has been escalated unanswered",
            "{count} have been escalated unanswered", asked,
        )  # fmt: skip
        return asked.say("{open}; {told}", open=open_now, told=told)
    left = (waiting[0]["due"] - asked.moment).total_seconds() / 3600
    return asked.say(
        "{open}; the next answer is due in {span}", open=open_now, span=span(max(left, 0), asked)
    )


def _counted(count: int, one: str, many: str, asked: Asked) -> str:
    form = plural(count, one, many, asked.lang)
    return asked.say(form, count=number(count, asked.lang))


def _waiting(lines: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """What this role has to do, the soonest first: warnings that wait for it, then reports."""
    mine = [
        {
            "clock": one["clock"],
            "due": one["due"],
            "title": one["title"],
            "why": one["asks"],
            "address": one["address"],
        }
        for one in lines
        if one["due"] is not None and one["waits_for"] == asked.role
    ]
    mine += [
        {"clock": None, "title": one["title"], "why": asked.say("the reporter has heard nothing"),
         "address": one["address"]}
        for one in lines
        if one["feedback_owed"]
    ]  # fmt: skip
    return mine


def changes_of(asked: Asked, visited: datetime | None = None) -> list[dict[str, Any]]:
    """What became known since a visit, else in the month before the clock, the newest first."""
    from tocsin.workflow import record_reading

    question = record_reading.Question(asked.reader, asked.day.isoformat())
    # The record knows days: what came later on the day of the visit is told again.
    begun = asked.day - LOOK_BACK if visited is None else visited.date() - timedelta(days=1)
    since = begun.isoformat()
    return [
        {"on": one.on, "text": one.text.in_(asked.lang), "cited": one.cited}
        for one in reversed(record_reading.learned_since(question, since))
    ]


def _unwatched(asked: Asked) -> str:
    """A caution when nobody keeps the watch: nothing is raised, escalated or sent meanwhile."""
    from tocsin.workflow import serving

    hours = serving.hours_unwatched() if asked.live and asked.is_own else None
    if hours is None:
        return ""
    if hours < 0:
        return asked.say("Nobody has watched yet: run tocsin watch --service.")
    return asked.say(
        "Nobody has watched for {hours} hours: run tocsin watch --service.", hours=round(hours)
    )
