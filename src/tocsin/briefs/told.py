"""The brief as JSON: every number with its source, and the text of the page."""

import json

from tocsin.briefs.contents import Brief, Tie
from tocsin.briefs.facts import Fact, Line, Run
from tocsin.briefs.page import Page
from tocsin.tables.months import month_text

SCHEMA = "tocsin-brief/1"


def to_json(page: Page) -> bytes:
    """The page as JSON, keys in a fixed order, so that the same brief has the same bytes."""
    return (json.dumps(brief_as_json(page), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def brief_as_json(page: Page) -> dict[str, object]:
    """Plain values: place, date, sentences, facts, totals that tie, sources."""
    brief, lang = page.brief, page.lang
    return {
        "schema": SCHEMA,
        "lang": lang,
        "place": {
            "unit_id": brief.place.unit_id,
            "level": brief.place.level,
            "name": brief.place.names.in_(lang),
        },
        "as_of": brief.as_of.isoformat(),
        "last_known_month": month_text(brief.window.last),
        "reconstruction": brief.reconstruction,
        "exercise": brief.exercise,
        "tlp": brief.tlp,
        "headline": brief.headline.plain(lang),
        "standfirst": [line.plain(lang) for line in brief.standfirst],
        "sentences": {
            "coming": ["".join(run.text for run in runs) for runs in page.coming],
            "unseen": [line.plain(lang) for line in brief.unseen],
        },
        "facts": [fact.to_json() for fact in facts_of(brief)],
        "totals": [_tie(tie) for tie in brief.ties],
        "sources": [
            {
                "key": source.key,
                "number": page.numbers[source.key],
                "text": source.line.plain(lang),
                "url": source.url,
                **source.details,
            }
            for source in brief.sources
        ],
    }


def facts_of(brief: Brief) -> list[Fact]:
    """Every fact of the brief once, in the order of the page and then of the charts."""
    lines: list[Line] = [brief.headline, *brief.standfirst]
    facts: list[Fact] = [fact for line in lines for fact in line.facts()]
    facts += [brief.count, brief.events]
    for row in brief.comparisons:
        facts += [*row.label.facts(), row.change]
    for area in brief.areas:
        facts += [area.deaths, *([area.change] if area.change else [])]
    if brief.fighting:
        facts += brief.fighting.title.facts()
        for contest in brief.fighting.rows:
            facts += [contest.counted, *([contest.beside] if contest.beside else [])]
    if brief.prospect:
        facts += [fact for line in brief.prospect.lines for fact in line.facts()]
        facts += brief.prospect.confidence.facts()
    facts += [fact for line in brief.unseen for fact in line.facts()]
    for tie in brief.ties:
        facts += [tie.total, tie.parts, tie.unallocated]
    facts += brief.series
    facts += [fact for source in brief.sources for fact in source.line.facts()]
    return list({fact.id: fact for fact in reversed(facts)}.values())[::-1]


def order_of_numbers(page: Page) -> list[str]:
    """Ids of the facts in the order in which a reader of the page meets them."""
    groups: list[list[Run]] = [page.headline, *page.standfirst, page.count, page.count_note]
    groups += [runs for row in page.comparisons for runs in row]
    groups += [runs for row in page.areas for runs in (row.deaths, row.change)]
    groups += [page.fighting_title]
    groups += [runs for row in page.fighting for runs in (row.counted, row.beside)]
    groups += [*page.coming, *page.unseen]
    return [run.fact.id for runs in groups for run in runs if run.fact]


def _tie(tie: Tie) -> dict[str, object]:
    first, last = tie.months.first, tie.months.last
    return {
        "months": [month_text(first), month_text(last)],
        "total": tie.total.to_json(),
        "parts": tie.parts.to_json(),
        "unallocated": tie.unallocated.to_json(),
    }
