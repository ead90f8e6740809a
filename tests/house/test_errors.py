import inspect
import pickle

import pytest

from tocsin import errors
from tocsin.errors import SourceChanged, TocsinError, UnreadableFile

KINDS = [
    kind
    for kind in vars(errors).values()
    if inspect.isclass(kind) and issubclass(kind, TocsinError)
]


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = errors.__doc__ or ""
    assert all(kind.__name__ in drawn for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_an_exit_code_a_script_can_use(kind: type[TocsinError]) -> None:
    assert kind.exit_code in (1, 2, 3)


def test_a_message_says_what_where_and_what_to_do() -> None:
    error = SourceChanged("no column {name}", where="events.csv", remedy="Ask for it.", name="best")
    assert str(error) == "events.csv: no column best\nAsk for it."


def test_a_message_is_translated_where_it_is_shown() -> None:
    error = UnreadableFile("{name} is empty", name="a.csv")
    assert error.message(lambda _: "{name} est vide") == "a.csv est vide"


def test_braces_in_a_value_are_not_a_template() -> None:
    assert str(UnreadableFile("bad value {value}", value="{x}")) == "bad value {x}"
    assert str(UnreadableFile("nothing to fill in {here}")) == "nothing to fill in {here}"


def test_an_error_crosses_process_borders_whole() -> None:
    error = SourceChanged("no column {name}", where="events.csv", remedy="Ask.", name="best")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is SourceChanged
    assert str(again) == str(error)
