"""A table of one's own: the mapping file, its mistakes, and what it makes of a table."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.errors import SourceChanged, TocsinError, UnreadableFile, UsageError
from tocsin.sources.generic_events.mapping import FILLABLE, read_mapping
from tocsin.tables import EVENTS

TABLE = "No,Day,Place,Lat,Lon,Kind,Dead\n1,2023-06-02,Senkoro,3.4,-34.4,fight,4\n"


def events(store: Any, table: str, mapping: str) -> pl.DataFrame:
    store.write("log.csv.mapping.yml", mapping)
    frame: pl.DataFrame = store.table(store.ingest("log.csv", table), "events")
    return frame


def test_a_mapping_beside_the_table_is_found(store: Any, a_mapping: str) -> None:
    (event,) = events(store, TABLE, a_mapping).to_dicts()
    assert (event["event_id"], event["violence"], event["best"]) == ("1", "sb", 4)
    assert (event["iso3"], event["country"]) == ("XEX", "Hadaria")
    assert event["date_start"] == event["date_end"] == date(2023, 6, 2)
    assert event["low"] is None


def test_a_mapping_can_be_named(store: Any, a_mapping: str) -> None:
    mapping = store.write("elsewhere.yml", a_mapping)
    outcome = store.ingest("log.csv", TABLE, mapping=mapping)
    snapshot = outcome.snapshot
    assert snapshot.source == "generic_events"
    assert snapshot.publisher == "Invented coalition of observers"
    assert (snapshot.version, snapshot.released_on) == ("2023-06", date(2023, 6, 30))
    assert snapshot.exercise


def test_real_data_is_not_called_an_exercise(store: Any, a_mapping: str) -> None:
    mapping = a_mapping.replace("exercise: true", "exercise: false").replace(
        "country: Hadaria", "country: Atlantis"
    )
    store.write("log.csv.mapping.yml", mapping)
    assert not store.ingest("log.csv", TABLE).snapshot.exercise


def test_an_exercise_never_lies_in_a_real_country(store: Any, a_mapping: str) -> None:
    """Invented incidents shown as Mali's would be worse than none."""
    for country in ("Mali", "Atlantis"):
        store.write("log.csv.mapping.yml", a_mapping.replace("Hadaria", country))
        with pytest.raises(UnreadableFile, match="real_country"):
            store.ingest("log.csv", TABLE)
    covers = "covers: {month_from: 2023-01, month_to: 2023-06, countries: [MLI]}\n"
    store.write("log.csv.mapping.yml", a_mapping + covers)
    with pytest.raises(UsageError, match="invented country alone"):
        store.ingest("log.csv", TABLE)


def test_without_a_mapping_the_table_is_nobodys(store: Any) -> None:
    with pytest.raises(TocsinError, match="--mapping"):
        store.ingest("log.csv", TABLE)
    with pytest.raises(UsageError, match="needs a mapping file"):
        store.ingest("log.csv", TABLE, source="generic_events")


def test_silence_is_zero_only_where_the_mapping_says_so(store: Any, a_mapping: str) -> None:
    covers = (
        "covers:\n  month_from: 2023-01\n  month_to: 2023-06\n  countries: [XEX]\n  complete: yes\n"
    )
    store.write("log.csv.mapping.yml", a_mapping + covers.replace("yes", "true"))
    coverage = store.ingest("log.csv", TABLE).snapshot.coverage
    assert (coverage.month_from, coverage.month_to) == (517, 522)
    assert (coverage.units, coverage.silence_is_zero) == (("XEX",), True)


def test_and_unknown_where_it_does_not(store: Any, a_mapping: str) -> None:
    store.write("log.csv.mapping.yml", a_mapping)
    coverage = store.ingest("log.csv", TABLE).snapshot.coverage
    assert not coverage.silence_is_zero
    assert not coverage.complete


def test_a_date_format_of_ones_own(store: Any, a_mapping: str) -> None:
    mapping = a_mapping + 'date_format: "%d.%m.%y"\n'
    table = TABLE.replace("2023-06-02", "02.06.23") + "2,31.06.23,Senkoro,3.4,-34.4,fight,4\n"
    assert events(store, table, mapping)["date_start"].to_list() == [date(2023, 6, 2)]


def test_words_for_violence_that_need_no_mapping(store: Any, a_mapping: str) -> None:
    rows = "".join(
        f"{number},2023-06-02,Senkoro,3.4,-34.4,{word},1\n"
        for number, word in enumerate(["sb", "non-state", "3", "other", "fight"])
    )
    table = TABLE.splitlines()[0] + "\n" + rows
    kinds = events(store, table, a_mapping).sort("event_id")["violence"]
    assert kinds.to_list() == ["sb", "ns", "os", "other", "sb"]


