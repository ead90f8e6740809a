"""What a brief says in words. Every choice of words is a rule over numbers, written once here.

A sentence must stay true in peace, in a war that doubles, and where nobody counts.
"""

from tocsin.briefs.facts import Fact, Line, Listing, MonthName, Months, Value, Words
from tocsin.briefs.inputs import Outlook, Skill
from tocsin.language import band, elide, month, quarter, quarter_name
from tocsin.tables.months import first_day, last_day

# A change within this share of the number before is "about as many".
_STEADY = 0.2
_NAMED_AT_MOST = 3  # areas named in one sentence
_NOTABLE = 10  # deaths: between 0 and 3 there is no lull and no surge
# Below this gain in CRPS a model "barely beats" its baseline.
_EQUAL = 0.005
_BARELY = 0.05
_CLEARLY = 0.15

# The outlook by band of likelihood: (deadlier than deaths recorded, any death after none).
_OUTLOOK: dict[str, tuple[str, str]] = {
    "below": (
        "{when} has a chance of {p} of being deadlier",
        "{when} has a chance of {p} of bringing recorded deaths",
    ),
    "almost_no_chance": (
        "{when} has almost no chance ({p}) of being deadlier",
        "{when} has almost no chance ({p}) of bringing recorded deaths",
    ),
    "very_unlikely": (
        "{when} is very unlikely ({p}) to be deadlier",
        "{when} is very unlikely ({p}) to bring recorded deaths",
    ),
    "unlikely": (
        "{when} is unlikely ({p}) to be deadlier",
        "{when} is unlikely ({p}) to bring recorded deaths",
    ),
    "even_chance": (
        "{when} has an even chance ({p}) of being deadlier",
        "{when} has an even chance ({p}) of bringing recorded deaths",
    ),
    "likely": (
        "{when} is likely ({p}) to be deadlier",
        "{when} is likely ({p}) to bring recorded deaths",
    ),
    "very_likely": (
        "{when} is very likely ({p}) to be deadlier",
        "{when} is very likely ({p}) to bring recorded deaths",
    ),
    "almost_certain": (
        "{when} is almost certain ({p}) to be deadlier",
        "{when} is almost certain ({p}) to bring recorded deaths",
    ),
    "above": (
        "{when} has a chance of {p} of being deadlier",
        "{when} has a chance of {p} of bringing recorded deaths",
    ),
}


def headline(
    deaths: Fact, before: Fact, mean: Fact, probability: Fact | None, ahead: Months | None
) -> Line:
    """One sentence that a reader takes away: what was, and what may come."""
    past = _past(deaths, before, mean, probability is not None)
    if probability is None or ahead is None:
        return Line(past, {"deaths": deaths})
    found = band(probability.known)
    key = found.key if found else ("below" if probability.known < 0.5 else "above")
    outlook = _OUTLOOK[key][0 if deaths.known else 1]
    coming = Line(outlook, {"when": _when(ahead), "p": probability})
    return Line(past + ", {coming}", {"deaths": deaths, "coming": coming})


def _past(deaths: Fact, before: Fact, mean: Fact, with_outlook: bool) -> str:
    """How the last three months stand against the three before and the usual three."""
    now = deaths.known
    if not with_outlook:
        return "{deaths+} recorded in three months" if now else "No death recorded in three months"
    if not now:
        return "After three months without a recorded death"
    return _PAST[_against(now, before.value), _against(now, mean.value)]


def _against(now: float, then: float | None) -> str:
    """Lower or higher than before by more than a fifth and by ten deaths, or neither."""
    if then is None or abs(now - then) < _NOTABLE:
        return "steady"
    if now < then * (1 - _STEADY):
        return "lower"
    return "higher" if now > then * (1 + _STEADY) else "steady"


# By how the quarter stands against the one before, and against the three-year mean.
_PAST: dict[tuple[str, str], str] = {
    ("lower", "lower"): "After a lull of {deaths+} in three months",
    ("lower", "steady"): "After a fall to {deaths+} in three months",
    ("lower", "higher"): "After a fall to {deaths+} in three months",
    ("steady", "lower"): "After {deaths+} in three months",
    ("steady", "steady"): "After {deaths+} in three months",
    ("steady", "higher"): "After {deaths+} in three months",
    ("higher", "lower"): "After a rise to {deaths+} in three months",
    ("higher", "steady"): "After a rise to {deaths+} in three months",
    ("higher", "higher"): "After a surge to {deaths+} in three months",
}


def _when(ahead: Months) -> Words:
    """The quarter by its name when the calendar has one, else by its months."""
    first, last = first_day(ahead.first), last_day(ahead.last)
    named = quarter(first, last)
    if named:
        return Words(f"the {quarter_name(named, 'en')}", f"le {quarter_name(named, 'fr')}")
    return Words(
        f"the quarter from {month(first, 'en', year=False)} to {month(last, 'en', year=False)}",
        elide(
            f"le trimestre de {month(first, 'fr', year=False)} à {month(last, 'fr', year=False)}"
        ),
    )


def year_sentence(year: Fact, before: Fact) -> Line:
    """Twelve months against the twelve before."""
    fields: dict[str, Value] = {"year": year, "before": before}
    if year.value is None:
        return Line("Some of the last twelve months are unknown, so no yearly total is given.")
    if not year.value and not before.value:
        return Line("No death has been recorded in twelve months{none}.", {"none": ""})
    if before.value is None:
        return Line("{year+^} recorded in twelve months.", fields)
    return Line(
        "{year+^} recorded in twelve months, against {before} in the twelve before.", fields
    )


