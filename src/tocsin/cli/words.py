"""The language of the terminal: `TOCSIN_LANG`, else the system's."""

from functools import cache

from tocsin.errors import TocsinError
from tocsin.language.text import Lang, text
from tocsin.settings import read_settings


@cache
def lang() -> Lang:
    try:
        return read_settings().lang
    except TocsinError:
        return "fr"  # the command itself will say what is wrong with the setting


def say(template: str) -> str:
    """`template` in the terminal's language."""
    return text(template, lang())