def test_a_word_that_the_mapping_does_not_know_stops_the_reading(
    store: Any, a_mapping: str
) -> None:
    with pytest.raises(SourceChanged, match="quarrel"):
        events(store, TABLE.replace("fight", "quarrel"), a_mapping)


def test_a_column_that_the_table_lacks_is_named(store: Any, a_mapping: str) -> None:
    with pytest.raises(SourceChanged, match="no column 'Dead'; it has 'No', 'Day'"):
        events(store, TABLE.replace("Dead", "Deaths"), a_mapping)


def test_a_column_that_nobody_mentioned_is_named(store: Any, a_mapping: str) -> None:
    mapping = a_mapping.replace('ignore: ["*"]', "ignore: [Place note]")
    with pytest.raises(SourceChanged, match="does not mention the columns 'Weather'"):
        events(store, "Weather," + TABLE.replace("\n1,", "\ndry,1,"), mapping)


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ("publisher: Inv", "publisher_: Inv", "", "publisher"),
        ("  best: Dead", "  bets: Dead", "line 14, columns.bets", "Did you mean best"),
        ("  best: Dead\n", "", "columns", "nothing fills best"),
        ("  fight: sb", "  fight: war", "line 18, violence.fight", "no type of violence"),
        ("released_on: 2023-06-30", "released_on: June", "line 6, released_on", "not a date"),
        ("country: Hadaria", "county: Hadaria", "line 16, constants.county", "country"),
        ("  country: Hadaria", "  best: 3", "constants.best", "a column and a constant"),
        ("  best: Dead", "  best: Dead\n  high: Dead", "columns", "used twice"),
        ("exercise: true", "exercise: maybe", "line 20, exercise", "does not fit"),
        ("exercise: true", "covers: {month_from: 2023-06, month_to: 2023-01}",
         "line 20, covers.month_to", "before the first"),
        ("exercise: true", "covers: {month_from: spring, month_to: 2023-01}",
         "line 20, covers.month_from", "not a month"),
        ("exercise: true", "covers: {month_from: 2023-01, month_to: 2023-07}",
         "line 20, covers.month_to", "after its release"),
        ("exercise: true", "covers: {month_from: 2023-01, month_too: 2023-01}",
         "line 20, covers", "month_to"),
        ("columns:", "columns: [", "", "not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_mapping_is_told_with_its_line(
    tmp_path: Path, a_mapping: str, old: str, new: str, where: str, problem: str
) -> None:
    path = tmp_path / "m.yml"
    assert old in a_mapping
    path.write_text(a_mapping.replace(old, new))
    with pytest.raises(UsageError) as caught:
        read_mapping(path)
    message = str(caught.value)
    assert str(path) in message
    assert where in message
    assert problem in message


def test_a_column_named_no_is_a_name(tmp_path: Path, a_mapping: str) -> None:
    """YAML would read `No` as false, `1e3` as a thousand and 2023-06-30 as a date."""
    path = tmp_path / "m.yml"
    path.write_text(a_mapping.replace("Dead", "1e3"))
    mapping = read_mapping(path)
    assert (mapping.columns["event_id"], mapping.columns["best"]) == ("No", "1e3")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "\x00"])
def test_what_is_no_mapping_at_all(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.yml"
    path.write_text(text)
    with pytest.raises(UsageError):
        read_mapping(path)


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_mapping(tmp_path / "absent.yml")


def test_every_column_that_can_be_filled_is_one_of_the_events() -> None:
    assert set(FILLABLE) | {"source", "source_row"} == set(EVENTS.schema)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=300))
def test_no_text_brings_the_reader_down(tmp_path: Path, text: str) -> None:
    """Whatever stands in the file, the answer is one of ours."""
    path = tmp_path / "m.yml"
    path.write_text(text, "utf-8", errors="replace")
    with pytest.raises(TocsinError):
        read_mapping(path)


def test_the_mapping_of_the_guide_works(store: Any) -> None:
    """What a reader copies from the page is read, and its mistake is answered as shown there."""
    guide = Path(__file__).parents[3] / "docs" / "how-to" / "bring-your-own-data.md"
    text = guide.read_text("utf-8")
    mapping = text.split("```yaml\n")[1].split("```")[0]
    header = "No,Date,Deaths,Type,Region,Locality,Lat,Lon,Attacker,Other side,Remarks,Phone\n"
    row = "1,02/06/2023,0,Banditry,Nowhere,Nowhere,0.5,0.5,nobody,nobody,none,none\n"
    (event,) = events(store, header + row, mapping).to_dicts()
    assert (event["date_start"], event["violence"]) == (date(2023, 6, 2), "other")
    wrong = store.write("incidents.csv.mapping.yml", mapping.replace("  best:", "  bets:"))
    with pytest.raises(UsageError) as caught:
        read_mapping(wrong)
    shown = str(caught.value).replace(f"{wrong.parent}/", "")
    assert shown in text
