"""Places as people write them, and positions in every usual notation."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.geo.gazetteer import Gazetteer
from tocsin.intake.coordinates import read_position
from tocsin.intake.placing import PlaceFinder
from tocsin.intake.spelling import sound


@pytest.mark.parametrize(
    "text",
    ["16.27, -0.05", "16,27 -0,05", "16°16'12\"N 0°3'W", "N16 16 12 W000 03 00", "16.27N 0.05W",
     "W 0.05, N 16.27", "16 16 12 N, 0 3 0 O", "١٦.٢٧ -٠.٠٥"],
)  # fmt: skip
def test_every_usual_notation_is_one_position(text: str) -> None:
    assert read_position(text) == (16.27, -0.05)


@pytest.mark.parametrize(
    "text",
    ["", "12", "1234", "16 30 3 30", "N16 N17", "16.27 200", "95 3", "Gao", "12 km au nord de Gao",
     "16°75' 3°", "N-16 W3", "1" * 500],
)  # fmt: skip
def test_what_may_mean_two_positions_or_none_is_none(text: str) -> None:
    assert read_position(text) is None


@given(st.floats(-89.999, 89.999), st.floats(-179.999, 179.999))
def test_a_position_written_is_the_position_read(latitude: float, longitude: float) -> None:
    latitude, longitude = round(latitude, 5) + 0.0, round(longitude, 5) + 0.0
    assert read_position(f"{latitude:.5f} {longitude:.5f}") == (latitude, longitude)


@given(st.text(max_size=100))
def test_any_text_is_a_position_on_the_globe_or_none(text: str) -> None:
    found = read_position(text)
    assert found is None or (abs(found[0]) <= 90 and abs(found[1]) <= 180)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Djenné", "Jenne"), ("Tessalit", "Tessalite"), ("Ouagadougou", "Wagadugu"),
     ("Ménaka", "Menaka"), ("Douentza", "Duentsa"), ("Aguelhoc", "Agelhok")],
)  # fmt: skip
def test_spellings_of_several_languages_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.geodata
class TestFinder:
    finder = PlaceFinder(Gazetteer())

    @pytest.mark.parametrize(
        ("text", "name"),
        [("Segou", "Ségou"), ("Bandiagra", "Bandiagara"), ("près de Kidal", "Kidal"),
         ("Jenné", "Djenné"), ("ville de Gao", "Gao"), ("Menaka", "Ménaka")],
    )  # fmt: skip
    def test_the_place_meant_comes_first(self, text: str, name: str) -> None:
        assert self.finder.find(text, "MLI")[0].name == name

    def test_a_direction_moves_the_point_and_lowers_the_precision(self) -> None:
        town = self.finder.find("Gao", "MLI")[0]
        north = self.finder.find("à 12 km au nord de Gao", "MLI")[0]
        assert north.precision == "near"
        assert north.latitude - town.latitude == pytest.approx(12 / 111.2, abs=1e-3)
        assert north.longitude == pytest.approx(town.longitude, abs=1e-3)
        again = self.finder.find("Gao (12 km N)", "MLI")[0]
        assert (again.latitude, again.longitude) == (north.latitude, north.longitude)

    def test_a_position_is_named_by_the_nearest_place(self) -> None:
        found = self.finder.find("16.28 -0.05", "MLI")[0]
        assert (found.name, found.precision, found.latitude) == ("Gao", "exact", 16.28)

    def test_the_chances_of_what_is_offered_leave_room_for_what_is_not(self) -> None:
        sure, unsure = self.finder.find("Gao", "MLI"), self.finder.find("Gxaqo", "MLI")
        for found in (sure, unsure):
            assert sum(one.chance for one in found) < 1
            assert [one.chance for one in found] == sorted(
                (one.chance for one in found), reverse=True
            )
        assert sure[0].chance > 0.5
        assert not unsure or unsure[0].chance < sure[0].chance

    def test_the_area_behind_a_comma_speaks_for_its_places(self) -> None:
        alone = {one.place: one.chance for one in self.finder.find("Bamba", limit=20)}
        told = self.finder.find("Bamba, Gao", limit=20)
        assert all(one.precision == "exact" for one in told)
        assert [one.place for one in told if one.name == "Bamba"]
        assert {one.place for one in told} <= set(alone)

    def test_what_is_like_nothing_is_nowhere(self) -> None:
        assert self.finder.find("xq", "MLI") == []


def test_a_place_may_be_called_by_the_name_of_the_one_beside_it() -> None:
    table = pl.DataFrame(
        [("Old Ford", "XEX", "A", -30.0, 3.0, "EXERCISE"),
         ("Kiln", "XEX", "A", -30.1, 3.1, "EXERCISE"),
         ("Far Mill", "XEX", "B", -33.0, 3.0, "EXERCISE")],
        schema=["name", "iso3", "admin1", "longitude", "latitude", "source"], orient="row",
    )  # fmt: skip
    finder = PlaceFinder(Gazetteer.empty().widened_by_places(table))
    assert [one.name for one in finder.find("Old Ford")] == ["Old Ford", "Kiln"]
