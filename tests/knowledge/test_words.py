"""Every sentence that the record says has its French, with the same fields."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import tocsin.knowledge as room
from tocsin.knowledge import labels
from tocsin.knowledge.actors import changes
from tocsin.knowledge.figures import arithmetic, series, values
from tocsin.knowledge.sentences import Amount, Dated, joined, words
from tocsin.language.text import french
from tocsin.tables.bodies import Words

ROOM = Path(room.__file__).parent


def said_in_code() -> set[str]:
    """Every text given to `words` and every template handed on to it under a name."""
    found: set[str] = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "words":
                found |= set(_texts(node.args[0]))
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "template":
                found |= set(_texts(node.value))
    return found


def _texts(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*_texts(one), *_texts(other)]
        case ast.Subscript(value=ast.Dict(values=texts)):
            return [text for one in texts for text in _texts(one)]
    return []


def said_in_lists() -> set[str]:
    lists = [value for name, value in vars(labels).items() if name.isupper()]
    lists += [changes._NAMES, changes._STATUSES, changes._SAID, values.BOUNDS]
    texts = {text for one in lists if isinstance(one, dict) for text in one.values()}
    return texts | {said for _, _, said in arithmetic._ERRORS}


SENTENCES = sorted(said_in_code() | said_in_lists())


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_sentences_were_found() -> None:
    assert len(SENTENCES) > 100
    assert "New: {tie}." in SENTENCES


@pytest.mark.parametrize("template", SENTENCES)
def test_every_sentence_has_its_french(template: str) -> None:
    bare = Formatter().vformat(template, (), dict.fromkeys(fields_of(template), ""))
    if not any(letter.isalpha() or letter in ":;" for letter in bare):
        return  # nothing but fields and signs that are the same in both languages
    assert template in french()
    assert fields_of(french()[template]) == fields_of(template)


def test_fields_are_written_in_each_language() -> None:
    made = words("at most {value}", value=Amount(1234.5, 1))
    assert made == Words(fr="au plus 1\u202f234,5", en="at most 1,234.5")
    assert words("{value}", value=Dated("2023-07-01")).fr == "1er\u00a0juillet 2023"
    assert words("{value}", value=Dated("2023-07")).en == "July 2023"
    assert joined([Words(fr="a", en="b"), Words(fr="c", en="d")]) == Words(
        fr="a\u202f; c", en="b; d"
    )


def test_every_series_that_serves_as_a_figure_has_its_french() -> None:
    for measure in series._MEASURES.values():
        for said in filter(None, (measure.title, measure.definition)):
            assert said in french()


def test_french_contracts_and_elides_before_a_name() -> None:
    told = words("{one} {tie} {other}", one="x", tie="de", other="le Mali").fr
    assert told == "x du Mali"
    assert words("Camp of {place}: {status}", place="Ansongo", status="x").fr.startswith(
        "Camp d’Ansongo"
    )
    assert words("{title}: {value}", title="de le faire", value="à le voir").fr.startswith(
        "de le faire"
    )
