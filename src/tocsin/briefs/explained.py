"""A forecast explained in words and one chart: the same sentences for the terminal and the page."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from tocsin.briefs.drawing import Drawing
from tocsin.briefs.forecast_pages import page, table
from tocsin.briefs.timeline import LEVELS, MONTHS_SHOWN, Bar, Fan, Timeline, draw_timeline
from tocsin.geo import EXERCISE
from tocsin.language import Lang, month, number, percent, text, typeset
from tocsin.models.explaining import Explanation
from tocsin.tables.months import first_day, last_day, parse_month

_HEAD = 22.0  # points above a chart of an exercise, for the words that say so
# What each component is, for people.
COMPONENTS = {
    "own_history": "its own last twelve months",
    "own_half_year": "its own last six months",
    "own_two_years": "its own last two years",
    "nearest_analogs": "the nearest past situations",
    "forest_analogs": "past situations that a forest cannot tell from this one",
    "neighbours": "the last year of the nine cells about it",
    "forest_ratio": "past situations of cells, lifted to its level",
    "forest_half": "past situations of cells, lifted by half",
    "forest_count": "past situations of cells, as they were",
}
STATES = {
    "never": "no deaths in five years, here or around",
    "near": "deaths around, none here in five years",
    "quiet": "no deaths in a year",
    "low": "few deaths",
    "war": "war",
    "heavy": "heavy war",
    "cell_far": "no deaths in years, here or near",
    "cell_beside": "deaths near, none here in a year",
    "cell_quiet": "fewer than one death in five months",
    "cell_low": "less than one death a month",
    "cell_war": "one to ten deaths a month",
    "cell_heavy": "ten deaths a month or more",
}


def draw_chart(told: Explanation, draws: np.ndarray, baseline: np.ndarray, lang: Lang) -> Drawing:
    """Two years of counts, the forecast and the baseline.

    Parameters
    ----------
    draws, baseline : (H, S) arrays, over the explanation's horizons
    """
    months = tuple(told.origin + step for step in told.horizons)
    shown = told.recent[-MONTHS_SHOWN:]
    bars = tuple(
        Bar(told.origin - len(shown) + 1 + place, None if value is None else int(value), None)
        for place, value in enumerate(shown)
    )
    timeline = Timeline(
        bars=bars,
        as_of=last_day(told.origin),
        until=months[-1],
        fan=Fan(months, np.quantile(draws, LEVELS, axis=1).T),
        baseline=Fan(months, np.quantile(baseline, LEVELS, axis=1).T),
        mean=None,
    )
    return draw_timeline(timeline, lang, 560.0, 230.0)


def is_invented(found: Mapping[str, Any]) -> bool:
    """Whether an explanation is about the invented country."""
    return str(found["unit"]).partition(".")[0] == EXERCISE.iso3


def chart_alone(chart: Drawing, lang: Lang, *, exercise: bool) -> str:
    """The chart as a file of its own, which says at its head that it is an exercise."""
    if not exercise:
        return chart.for_document()
    said = _say("EXERCISE: the counts are invented.", lang)
    marked = Drawing(chart.width, chart.height + _HEAD, f"{said} {chart.label}")
    marked.letters("strong", 4, 15, said)
    marked.marks += [f'<g transform="translate(0 {_HEAD:g})">', *chart.marks, "</g>"]
    return marked.for_document()


def headline(found: Mapping[str, Any], lang: Lang) -> str:
    """What is explained; of the invented country it says first that it is an exercise."""
    told = _say("{name}: the forecast of {target} from data to {origin}", lang).format(
        name=found["name"], target=found["target"], origin=_month(found["origin"], lang)
    )
    mark = _say("EXERCISE: the counts are invented.", lang)
    return f"{mark} {told}" if is_invented(found) else told


def outlook(found: Mapping[str, Any], lang: Lang) -> str:
    """The forecast itself, over all its months."""
    low, _, median, _, high = found["total"]
    return _say(
        "{first} to {last}: median {median} deaths; nine times in ten between {low} and {high}. "
        "State at the origin: {state}.",
        lang,
    ).format(
        first=_month(found["months"][0], lang),
        last=_month(found["months"][-1], lang),
        median=number(median, lang),
        low=number(low, lang),
        high=number(high, lang),
        state=_say(STATES.get(found["state"], found["state"]), lang),
    )


def components_table(found: Mapping[str, Any], lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Head and rows: each component, its share by group of horizons, the deaths it foresees."""
    months = [_say("months {group}", lang).format(group=group) for group in found["groups"]]
    head = [_say("drawn from", lang), *months, _say("deaths it alone foresees", lang)]
    rows = [
        [
            _say(COMPONENTS.get(part["name"], part["name"]), lang),
            *(percent(100 * share, lang) for share in part["shares"]),
            number(part["mean"], lang),
        ]
        for part in found["components"]
    ]
    return head, rows


