"""Every sentence of a product has its French, with the same fields in the same order."""

import ast
import re
from pathlib import Path

import pytest

import tocsin
from tocsin.language.text import french

ROOM = Path(tocsin.__file__).parent / "products"
# Lists of words that stand in a template's fields by themselves.
_FIELD = re.compile(r"\{(\w+)\+?\^?\}")


def templates() -> list[tuple[str, str]]:
    """Every literal that opens a `Line` or a `Term`, and those that a name was given first."""
    found = []
    for file in sorted(ROOM.glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name not in ("Line", "Term", "say") or not call.args:
                continue
            for part in ast.walk(call.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found.append((f"{file.name}:{call.lineno}", part.value))
    return found


@pytest.mark.parametrize(("where", "template"), templates())
def test_a_sentence_has_its_french(where: str, template: str) -> None:
    if re.search("[a-zA-Z]{2}", _FIELD.sub("", template)):
        assert template in french(), where


@pytest.mark.parametrize(("where", "template"), templates())
def test_both_languages_hold_the_fields_in_one_order(where: str, template: str) -> None:
    translated = french().get(template, template)
    assert _FIELD.findall(translated) == _FIELD.findall(template), where


@pytest.mark.parametrize(("where", "template"), templates())
def test_no_template_holds_a_numeral_of_its_own(where: str, template: str) -> None:
    assert not re.search(r"\d", template), where
