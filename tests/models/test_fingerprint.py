"""The hash of a level: it moves with what decides the level's forecasts, and with nothing else."""

import ast
import shutil
import sys
from pathlib import Path

import pytest

from tocsin import models
from tocsin.models import fingerprint
from tocsin.tables.levels import LEVELS, Level

ROOM = Path(models.__file__).parent
PREFIX = "tocsin.models."


def imported_here(path: Path) -> set[str]:
    """Files of the room that a module imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        stems = {name.removeprefix(PREFIX).split(".")[0] for name in names if PREFIX in name}
        found |= {f"{stem}.py" for stem in stems if (ROOM / f"{stem}.py").is_file()}
    return found


def reached_from(name: str) -> set[str]:
    reached, waiting = set(), {name}
    while waiting:
        one = waiting.pop()
        reached.add(one)
        waiting |= imported_here(ROOM / one) - reached
    return reached


@pytest.mark.parametrize("level", LEVELS)
def test_the_list_is_what_the_model_of_the_level_imports(level: Level) -> None:
    entry = type(models.named(models.DEFAULT, level)).__module__
    listed = set(fingerprint.DECIDING[level])
    assert listed == reached_from(f"{entry.removeprefix(PREFIX)}.py") | {f"shares_{level}.json"}
    for name in listed:
        text = (ROOM / name).read_text(encoding="utf-8")
        assert "importlib.import_module" not in text, "an import that nobody can follow"
        assert name.endswith(".json") or "from tocsin.models import" not in text


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the room whose files may be changed."""
    room = tmp_path / "models"
    shutil.copytree(ROOM, room, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sys.modules[fingerprint.__name__], "__file__", str(room / "fingerprint.py"))
    return room


def test_a_hash_moves_with_its_own_files_alone(copy: Path) -> None:
    before = {level: models.configuration(level) for level in (None, *LEVELS)}

    def moved() -> set[str | None]:
        return {level for level in before if models.configuration(level) != before[level]}

    changes = {
        "explaining.py": {None},
        "gates.py": {None},
        "shares_country.json": {None, "country"},
        "shares_admin1.json": {None, "admin1"},
        "tails.py": {None, "country", "admin1"},
        "grid_forest.py": {None, "priogrid"},
        "memory.py": {None, *LEVELS},
    }
    for name, expected in changes.items():
        kept = (copy / name).read_bytes()
        (copy / name).write_bytes(kept + b"\n")
        assert moved() == expected, name
        (copy / name).write_bytes(kept)
    assert moved() == set()
