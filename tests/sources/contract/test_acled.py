"""An ACLED export of one's own: both layouts, the written rule, and what is never read."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tocsin.errors import SourceChanged, TocsinError
from tocsin.sources.registry import source

OLD = (
    "data_id,iso,event_id_cnty,event_id_no_cnty,event_date,year,time_precision,event_type,"
    "sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,region,"
    "country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,"
    "notes,fatalities,timestamp,iso3"
)
OLD_ROW = (
    "77,,HAD9,9,2021-03-04,2021,3,Battles,Armed clash,Front,,2,Milice du Fleuve,,4,24,Nowhere,"
    "Hadaria,Delta,,,Massaba,4.2,-31.6,3,Invented wire,Local,words,5,1620000000,XEX"
)
NAME = "acled-export-2023-07-01.csv"

Row = Callable[..., str]


@pytest.fixture
def read(store: Any, make_csv: Any, acled_header: str) -> Callable[..., list[dict[str, Any]]]:
    def events(*rows: str) -> list[dict[str, Any]]:
        outcome = store.ingest(NAME, make_csv(acled_header, *rows))
        return list(store.table(outcome, "events").sort("event_id").to_dicts())

    return events


@pytest.mark.parametrize(
    ("kind", "sub", "inter1", "inter2", "targeting", "violence"),
    [
        ("Battles", "Armed clash", "State forces", "Rebel group", "", "sb"),
        ("Battles", "Armed clash", "Rebel group", "External/Other forces", "", "sb"),
        ("Battles", "Armed clash", "1", "2", "", "sb"),
        ("Battles", "Armed clash", "Political militia", "Identity militia", "", "ns"),
        ("Battles", "Armed clash", "3", "4", "", "ns"),
        ("Explosions/Remote violence", "Grenade", "Rebel group", "Civilians", "", "os"),
        ("Explosions/Remote violence", "Air/drone strike", "State forces", "Rebel group",
         "Civilian targeting", "os"),
        ("Explosions/Remote violence", "Air/drone strike", "State forces", "", "", "sb"),
        ("Explosions/Remote violence", "Remote explosive/landmine/IED", "Rebel group", "", "",
         "other"),
        ("Violence against civilians", "Attack", "Political militia", "Civilians",
         "Civilian targeting", "os"),
        ("Violence against civilians", "Abduction/forced disappearance", "0", "7", "", "os"),
        ("Protests", "Excessive force against protesters", "Protesters", "State forces", "", "os"),
        ("Protests", "Peaceful protest", "Protesters", "", "", "other"),
        ("Riots", "Mob violence", "Rioters", "Civilians", "", "other"),
        ("Strategic developments", "Agreement", "State forces", "Rebel group", "", "other"),
    ],
)  # fmt: skip
def test_the_rule_for_the_type_of_violence(
    read: Any, acled_event: Row, kind: str, sub: str, inter1: str, inter2: str, targeting: str,
    violence: str,
) -> None:  # fmt: skip
    (event,) = read(acled_event(1, kind, sub, inter1, inter2, targeting=targeting))
    assert event["violence"] == violence


def test_one_number_of_deaths_and_no_range(read: Any, acled_event: Row) -> None:
    (event,) = read(acled_event(1, "Battles", "Armed clash", "1", "2", deaths="7"))
    assert (event["low"], event["best"], event["high"]) == (None, 7, None)
    assert (event["date_start"], event["date_end"]) == (date(2023, 6, 12), date(2023, 6, 12))
    assert (event["iso3"], event["place"]) == ("XEX", "Senkoro")


def test_free_text_that_may_name_persons_is_not_read(read: Any, acled_event: Row) -> None:
    (event,) = read(acled_event(1, "Battles", "Armed clash", "1", "2"))
    assert "A person is named here" not in str(event)


def test_the_older_layout(store: Any, make_csv: Any) -> None:
    outcome = store.ingest("ACLED_old_2021-05-01.csv", make_csv(OLD, OLD_ROW))
    (event,) = store.table(outcome, "events").to_dicts()
    assert (event["event_id"], event["violence"], event["best"]) == ("HAD9", "ns", 5)
    # Month and region are all that is known: precision in UCDP's classes.
    assert (event["date_prec"], event["where_prec"]) == (4, 4)
    assert outcome.snapshot.released_on == date(2021, 5, 1)


def test_a_semicolon_export_from_a_spreadsheet(
    store: Any, acled_header: str, acled_event: Row
) -> None:
    row = acled_event(1, "Battles", "Armed clash", "1", "2")
    content = "\ufeff" + acled_header.replace(",", ";") + "\r\n" + row.replace(",", ";") + "\r\n"
    content = content.replace(";3.4;", ";3,4;").replace(";-34.4;", ";-34,4;")
    outcome = store.ingest(NAME, content)
    (event,) = store.table(outcome, "events").to_dicts()
    assert (event["latitude"], event["longitude"]) == (3.4, -34.4)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("Battles,Armed clash", "Skirmishes"),
        ("Armed clash", "Duel"),
        (",State forces,", "Aliens"),
    ],
)
def test_a_category_that_nobody_knows_is_a_change(
    store: Any, make_csv: Any, acled_header: str, acled_event: Row, change: str, match: str
) -> None:
    row = acled_event(1, "Battles", "Armed clash", "State forces", "Rebel group")
    new = {"Skirmishes": "Skirmishes,Armed clash", "Duel": "Duel", "Aliens": ",Aliens,"}[match]
    with pytest.raises(SourceChanged, match=match) as caught:
        store.ingest(NAME, make_csv(acled_header, row.replace(change, new, 1)))
    assert "line 2" in str(caught.value)


def test_an_export_without_a_date_in_its_name_asks_for_it(
    store: Any, make_csv: Any, acled_header: str, acled_event: Row
) -> None:
    content = make_csv(acled_header, acled_event(1, "Battles", "Armed clash", "1", "2"))
    with pytest.raises(TocsinError, match="release date"):
        store.ingest("data.csv", content)
    outcome = store.ingest("data.csv", content, released_on=date(2023, 7, 1))
    assert outcome.snapshot.version == "2023-07-01"


def test_its_licence_and_its_gaps_are_said(
    store: Any, make_csv: Any, acled_header: str, acled_event: Row
) -> None:
    content = make_csv(acled_header, acled_event(1, "Battles", "Armed clash", "1", "2"))
    snapshot = store.ingest(NAME, content).snapshot
    assert "Not to be passed on" in snapshot.licence
    assert not snapshot.coverage.complete
    assert not snapshot.coverage.silence_is_zero


def test_nothing_of_it_is_shipped_or_fetched() -> None:
    assert source("acled").declaration.files == ()
