"""In French the command line says nothing in English: usage, headings, options, errors."""

import os
import re
import subprocess
import sys

import pytest

from tocsin.cli import frame_words
from tocsin.cli import words as spoken
from tocsin.cli.commands import COMMANDS

ENGLISH = re.compile(
    r"Usage|Options:|Commands:|Arguments:|Show this|Try '|Error|Missing|No such|Invalid|requires|"
    r"\[required\]|\[default|Install completion|Show completion|Input should"
)
# Every command, wrong in every way that the framework notices: in one process, for Typer is slow.
ASKED = """
import sys
from tocsin.cli import frame_words
from tocsin.cli.main import make_app
frame_words.speak()
app = make_app()
for words in {asked!r}:
    print("==", *words, flush=True)
    sys.stdout.flush()
    try:
        app(list(words))
    except SystemExit:
        pass
    sys.stderr.flush()
"""
WRONG = (
    (), ("-h",), ("nosuch",), ("backup", "--nope"), ("backup", "--out"), ("backup", "one-more"),
    ("serve", "--port", "x"), ("serve", "--port", "70000"), ("serve", "--port", "0"),
    ("serve", "--certificate", "/nope"), ("ledger",), ("ledger", "purge"), ("ledger", "nosuch"),
    ("ledger", "purge", "x"), ("restore",), ("doctor", "--network=1"),
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    asked = [*WRONG, *((name, "-h") for names in COMMANDS.values() for name in names)]
    env = os.environ | {
        "TOCSIN_LANG": "fr", "TOCSIN_HOME": str(tmp_path_factory.mktemp("fr")), "COLUMNS": "200",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ASKED.format(asked=asked)], env=env, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    parts = done.stdout.split("== ")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts[1:]}


def test_no_english_of_the_framework(told: dict[str, str]) -> None:
    assert len(told) > 50
    left = {asked: found[0] for asked, said in told.items() if (found := ENGLISH.search(said))}
    assert not left
    helped = {asked for asked in told if asked.endswith("-h")}
    assert len(helped) > 40
    assert all("Utilisation : " in told[asked] for asked in helped)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("nosuch", "Erreur : Il n’y a pas de commande 'nosuch'."),
        ("backup --nope", "Il n’y a pas d’option --nope"),
        ("backup --out", "L’option --out demande une valeur."),
        ("backup one-more", "Rien de plus n’était attendu : one-more"),
        ("serve --port x", "La valeur de --port ne convient pas : il faut un nombre entier."),
        ("serve --port 70000", "au plus 65535."),
        ("serve --certificate /nope", "il n’y a pas de /nope."),
        ("ledger purge", "Il manque l’argument"),
        ("ledger purge x", "Il manque l’option --by."),
        ("backup -h", "Affiche cette aide."),
    ],
)
def test_an_error_says_what_is_wrong(told: dict[str, str], asked: str, said: str) -> None:
    assert said in told[asked]


def test_what_is_not_known_is_left_as_it_came() -> None:
    assert frame_words.in_words("Something quite new.") == "Something quite new."


def test_in_english_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    from typer._click import exceptions

    before = exceptions.UsageError.show
    monkeypatch.setattr(frame_words, "lang", lambda: "en")
    frame_words.speak.cache_clear()
    frame_words.speak()
    assert exceptions.UsageError.show is before
    assert spoken.lang() in ("fr", "en")
