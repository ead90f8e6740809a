from pathlib import Path

import pytest

from tocsin.errors import SettingsError
from tocsin.settings import read_settings


def test_the_environment_decides() -> None:
    found = read_settings({"TOCSIN_HOME": "/x", "TOCSIN_MIRROR": "/m", "TOCSIN_LANG": "en"})
    assert (found.home, found.mirror, found.lang) == (Path("/x"), "/m", "en")


@pytest.mark.parametrize(
    ("system", "lang"),
    [("", "fr"), ("fr_ML.UTF-8", "fr"), ("en_GB.UTF-8", "en"), ("C.UTF-8", "en"), ("pt_PT", "fr")],
)
def test_french_first_and_english_where_the_system_speaks_it(system: str, lang: str) -> None:
    assert read_settings({"TOCSIN_HOME": "/x", "LANG": system}).lang == lang


def test_an_unknown_language_says_which_there_are() -> None:
    with pytest.raises(SettingsError, match="fr or en"):
        read_settings({"TOCSIN_LANG": "de"})


def test_reading_settings_makes_nothing(tmp_path: Path) -> None:
    read_settings({"TOCSIN_HOME": str(tmp_path / "store")})
    assert list(tmp_path.iterdir()) == []
