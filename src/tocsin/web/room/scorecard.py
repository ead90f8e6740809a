"""How good forecasts and warnings have been: what was judged and kept, never judged while asked."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tocsin.language import Lang, number, percent
from tocsin.web.room.asking import Asked
from tocsin.web.room.marking import day_words

if TYPE_CHECKING:
    from tocsin.reports.parts import Report
    from tocsin.workflow.judged import Kept


def forecasts(asked: Asked) -> dict[str, Any]:
    """Every forecast issued by the clock, and the judgements of forecasts known by then."""
    from tocsin.workflow import judged

    issued = _issued(asked)
    held = judged.evaluations(asked.day)
    chosen = _chosen(held, asked)
    report = None if chosen is None else _report(chosen, asked.lang)
    return {
        "title": asked.say("Forecasts"),
        "held": issued,
        "standings": _standings(asked),
        "num": lambda value, digits: number(value, asked.lang, digits),
        "pct": lambda share, digits=1: percent(100 * share, asked.lang, digits),
        "judged": [_line(one, _report(one, asked.lang), asked, one is chosen) for one in held],
        "report": report,
        "chosen": chosen,
        "drawn": _drawn,
        "d": lambda text: day_words(text, asked.lang),
    }


def scorecards(asked: Asked) -> dict[str, Any]:
    """How the rules would have warned, and how warnings were answered."""
    from tocsin.workflow import judged

    held = judged.scorecards_kept(asked.day)
    held.sort(key=lambda one: one.of == "responses")  # the rules first, then what became of them
    chosen = _chosen(held, asked)
    report = None if chosen is None else _report(chosen, asked.lang)
    return {
        "title": asked.say("Scorecard of warnings"),
        "judged": [_line(one, _report(one, asked.lang), asked, one is chosen) for one in held],
        "report": report,
        "chosen": chosen,
        "drawn": _drawn,
        "d": lambda text: day_words(text, asked.lang),
    }


def _issued(asked: Asked) -> list[dict[str, Any]]:
    from tocsin.language import month
    from tocsin.tables.months import first_day
    from tocsin.workflow import issuing

    held = [
        one | {"origin": month(first_day(one["origin_month"]), asked.lang)}
        for one in issuing.issued()
        if str(one["issued_at"])[:10] <= asked.day.isoformat()
    ]
    return list(reversed(held))


def _standings(asked: Asked) -> list[dict[str, Any]]:
    """The live scorecard: issued forecasts beside their baselines."""
    from tocsin.workflow import scoring

    return scoring.standings_kept(asked.day)


def _chosen(held: "list[Kept]", asked: Asked) -> "Kept | None":
    """The judgement that the address names, else the newest."""
    named = [one for one in held if one.name == asked.word("judged")]
    return next(iter(named or held), None)


def _line(one: "Kept", report: "Report", asked: Asked, shown: bool) -> dict[str, Any]:
    return {
        "subject": report.subject,
        "span": report.span,
        "area": one.area,
        "headline": report.headline,
        "as_of": one.as_of.isoformat(),
        "reconstruct": one.reconstruct,
        "shown": shown,
        "address": asked.to(asked.path, judged=one.name),
    }


def _report(one: "Kept", lang: Lang) -> "Report":
    return _laid_out(one.sort, one.name, one.made_at, lang)


@lru_cache(maxsize=32)
def _laid_out(sort: str, name: str, made_at: datetime, lang: Lang) -> "Report":
    """A judgement laid out once for each language: its file never changes."""
    from tocsin.workflow import evaluating, judged, scorecards

    del made_at
    kept = judged.named(name)
    if sort == "evaluation":
        return evaluating.report_on(kept.evaluation(), lang)
    return scorecards.report_on(kept.scorecard(), lang)


def _drawn(drawing: Any) -> Markup:
    return Markup(drawing.for_page())  # noqa: S704  (our own drawing)
