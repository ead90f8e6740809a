"""Sections on calibration: coverage and PIT, reliability, precision and recall."""

from tocsin.evaluation.account import Evaluation
from tocsin.evaluation.events import EventAccount
from tocsin.language import Lang, number, text
from tocsin.reports.charts import draw_pit, draw_ranking, draw_reliability
from tocsin.reports.figures import Figures
from tocsin.reports.parts import Cell, Figure, Section, Table
from tocsin.reports.wording import CALIBRATED, EVENTS


def calibration_section(found: Evaluation, lang: Lang) -> Section:
    """How often the truth lay where the forecast said, and how evenly."""
    house = Figures(lang)
    rows = tuple(
        (
            Cell(text(CALIBRATED[line.part], lang)),
            Cell(line.model),
            Cell(number(line.rows, lang)),
            Cell(house.share(line.covered)),
            Cell(house.share(line.covered_50)),
            Cell(house.share(line.pit_90), bold=True),
        )
        for part in CALIBRATED
        for line in found.calibration
        if line.part == part
    )
    heads = (
        house.say("forecasts counted"),
        house.say("model"),
        house.say("forecasts"),
        house.say("in the 90% band"),
        house.say("in the 50% band"),
        house.say("PIT within 5 to 95%"),
    )
    note = house.say("A mean of 1 death or more is that of each model’s own forecast.")
    return Section(
        house.say("Calibration"),
        said=(
            house.say(
                "Counts have ties: where nearly all draws are zero, a band holds more than it "
                "says. The randomised PIT has no such favour: there, 90% is right."
            ),
        ),
        tables=(Table(heads, rows, note, words=frozenset({1})),),
        figures=tuple(
            _pit(part, found, house)
            for part in CALIBRATED
            if part in found.pit and any(map(any, found.pit[part].values()))
        ),
    )


def _pit(part: str, found: Evaluation, house: Figures) -> Figure:
    names = tuple(dict.fromkeys((found.model, found.baseline)))
    bars = [found.pit[part][name] for name in names]
    title = house.say("Where the truth lay: {part}", part=text(CALIBRATED[part], house.lang))
    theirs = bars[1] if len(bars) > 1 else ()
    drawing = draw_pit(bars[0], theirs, names, title, house.lang)
    note = house.say(
        "Right forecasts fill all bars up to the line. High at both ends: bands too narrow; high "
        "in the middle: too wide. Ties are broken by chance."
    )
    return Figure(title, drawing, note)


def events_sections(found: Evaluation, lang: Lang) -> tuple[Section, ...]:
    """Reliability with the parts of the Brier score, then precision and recall."""
    if not found.events:
        return ()
    house = Figures(lang)
    thresholds = list(dict.fromkeys(one.threshold for one in found.events))
    grouped = {
        threshold: [one for one in found.events if one.threshold == threshold]
        for threshold in thresholds
    }
    return (
        Section(
            house.say("Reliability"),
            said=(
                house.say(
                    "CORP: the curve is the isotonic regression of the event on its chance, so no "
                    "bins are chosen. Brier score = miscalibration − discrimination + uncertainty."
                ),
            ),
            tables=(_parts(found.events, house),),
            figures=tuple(_reliability(events, house, lang) for events in grouped.values()),
        ),
        Section(
            house.say("Precision and recall"),
            said=(
                house.say(
                    "Of the forecasts with the highest chances, how many saw the event; and how "
                    "many of all events they hold."
                ),
            ),
            figures=tuple(_ranking(events, house, lang) for events in grouped.values()),
        ),
    )


def _parts(events: tuple[EventAccount, ...], house: Figures) -> Table:
    rows = tuple(
        (
            Cell(text(EVENTS[one.threshold], house.lang)),
            Cell(one.model),
            Cell(house.figure(one.score)),
            Cell(house.figure(one.miscalibration)),
            Cell(house.figure(one.discrimination)),
            Cell(house.figure(one.uncertainty)),
            Cell(house.figure(one.average_precision)),
            Cell(house.share(one.base)),
        )
        for one in events
    )
    heads = (
        house.say("event"),
        house.say("model"),
        house.say("Brier score"),
        house.say("miscalibration"),
        house.say("discrimination"),
        house.say("uncertainty"),
        house.say("average precision"),
        house.say("how often it came"),
    )
    return Table(heads, rows, words=frozenset({1}), aside=frozenset({5, 7}))


def _reliability(events: list[EventAccount], house: Figures, lang: Lang) -> Figure:
    first = events[0]
    title = text(EVENTS[first.threshold], lang)
    label = f"{house.say('Reliability')}: {title}"
    word = house.say("chance given")
    curves = [(one.model, one.curve) for one in events]
    note = house.say(
        "Across, the chance given; up, how often it came. The band holds 90% of the curves that "
        "a right forecast would give."
    )
    return Figure(title, draw_reliability(curves, first.band, word, label, lang), note)


def _ranking(events: list[EventAccount], house: Figures, lang: Lang) -> Figure:
    title = text(EVENTS[events[0].threshold], lang)
    label = f"{house.say('Precision and recall')}: {title}"
    word = house.say("recall")
    curves = [(one.model, one.ranking) for one in events]
    note = house.say("Across, recall; up, precision. The thin line is a blind order.")
    return Figure(title, draw_ranking(curves, events[0].base, word, label, lang), note)
