"""Levels, clocks and likelihoods as the pages draw them: word, number, shape, then colour."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tocsin.language import Lang, day, number
from tocsin.tables.kinds.warnings import LEVELS
from tocsin.tables.when import surely_from
from tocsin.web.room.asking import Asked

STEPS = ("issued", "acknowledged", "decided", "responded", "closed")
SOON = 6  # hours left, from which on a clock is set in bold
FACE = 24  # hours that fill the whole face of a clock


@dataclass(frozen=True)
class LevelMark:
    """A level: its shape, its word, and its place among the four."""

    shape: str
    word: str
    rank: str


@dataclass(frozen=True)
class ClockMark:
    """Time left, or time over: a word and a face."""

    state: str  # over, soon, done or nothing
    word: str
    hand: str = ""


def measured(value: float, lang: Lang) -> str:
    """A value in as many digits as it needs, six at most.

    >>> measured(0.25, "fr"), measured(1728.0, "en")
    ('0,25', '1,728')
    """
    decimals = len(f"{value:g}".partition("e")[0].partition(".")[2])
    return number(value, lang, decimals)


def level_mark(level: str, opening: bool, asked: Asked) -> LevelMark:
    """How a level is drawn; an opening for talks has an arrow and no rank."""
    if opening:
        return LevelMark("opening", asked.say("opening").capitalize(), asked.say("an occasion"))
    place = LEVELS.index(level) + 1
    rank = asked.say("{place} of {count}", place=place, count=len(LEVELS))
    return LevelMark(level, asked.say(level).capitalize(), rank)


def clock_mark(due: datetime | None, asked: Asked) -> ClockMark | None:
    """How long until a deadline, or by how much it is over; None where nobody is waited for."""
    if due is None:
        return None
    hours = (due - asked.moment).total_seconds() / 3600
    told = span(abs(hours), asked)
    if hours < 0:
        return ClockMark("over", asked.say("over by {span}", span=told))
    state = "soon" if hours <= SOON else ""
    return ClockMark(state, asked.say("{span} left", span=told), _hand(min(hours / FACE, 0.999)))


def span(hours: float, asked: Asked) -> str:
    """A time in the two largest units that it has: 2 h 40, 1 d 14 h."""
    minutes = round(hours * 60)
    days, rest = divmod(minutes, 24 * 60)
    whole, odd = divmod(rest, 60)
    if days:
        return asked.say("{days} d {hours} h", days=days, hours=whole)
    if whole:
        return asked.say("{hours} h {minutes:02d}", hours=whole, minutes=odd)
    return asked.say("{minutes} min", minutes=odd)


def _hand(share: float) -> str:
    """The part of a clock's face that is left, from the top and clockwise."""
    angle = 2 * math.pi * share
    x, y = 10 + 7.2 * math.sin(angle), 10 - 7.2 * math.cos(angle)
    return f"M10 10V2.8A7.2 7.2 0 {int(share > 0.5)} 1 {x:.1f} {y:.1f}Z"


def day_words(text: str | None, lang: Lang, year: bool = True) -> str:
    """A date of the record, which may be a month or a year, in words; empty for none."""
    from tocsin.knowledge.sentences import dated

    if not text:
        return ""
    if len(text) > 10 or not year:
        moment = surely_from(text)
        return day(date(moment.year, moment.month, moment.day), lang, year=year)
    return dated(text, lang)


def window_words(one: Mapping[str, Any], lang: Lang) -> str:
    """From when to when a warning holds."""
    return " – ".join(day_words(one[each][:10], lang) for each in ("window_from", "window_to"))


def steps_done(state: str) -> int:
    """How many of the five steps a warning has taken.

    >>> steps_done("issued"), steps_done("responded"), steps_done("draft")
    (1, 4, 0)
    """
    if state in ("expired", "superseded"):
        return len(STEPS)
    return STEPS.index(state) + 1 if state in STEPS else 0
