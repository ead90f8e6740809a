"""Products: pages that get read, made from what one reader may see, in French and English.

Every product is a function from a `Picture` to a `Document`; a renderer turns a document into
HTML, PDF, DOCX, JSON or table files. A number that no source stands behind cannot be built.

The names below are loaded when they are first used: a flash must not load what an assessment
needs.
"""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, cast

from tocsin.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.products.document import Document, facts_of, numerals, orphans, plain_numerals
    from tocsin.products.editing import SUFFIX, blank_edited
    from tocsin.products.files import (
        FORMATS,
        only_in,
        render,
        sentences,
        shapes_of,
        write_files,
        write_tables,
    )
    from tocsin.products.picture import Picture
    from tocsin.products.short import render_short
    from tocsin.products.told import as_plain

    Product = Callable[..., Document]

# What each product is called -> the module and the function that make it.
PRODUCTS: dict[str, str] = {
    "flash": "flash",
    "sitrep": "sitrep",
    "assessment": "assessment",
    "closures": "closures",
    "agreement": "agreement",
    "casefile": "casefile",
    "bulletin": "bulletin",
    "brief": "analytical",
}
_HOMES = {
    "document": "Document facts_of numerals orphans plain_numerals",
    "editing": "SUFFIX blank_edited",
    "files": "FORMATS only_in render sentences shapes_of write_files write_tables",
    "picture": "Picture",
    "short": "render_short",
    "told": "as_plain",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "FORMATS",
    "PRODUCTS",
    "SUFFIX",
    "Document",
    "Picture",
    "as_plain",
    "blank_edited",
    "facts_of",
    "numerals",
    "only_in",
    "options_of",
    "orphans",
    "plain_numerals",
    "product_named",
    "render",
    "render_short",
    "sentences",
    "shapes_of",
    "write_files",
    "write_tables",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(name)
    found: object = getattr(import_module(f"tocsin.products.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def product_named(name: str) -> Product:
    """The function that makes a product.

    Raises
    ------
    UnknownName
    """
    if (home := PRODUCTS.get(name)) is None:
        raise UnknownName(
            "no product is named {name}",
            remedy="The products are: {known}.",
            name=name,
            known=", ".join(PRODUCTS),
        )
    return cast("Product", getattr(import_module(f"tocsin.products.{home}"), home))


def options_of(name: str, given: dict[str, str]) -> dict[str, str]:
    """The options that a product takes, of those that were given.

    Raises
    ------
    UsageError, for one that it does not take.
    """
    takes = signature(product_named(name)).parameters
    chosen = {option: value for option, value in given.items() if value}
    for option in chosen:
        if option not in takes:
            raise UsageError(
                "{product} takes no {option}",
                remedy="See what each product takes: tocsin product make --help",
                product=name,
                option=f"--{option}",
            )
    return chosen