def situations_table(found: Mapping[str, Any], lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Head and rows: the past situations that weigh most."""
    names = ("where", "when", "weight", "deaths in the year before", "what followed", "here")
    rows = [
        [
            one["name"],
            _span(one["first_month"], one["last_month"], lang),
            percent(100 * one["weight"], lang, 1),
            number(one["before"], lang),
            number(sum(one["followed"]), lang),
            number(one["here"], lang),
        ]
        for one in found["situations"]
    ]
    return [_say(name, lang) for name in names], rows


def situations_note(found: Mapping[str, Any], lang: Lang) -> str:
    """How much of the forecast past situations account for, and what the columns mean."""
    return _say(
        "{share} of the draws follow one of {count} past situations. What followed: deaths over "
        "the {months} months foreseen, there and then; here: the same at the level of today.",
        lang,
    ).format(
        share=percent(100 * found["leaning"], lang),
        count=number(found["situations_in_all"], lang),
        months=len(found["months"]),
    )


def change_lines(found: Mapping[str, Any], lang: Lang) -> list[str]:
    """What has changed since the forecast before, one sentence each."""
    change = found["change"]
    if change is None:
        return [_say("There is no earlier forecast of it to compare with.", lang)]
    lines = [_counted_line(one, lang) for one in change["counted"]]
    if change["then"]:
        lines.append(
            _say(
                "{first} to {last}: median {then} foreseen then, {now} now; nine times in ten "
                "{low_then} to {high_then} then, {low_now} to {high_now} now.",
                lang,
            ).format(
                first=_month(change["first"], lang),
                last=_month(change["last"], lang),
                then=number(change["then"][2], lang),
                now=number(change["now"][2], lang),
                low_then=number(change["then"][0], lang),
                high_then=number(change["then"][4], lang),
                low_now=number(change["now"][0], lang),
                high_now=number(change["now"][4], lang),
            )
        )
    if change["state_then"] != change["state_now"]:
        then, now = (_say(STATES[change[name]], lang) for name in ("state_then", "state_now"))
        lines.append(
            _say("Its state was “{then}” and is “{now}”.", lang).format(then=then, now=now)
        )
    if change["revised"]:
        newest = change["revised"][-1]
        lines.append(
            _say(
                "{count} months had been counted otherwise; the newest is {month}: {then} then, "
                "{now} now.",
                lang,
            ).format(
                count=number(len(change["revised"]), lang),
                month=_month(newest["month"], lang),
                then=_known(newest["then"], lang),
                now=_known(newest["now"], lang),
            )
        )
    return lines


def change_title(found: Mapping[str, Any], lang: Lang) -> str:
    """Since when."""
    change = found["change"]
    if change is None:
        return _say("What changed", lang)
    return _say("What changed since the forecast from data to {origin}", lang).format(
        origin=_month(change["origin_then"], lang)
    )


def render_explanation(found: Mapping[str, Any], chart: Drawing, lang: Lang) -> str:
    """The explanation as one self-contained page."""
    parts = [
        f'<p class="lead">{escape(outlook(found, lang))}</p>',
        f"<figure>{chart.for_page()}</figure>",
        f"<h2>{escape(_say('What it is drawn from', lang))}</h2>",
        table(*components_table(found, lang), words=1),
    ]
    if found["situations"]:
        parts += [
            f"<h2>{escape(_say('The past situations that weigh most', lang))}</h2>",
            f"<p>{escape(situations_note(found, lang))}</p>",
            table(*situations_table(found, lang), words=2),
        ]
    lines = "".join(f"<li>{escape(line)}</li>" for line in change_lines(found, lang))
    parts += [f"<h2>{escape(change_title(found, lang))}</h2>", f"<ul>{lines}</ul>"]
    parts.append(f'<p class="note">{escape(provenance(found, lang))}</p>')
    return page(headline(found, lang), parts, lang)


def provenance(found: Mapping[str, Any], lang: Lang) -> str:
    """Which forecast this is."""
    if found["issue"]:
        said = _say("Issue {issue}, by {model}.", lang)
    else:
        said = _say("Not issued: made anew by {model}, as of {as_of}.", lang)
    said = said.format(issue=found["issue"], model=found["model"], as_of=found["as_of"])
    if found["reconstruct"]:
        said += " " + _say(
            "Reconstruction: later releases, cut at what could have been known.", lang
        )
    return said


def _counted_line(one: Mapping[str, Any], lang: Lang) -> str:
    low, _, median, _, high = one["foreseen"]
    fields = {
        "month": _month(one["month"], lang),
        "deaths": number(one["deaths"], lang),
        "median": number(median, lang),
        "low": number(low, lang),
        "high": number(high, lang),
    }
    if low <= one["deaths"] <= high:
        said = "{month}: {deaths} counted; {median} had been foreseen ({low} to {high})."
    else:
        said = "{month}: {deaths} counted, outside the {low} to {high} that had been foreseen."
    return _say(said, lang).format(**fields)


def _known(value: float | None, lang: Lang) -> str:
    return _say("unknown", lang) if value is None else number(value, lang)


def _month(iso: str, lang: Lang, short: bool = False) -> str:
    return month(first_day(parse_month(iso)), lang, short=short)


def _span(first: str, last: str, lang: Lang) -> str:
    start = _month(first, lang, short=True)
    return start if first == last else f"{start} – {_month(last, lang, short=True)}"


def _say(template: str, lang: Lang) -> str:
    return typeset(text(template, lang), lang)


def lines_of(head: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> list[str]:
    """A table for the terminal: the first `words` columns to the left, numbers to the right."""
    every = [head, *rows]
    widths = [max(len(row[place]) for row in every) for place in range(len(head))]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in every
    ]
