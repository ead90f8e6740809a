"""What may come: the months behind and ahead, and the likelihood on its scale."""

import numpy as np

from tocsin.briefs import wording
from tocsin.briefs.contents import Prospect
from tocsin.briefs.facts import Fact, Months
from tocsin.briefs.grounds import Grounds
from tocsin.briefs.reckoning import QUARTER
from tocsin.briefs.sourcing import FORECAST
from tocsin.briefs.timeline import MONTHS_SHOWN, Bar, Timeline, fan_of
from tocsin.tables.months import month_of


def timeline_of(grounds: Grounds) -> Timeline:
    last, history = grounds.window.last, grounds.history
    bars = tuple(
        Bar(month, history.deaths(month, month), history.events(month, month))
        for month in range(last - MONTHS_SHOWN + 1, last + 1)
    )
    outlook = grounds.outlook()
    fan = baseline = None
    if outlook is not None:
        fan = fan_of(outlook.draws, outlook.origin_month, grounds.until)
        if outlook.baseline_draws is not None:
            baseline = fan_of(outlook.baseline_draws, outlook.origin_month, grounds.until)
    mean = grounds.mean_quarter().value
    return Timeline(
        bars=bars,
        as_of=grounds.inputs.as_of,
        until=grounds.until if fan else month_of(grounds.inputs.as_of),
        fan=fan,
        baseline=baseline,
        mean=None if mean is None else mean / QUARTER,
    )


def months_ahead(grounds: Grounds) -> Months | None:
    """The three months after the as-of month, if the forecast reaches them."""
    outlook = grounds.outlook()
    first = month_of(grounds.inputs.as_of) + 1
    if outlook is None or outlook.origin_month + len(outlook.draws) < first + QUARTER - 1:
        return None
    return Months(first, first + QUARTER - 1)


def prospect_of(grounds: Grounds, level: Fact, ahead: Months) -> Prospect:
    outlook = grounds.outlook()
    assert outlook is not None
    span = (ahead.first, ahead.last)
    sums = outlook.sums(*span)

    def told(id_: str, value: float, unit: str) -> Fact:
        return grounds.fact(id_, value, unit, span, sources=(FORECAST,))

    probability = told("probability.exceeds", float(np.mean(sums > level.known)), "probability")
    half = (
        told("forecast.quarter.q25", float(np.quantile(sums, 0.25)), "deaths"),
        told("forecast.quarter.q75", float(np.quantile(sums, 0.75)), "deaths"),
    )
    baseline = None
    if outlook.baseline_draws is not None:
        chance = float(np.mean(outlook.sums(*span, baseline=True) > level.known))
        baseline = told("probability.exceeds.baseline", chance, "probability")
    scores = None
    if outlook.skill:
        tested = (outlook.skill.month_from, outlook.skill.month_to)
        scores = tuple(
            grounds.fact(id_, value, unit, tested, sources=(FORECAST,))
            for id_, value, unit in (
                ("crps.model", outlook.skill.model_crps, "score"),
                ("crps.baseline", outlook.skill.baseline_crps, "score"),
                ("crps.origins", outlook.skill.origins, "origins"),
            )
        )
    lines = wording.coming_sentences(probability, level, ahead, half, baseline)
    return Prospect(probability, baseline, tuple(lines), wording.confidence(outlook, scores))  # type: ignore[arg-type]
