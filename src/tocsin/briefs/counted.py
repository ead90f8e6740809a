"""What is counted: the sentences under the headline, the comparisons, the areas."""

from tocsin.briefs import wording
from tocsin.briefs.contents import AreaRow, Comparison
from tocsin.briefs.facts import Fact, Line, MonthName
from tocsin.briefs.grounds import Grounds
from tocsin.briefs.inputs import Part
from tocsin.briefs.mapping import AreaMap
from tocsin.briefs.reckoning import YEAR, History
from tocsin.briefs.timeline import MONTHS_SHOWN

ROWS = 10  # areas in the table of little bars


def standfirst(grounds: Grounds) -> tuple[Line, ...]:
    window = grounds.window
    year = grounds.deaths("deaths.year", *window.year)
    before = grounds.deaths("deaths.year_before", *window.year_before)
    lines = [wording.year_sentence(year, before)]
    if grounds.inputs.place.level == "admin1":
        return (*lines, *share_of_country(grounds, year))
    if led := leaders(grounds, year):
        lines.append(led)
    if rise := steepest_rise(grounds):
        lines.append(rise)
    return tuple(lines)


def leaders(grounds: Grounds, year: Fact) -> Line | None:
    """The areas, at most three, that hold the most deaths of the year."""
    counted = [
        (history.deaths(*grounds.window.year) or 0, part)
        for part in grounds.inputs.layer.parts
        if (history := grounds.parts.get(part.unit_id))
    ]
    counted = [one for one in counted if one[0]]
    counted.sort(key=lambda one: (-one[0], one[1].unit_id))
    if not year.value or len(grounds.inputs.layer.parts) < 4 or not counted:
        return None
    top = counted[:3]
    span = grounds.window.year
    held = 100 * sum(one[0] for one in top) / year.value
    cited = grounds.book.of_history(grounds.parts[top[0][1].unit_id], span)
    share = grounds.fact("share.leaders", held, "percent", span, sources=cited)
    return wording.share_sentence(tuple(part.names for _, part in top), share)


def share_of_country(grounds: Grounds, year: Fact) -> list[Line]:
    """An area's share in the deaths of its country that are tied to an area."""
    span = grounds.window.year
    total = sum(history.deaths(*span) or 0 for history in grounds.parts.values())
    if not year.value or not total or len(grounds.parts) < 2:
        return []
    share = grounds.fact("share.country", 100 * year.value / total, "percent", span)
    return [wording.country_share_sentence(share)]


def steepest_rise(grounds: Grounds) -> Line | None:
    """The area whose yearly count rose most, in deaths and by a tenth at least."""
    found = []
    for part in grounds.inputs.layer.parts:
        history = grounds.parts.get(part.unit_id, History({}))
        now, then = (
            history.deaths(*span) for span in (grounds.window.year, grounds.window.year_before)
        )
        if now is not None and then is not None and now > 1.1 * then:
            found.append((then - now, part.unit_id, part))
    if not found or len(grounds.inputs.layer.parts) < 2:
        return None
    part = min(found, key=lambda one: one[:2])[2]
    return wording.rise_sentence(
        part.names,
        grounds.part_deaths(
            f"deaths.year_before.{part.unit_id}", part.unit_id, grounds.window.year_before
        ),
        grounds.part_deaths(f"deaths.year.{part.unit_id}", part.unit_id, grounds.window.year),
    )


def comparisons(grounds: Grounds, deaths: Fact, before: Fact, mean: Fact) -> tuple[Comparison, ...]:
    window = grounds.window
    year_before = grounds.deaths("deaths.quarter_year_before", *window.quarter_year_before)
    last = grounds.deaths("deaths.last_month", window.last, window.last)
    previous = grounds.deaths("deaths.month_before", window.last - 1, window.last - 1)
    rows = [
        ("quarter before: {then}", deaths, before, "change.quarter"),
        ("a year earlier: {then}", deaths, year_before, "change.year"),
        ("three-year mean: {then}", deaths, mean, "change.mean"),
        ("{month} {now}, {month_before} {then}", last, previous, "change.month"),
    ]
    return tuple(comparison(grounds, *row) for row in rows)


def comparison(grounds: Grounds, template: str, now: Fact, then: Fact, id_: str) -> Comparison:
    label = Line(
        template,
        {
            "now": now,
            "then": then,
            "month": MonthName(grounds.window.last, short=True),
            "month_before": MonthName(grounds.window.last - 1, short=True),
        },
    )
    shown = None if then.value is None else now.value
    return Comparison(label, grounds.fact(id_, shown, "change", now.months, before=then.value))


def area_map(grounds: Grounds) -> AreaMap:
    window = grounds.window
    tallies = {part.unit_id: grounds.tally(part) for part in grounds.inputs.layer.parts}
    focus = grounds.inputs.place.unit_id if grounds.inputs.place.level == "admin1" else ""
    return AreaMap(grounds.inputs.layer, tallies, window.year, window.year_before, focus)


def areas(grounds: Grounds) -> tuple[AreaRow, ...]:
    """Areas with deaths in the months shown, most in the last year first."""
    window = grounds.window
    months = range(window.last - MONTHS_SHOWN + 1, window.last + 1)
    rows = []
    for part in grounds.inputs.layer.parts:
        history = grounds.parts.get(part.unit_id)
        if history is None:
            continue
        values = tuple(history.deaths(month, month) for month in months)
        recent = sum(value or 0 for value in values[-YEAR:])
        if any(values) and len(grounds.inputs.layer.parts) > 1:
            rows.append((-recent, part.unit_id, part, values))
    rows.sort(key=lambda row: row[:2])
    return tuple(area_row(grounds, part, values) for _, _, part, values in rows[:ROWS])


def area_row(grounds: Grounds, part: Part, values: tuple[int | None, ...]) -> AreaRow:
    unit, window = part.unit_id, grounds.window
    deaths = grounds.part_deaths(f"deaths.quarter.{unit}", unit, window.quarter)
    before = grounds.parts[unit].deaths(*window.quarter_before)
    change = None
    if deaths.value is not None and before is not None:
        change = grounds.fact(
            f"change.quarter.{unit}", deaths.value, "change", window.quarter, before=before,
            place=unit, sources=deaths.sources,
        )  # fmt: skip
    return AreaRow(part.names, values, deaths, change)
