"""How warnings were answered, as a section of a scorecard."""

from collections.abc import Mapping
from typing import Any

from tocsin.language import Lang, number
from tocsin.reports.figures import Figures
from tocsin.reports.parts import Cell, Section, Table

DECISIONS = {
    "act": "act",
    "act_differently": "act differently",
    "monitor": "monitor",
    "no_action": "no action",
}
REASONS = {
    "no_asset": "no asset",
    "no_access": "no access",
    "no_mandate": "no mandate",
    "no_consent": "no consent",
    "not_credible": "not credible",
    "too_late": "too late",
    "handled_by_others": "handled by others",
}


def response_section(told: Mapping[str, Any], lang: Lang) -> Section:
    """Shares within 24 and 72 hours, what was decided, reasons for doing nothing, feedback."""
    house = Figures(lang)
    return Section(
        house.say("Were warnings answered?"),
        tables=(_steps(told, house), _counts(told, house)),
    )


def _steps(told: Mapping[str, Any], house: Figures) -> Table:
    words = {
        "acknowledged": house.say("acknowledged"),
        "decided": house.say("decided"),
        "answered": house.say("answered by an action"),
    }
    rows = tuple(
        (
            Cell(word),
            Cell(house.count(told[key]["number"])),
            _share(told[key]["within_24_h"], house),
            _share(told[key]["within_72_h"], house),
            Cell(_number(told[key]["median_hours"], house)),
        )
        for key, word in words.items()
    )
    heads = (
        "", house.say("ever"), house.say("within 24 hours"), house.say("within 72 hours"),
        house.say("median hours"),
    )  # fmt: skip
    note = house.say(
        "A share counts the warnings whose hours are over, and those answered in them."
    )
    return Table(heads, rows, note)


def _share(each: Mapping[str, Any], house: Figures) -> Cell:
    if each["share"] is None:
        return Cell("–")
    beneath = house.say("{number} of {whole}", number=each["number"], whole=each["of"])
    return Cell(house.share(each["share"]), beneath)


def _counts(told: Mapping[str, Any], house: Figures) -> Table:
    lines = [
        (house.say("warnings issued"), told["issued"]),
        (house.say("covered by a larger one"), told["covered_by_a_larger_one"]),
        (house.say("warnings with a response"), told["responded"]),
        (house.say("escalations"), told["escalations"]),
    ]
    lines += [
        (house.say("decided: {what}", what=house.say(DECISIONS[what])), count)
        for what, count in told["decisions"].items()
    ]
    lines += [
        (house.say("no action, because: {why}", why=house.say(REASONS[why])), count)
        for why, count in told["no_action_by_reason"].items()
    ]
    lines += [
        (house.say("alerts from the field"), told["alerts_from_the_field"]),
        (house.say("whose reporter was told what came of it"), told["alerts_with_feedback"]),
    ]
    rows = tuple((Cell(word), Cell(house.count(count))) for word, count in lines)
    return Table((house.say("what"), house.say("number")), rows)


def _number(value: float | None, house: Figures) -> str:
    return "–" if value is None else number(value, house.lang, 1)
