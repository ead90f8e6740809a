"""What the record says: figures, actors, agreements, calendar, cases, the mission, the timeline."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tocsin.language import plural
from tocsin.tables.months import parse_day
from tocsin.web.room.asking import Asked
from tocsin.web.room.citing import Sources
from tocsin.web.room.marking import day_words

YEAR = 365
MOST_MOMENTS = 300  # on one page, the newest first


def _question(asked: Asked) -> Any:
    return question_on(asked, "")


def question_on(asked: Asked, on: str) -> Any:
    """What the record says as of the clock: of that day in the world, or of an earlier one."""
    from tocsin.workflow.record_reading import Question

    return Question(asked.reader, asked.day.isoformat(), on)


def _words_of(asked: Asked) -> Callable[[Any], str]:
    """Words of the record in the reader's language, typeset."""
    from tocsin.language import typeset

    return lambda words: typeset(words.in_(asked.lang), asked.lang)


def page_of(asked: Asked, title: str, **more: Any) -> dict[str, Any]:
    """What every page of the record has: its title, its sources, words and days."""
    return {
        "title": title,
        "sources": Sources(asked),
        "w": _words_of(asked),
        "d": lambda text: day_words(text, asked.lang),
        **more,
    }


def figures(asked: Asked) -> dict[str, Any]:
    """Published numbers that are told differently, and what a comparison finds."""
    from tocsin.workflow import record_reading

    question = _question(asked)
    query = asked.word("q")
    found = record_reading.findings(question)
    cards = record_reading.figures(question, query) if query else []
    open_now = [one for one in found if one.severity in ("error", "warning", "question")]
    headline = plural(
        len(open_now),
        "one published number contradicts another or needs a question",
        "{count} published numbers contradict each other or need a question",
        asked.lang,
    )
    return page_of(
        asked, asked.say("Figures"), findings=found, cards=cards, query=query,
        headline=asked.say(headline, count=len(open_now)).capitalize(),
    )  # fmt: skip


def actor(asked: Asked, name: str) -> dict[str, Any]:
    """An actor on one page, with its ties drawn."""
    from markupsafe import Markup

    from tocsin.knowledge.actors import render_svg
    from tocsin.workflow import record_reading

    question = _question(asked)
    card = record_reading.actor(question, name)
    drawn = render_svg(record_reading.graph(question, card.subject), asked.lang).decode()
    return page_of(asked, card.name.in_(asked.lang), card=card, drawn=Markup(drawn))  # noqa: S704


def agreements(asked: Asked) -> dict[str, Any]:
    """Agreements, each party's standing, and what is owed."""
    from tocsin.workflow import record_reading

    question = _question(asked)
    found = record_reading.agreed(question)
    owed = record_reading.owed(question)
    overdue = [one for one in owed if one.overdue]
    return page_of(asked, asked.say("Agreements"), found=found, owed=owed, overdue=overdue)


def calendar(asked: Asked) -> dict[str, Any]:
    """What is planned, what slipped, and by how much."""
    from tocsin.workflow import record_reading

    plans = record_reading.plans(_question(asked))
    ahead = [one for one in plans if one.days is not None and one.days >= 0]
    return page_of(asked, asked.say("Calendar"), plans=plans, ahead=ahead)


def cases(asked: Asked) -> dict[str, Any]:
    """Every case as it stands."""
    from tocsin.workflow import record_reading

    return page_of(asked, asked.say("Cases"), cards=record_reading.cases(_question(asked)))


def case(asked: Asked, name: str) -> dict[str, Any]:
    """One case: its claims side by side, its evidence, its steps and clocks."""
    from tocsin.workflow import record_reading

    card = record_reading.case(_question(asked), name)
    return page_of(asked, card.title.in_(asked.lang), card=card)


def mission(asked: Asked, name: str = "MINUSMA") -> dict[str, Any]:
    """A mission: mandate, what is leaving, camps, the host's consent."""
    from tocsin.workflow import record_reading

    card = record_reading.mission(_question(asked), name)
    return page_of(asked, card.name.in_(asked.lang), card=card)


def timeline(asked: Asked) -> dict[str, Any]:
    """What happened, on whose word; of a subject where one is asked for."""
    from tocsin.workflow import record_reading

    subject = asked.word("q")
    since = asked.word("since") or (asked.day - timedelta(days=YEAR)).isoformat()
    parse_day(since)
    moments = record_reading.events_of(_question(asked), subject, since, asked.day.isoformat())
    moments = list(reversed(moments))
    return page_of(
        asked, asked.say("Timeline"), moments=moments[:MOST_MOMENTS], count=len(moments),
        subject=subject, since=since,
    )  # fmt: skip
