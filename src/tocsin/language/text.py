"""The catalogue: English templates in the code, their French beside them here."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

Lang = Literal["fr", "en"]


def text(template: str, lang: Lang) -> str:
    """`template` in `lang`; the English itself where there is nothing to translate.

    >>> text("no such word in any catalogue", "fr")
    'no such word in any catalogue'
    """
    return template if lang == "en" else french().get(template, template)


def code_words(code: str, lang: Lang) -> str:
    """A code of the record, such as `no_action`, in words.

    >>> code_words("no_such_code", "fr")
    'no such code'
    """
    told = text(code, lang)
    return text(code.replace("_", " "), lang) if told == code else told


@cache
def french() -> dict[str, str]:
    """English to French, gathered from every module of `language.french`."""
    package = import_module("tocsin.language.french")
    gathered: dict[str, str] = {}
    for module in sorted(iter_modules(package.__path__), key=lambda found: found.name):
        gathered |= import_module(f"tocsin.language.french.{module.name}").TEXT
    return gathered