def share_sentence(leaders: tuple[Words, ...], share: Fact) -> Line:
    """Which areas hold most of what is tied to an area."""
    names = Listing(leaders)
    if len(leaders) == 1:
        return Line("{names} accounts for {share} of the total.", {"names": names, "share": share})
    return Line("{names} account for {share} of the total.", {"names": names, "share": share})


def country_share_sentence(share: Fact) -> Line:
    """What part of its country's deaths an area holds."""
    return Line(
        "That is {share} of the country's deaths that are tied to an area.", {"share": share}
    )


def rise_sentence(place: Words, before: Fact, now: Fact) -> Line:
    """The area whose count rose most."""
    return Line(
        "{names} rose the most, from {before} to {now}.",
        {"names": place, "before": before, "now": now},
    )


def coming_sentences(
    probability: Fact, level: Fact, ahead: Months, half: tuple[Fact, Fact], baseline: Fact | None
) -> list[Line]:
    """The likelihood in word and number, the middle half of the draws, and the baseline's view."""
    word = Fact(
        id=probability.id, value=probability.value, unit="likelihood", sources=probability.sources
    )
    opening = (
        "{when}: more than {level+} is **{p^}**; one time in two the total falls between {low} "
        "and {high}."
    )
    if not level.value:
        opening = (
            "{when}: any recorded death is **{p^}**; one time in two the total falls between {low} "
            "and {high}."
        )
    fields: dict[str, Value] = {
        "when": ahead, "level": level, "p": word, "low": half[0], "high": half[1],
    }  # fmt: skip
    lines = [Line(opening, fields)]
    if baseline is not None:
        lines.append(Line("The baseline alone gives {baseline}.", {"baseline": baseline}))
    return lines


def confidence(outlook: Outlook, facts: tuple[Fact, Fact, Fact] | None) -> Line:
    """Confidence, apart from likelihood, and what it rests on: past scores against the baseline."""
    if outlook.baseline_draws is None:
        return Line(
            "**Confidence: low.** The forecast is the baseline itself: no model has yet been "
            "shown to do better here."
        )
    if outlook.skill is None or facts is None:
        return Line("**Confidence: low.** The model has not yet been scored on past months here.")
    model, baseline, origins = facts
    fields: dict[str, Value] = {
        "model": model, "baseline": baseline, "origins": origins,
        "months": Months(outlook.skill.month_from, outlook.skill.month_to),
    }  # fmt: skip
    return Line(
        _verdict(outlook.skill) + " (CRPS {model} against {baseline}, {origins+}, {months}).",
        fields,
    )


def _verdict(skill: Skill) -> str:
    gain = 1 - skill.model_crps / skill.baseline_crps if skill.baseline_crps else 0.0
    if gain < -_EQUAL:
        return "**Confidence: low.** On past months the model did worse than its best baseline"
    if gain < _EQUAL:
        return "**Confidence: low.** On past months the model did no better than its best baseline"
    if gain < _BARELY:
        return "**Confidence: low.** On past months the model barely beat its best baseline"
    if gain < _CLEARLY:
        return "**Confidence: moderate.** On past months the model beat its best baseline"
    return "**Confidence: fair.** On past months the model clearly beat its best baseline"


def unpublished_sentence(first: int, last: int) -> Line:
    """Months that have begun but are not known yet."""
    return Line(
        "**{month}**: not yet published; the forecast starts from {origin}.",
        {"month": Months(first, last), "origin": MonthName(first - 1)},
    )


def silent_sentence(place: Words, since: int) -> Line:
    """An area where the count fell to zero: a recorded zero is not a calm that was seen."""
    return Line(
        "**{place}**: no death recorded since {since}. A zero in the count is not calm observed.",
        {"place": place, "since": Months(since, since)},
    )


def unknown_sentence(places: tuple[Words, ...], some: Fact, among: Fact) -> Line:
    """Areas that nobody's count covers: named if they are few, else counted."""
    if len(places) <= _NAMED_AT_MOST:
        return Line(
            "**{places}**: unknown. No count covers it; it is hatched and never read as zero.",
            {"places": Listing(places)},
        )
    return Line(
        "**{some} of {all} areas**: unknown. No count covers them; they are hatched and never "
        "read as zero.",
        {"some": some, "all": among},
    )


def undrawn_sentence(places: tuple[Words, ...]) -> Line:
    """Areas that are counted but have no polygon."""
    return Line(
        "**{places}**: counted, but its boundary is not held; the disc stands at its main town.",
        {"places": Listing(places)},
    )


def unallocated_sentence(unallocated: Fact, total: Fact) -> Line:
    """Deaths of the total that are tied to no area."""
    return Line(
        "{unallocated} of the {total} deaths of the quarter are tied to no area.",
        {"unallocated": unallocated, "total": total},
    )


def preliminary_sentence(first: int, last: int) -> Line:
    """Months whose first count will be revised."""
    return Line(
        "**{months}**: a first count, which later releases revise.",
        {"months": Months(first, last)},
    )


def incomplete_sentence(first: int, last: int) -> Line:
    """Months of which only a part of the release is held."""
    return Line(
        "**{months}**: counted from a part of the release; some events are left out.",
        {"months": Months(first, last)},
    )


def floor_sentence() -> Line:
    """What an event count is."""
    return Line(
        "The count is a floor: only deaths that a report ties to an armed actor, at the best "
        "estimate. Reporters are fewest where the risk is highest."
    )


def reconstruction_sentence(released: Value, cut: Value) -> Line:
    """What a reconstruction is, in plain words."""
    return Line(
        "**Reconstruction**: data published by {released}, cut at {cut}. A brief written that "
        "day would have had slightly different figures.",
        {"released": released, "cut": cut},
    )
