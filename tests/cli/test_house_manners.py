"""What holds for every command: instant help in both languages, no traceback, exit codes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from tocsin.cli import reference
from tocsin.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [
    (path, command)
    for path, command in reference.walk("tocsin", typer.main.get_command(app))
    if not getattr(command, "commands", None)
]
HEAVY = (
    "polars",
    "numpy",
    "pyarrow",
    "duckdb",
    "httpx",
    "shapely",
    "altair",
    "sqlalchemy",
    "numba",
)


def tocsin(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tocsin", *words],
        capture_output=True,
        text=True,
        env=os.environ | env,
        timeout=120,
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom tocsin.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        f"print('heavy:', [n for n in {HEAVY!r} if n in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("heavy: []\n")


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_command_says_what_it_does_and_shows_an_example(path: str, command: Any) -> None:
    told = command.help or ""
    assert told.strip(), f"{path} has no help"
    assert "tocsin " in told + (command.epilog or ""), f"{path} shows no example"
    for option in command.params:
        if option.param_type_name == "option" and not option.hidden:
            assert option.help, f"{path} {option.opts[0]} has no help"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_first_screen_speaks_the_readers_language(lang: str) -> None:
    shown = tocsin("--help", TOCSIN_LANG=lang).stdout
    assert ("Alerte précoce" in shown) == (lang == "fr")


def test_a_mistyped_command_is_a_usage_error() -> None:
    run = tocsin("biref")
    assert run.returncode == 2
    assert "Traceback" not in run.stderr


def test_a_language_nobody_speaks_is_a_usage_error() -> None:
    run = tocsin("snapshots", TOCSIN_LANG="xx")
    assert run.returncode == 2
    assert "TOCSIN_LANG" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("name", ["commands.md", "tables.md", "sources.md", "openapi.json"])
def test_the_reference_is_what_the_code_says(name: str) -> None:
    committed = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert committed == reference.pages()[name], "run `make docs`"


def test_the_french_reference_is_what_the_code_says(tmp_path: Path) -> None:
    """A process of its own: help is put into words when the commands are made."""
    environment = os.environ | {"TOCSIN_LANG": "fr"}
    subprocess.run(
        [sys.executable, "-m", "tocsin.cli.reference", str(tmp_path)], env=environment, check=True
    )
    committed = ROOT / "docs" / "reference" / "commandes.md"
    written = (tmp_path / "commandes.md").read_text(encoding="utf-8")
    assert committed.read_text(encoding="utf-8") == written, "run `make docs`"


@pytest.mark.parametrize(("lang", "told"), [("fr", "le système refuse"), ("en", "refuses")])
def test_what_the_system_refuses_is_told_without_a_traceback(
    tmp_path: Path, lang: str, told: str
) -> None:
    (tmp_path / "file").write_text("not a folder")
    out = tmp_path / "file" / "forms"
    done = tocsin("forms", "export", "incident", "--out", str(out), TOCSIN_LANG=lang)
    assert done.returncode == 3
    assert told in done.stderr
    assert "Traceback" not in done.stderr
