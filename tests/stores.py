"""A store that is dear to fill is filled once, and each test works on a copy of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def settings_of(home: Path) -> Iterator[Path]:
    """What fixtures of a wider scope than a test need: the settings of `own_store`, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_HOME", str(home))
        patch.setenv("TOCSIN_LANG", "en")
        patch.setenv("NO_COLOR", "1")
        yield home


def copy_store(filled: Path, home: Path) -> Path:
    """A store of the test's own; what it does to it, the next test does not see."""
    shutil.copytree(filled, home, symlinks=True, dirs_exist_ok=True)
    return home
