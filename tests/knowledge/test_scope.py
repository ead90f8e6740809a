"""What is owed and planned in a country is on its sheet, whoever owes it."""

from datetime import date

from tocsin.knowledge.agreements import commitments
from tocsin.knowledge.calendar import calendar
from tocsin.knowledge.caseload import caseloads
from tocsin.knowledge.scope import about_countries


def test_a_foreign_contingents_departure_is_on_the_countrys_sheet(record) -> None:
    held = about_countries(record("2023-06-30"), ["MLI"])
    on = date(2023, 6, 30)
    assert "commitment:germany-exit" in {line.subject for line in commitments(held, on)}
    assert "calendar:germany-exit" in {plan.subject for plan in calendar(held, on)}
    elsewhere = about_countries(record("2023-06-30"), ["DEU"])
    assert "commitment:germany-exit" not in {line.subject for line in commitments(elsewhere, on)}


def test_who_has_an_interest_in_the_count_of_combatants_is_named(record) -> None:
    programmes = caseloads(record("2023-06-30"), date(2023, 6, 30))
    interested = {stage.interested.en for programme in programmes for stage in programme.stages}
    assert interested == {"Mali, CMA, Platform"}
