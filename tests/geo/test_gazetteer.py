"""Names of places: found without accents, widened by sources, silent about displaced people."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import TableError
from tocsin.geo import gazetteer
from tocsin.geo.gazetteer import EVENT_COLUMNS, Gazetteer, kilometres


def events(*rows: tuple[str, str | None, int]) -> pl.DataFrame:
    """Events of an invented country: place, note and precision."""
    return pl.DataFrame(
        [(place, note, "XEX", "Delta", -32.0, 3.5, prec, "exercise") for place, note, prec in rows],
        schema=dict.fromkeys(EVENT_COLUMNS, pl.String)
        | {"longitude": pl.Float64, "latitude": pl.Float64, "where_prec": pl.Int8},
        orient="row",
    )


def test_places_that_events_name_are_found() -> None:
    widened = Gazetteer.empty().widened_by_events(events(("Port-Limon town", "near it", 1)))
    (place,) = widened.find("port-limon")
    assert (place.name, place.unit_id) == ("Port-Limon", "XEX.delta")
    assert place.source == "events of exercise"


@pytest.mark.parametrize(
    "row",
    [
        ("Massaba IDP camp", None, 1),
        ("Site de déplacés de Massaba", None, 1),
        ("Massaba", "attack on the displaced persons site", 1),
        ("Massaba refugee camp", None, 1),
        ("Camp PDI", None, 2),
    ],
)
def test_sites_of_displaced_people_are_left_out(row: tuple[str, str | None, int]) -> None:
    assert Gazetteer.empty().widened_by_events(events(row)).table.is_empty()


@pytest.mark.parametrize(
    "row",
    [
        ("Delta region", None, 1),
        ("between Massaba and Hadar", None, 1),
        ("Massaba forest", None, 2),
        ("Massaba", None, 3),
    ],
)
def test_areas_and_vague_places_are_left_out(row: tuple[str, str | None, int]) -> None:
    assert Gazetteer.empty().widened_by_events(events(row)).table.is_empty()


def test_a_place_is_added_once() -> None:
    widened = Gazetteer.empty().widened_by_events(
        events(("Massaba village", None, 1), ("Massaba", None, 2))
    )
    again = widened.widened_by_events(events(("MASSABA town", None, 1)))
    assert widened.table.height == again.table.height == 1


def test_a_dossiers_places_are_found_and_its_camps_are_not() -> None:
    table = pl.DataFrame(
        {
            "name": ["Trois-Collines", "Camp de réfugiés"],
            "iso3": ["XEX", "XEX"],
            "admin1": ["Plateau", "Plateau"],
            "longitude": [-33.4, -33.5],
            "latitude": [2.4, 2.5],
            "source": ["dossier", "dossier"],
        }
    )
    widened = Gazetteer.empty().widened_by_places(table)
    assert widened.table["name"].to_list() == ["Trois-Collines"]
    assert widened.find("trois collines")[0].name == "Trois-Collines"
    with pytest.raises(TableError, match="source"):
        widened.widened_by_places(table.drop("source"))


@pytest.mark.geodata
def test_towns_are_found_however_they_are_spelled() -> None:
    for spelling in ("Ségou", "segou", "SEGOU", "Segu"):
        assert gazetteer.find(spelling, "MLI")[0].unit_id == "MLI.segou"
    assert gazetteer.find("Mop", "MLI")[0].name == "Mopti"
    assert gazetteer.find("Bamako", "NER") == ()
    assert gazetteer.find("   ") == ()


@pytest.mark.geodata
@given(st.text(max_size=20))
def test_any_name_gives_an_answer(name: str) -> None:
    assert len(gazetteer.find(name, limit=3)) <= 3


@pytest.mark.geodata
@pytest.mark.mirror
def test_villages_of_ingested_events_are_found(mirror: Path) -> None:
    raw = pl.read_csv(mirror / "ucdp/GEDEvent_v23_0_10.csv", infer_schema_length=None)
    published = raw.filter(pl.col("country") == "Mali").select(
        pl.col("where_coordinates").alias("place"),
        pl.col("where_description").alias("place_note"),
        pl.lit("MLI").alias("iso3"),
        pl.col("adm_1").alias("admin1"),
        "longitude",
        "latitude",
        "where_prec",
        pl.lit("ucdp_candidate").alias("source"),
    )
    assert gazetteer.find("Ber", "MLI") == ()
    (ber,) = Gazetteer().widened_by_events(published).find("Ber", "MLI", limit=1)
    assert ber.unit_id == "MLI.tombouctou"
    assert (ber.longitude, ber.latitude) == pytest.approx((-2.53, 16.83), abs=0.01)


def test_the_nearest_place() -> None:
    widened = Gazetteer.empty().widened_by_events(events(("Massaba", None, 1)))
    near = widened.nearest(-32.1, 3.5)
    assert near is not None
    assert near.name == "Massaba"
    assert widened.nearest(0, 0, "MLI") is None


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90))
def test_distance_is_the_same_both_ways(a: float, b: float, c: float, d: float) -> None:
    there = kilometres(a, b, np.array([c]), np.array([d]))[0]
    back = kilometres(c, d, np.array([a]), np.array([b]))[0]
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016
