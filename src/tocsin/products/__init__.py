"""Products: pages that get read, made from what one reader may see, in French and English.

Every product is a function from a `Picture` to a `Document`; a renderer turns a document into
HTML, PDF, DOCX, JSON or table files. A number that no source stands behind cannot be built.
"""

from collections.abc import Callable
from inspect import signature

from tocsin.errors import UnknownName, UsageError
from tocsin.products.agreement import agreement
from tocsin.products.analytical import analytical
from tocsin.products.assessment import assessment
from tocsin.products.bulletin import bulletin
from tocsin.products.casefile import casefile
from tocsin.products.closures import closures
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
from tocsin.products.flash import flash
from tocsin.products.picture import Picture
from tocsin.products.short import render_short
from tocsin.products.sitrep import sitrep
from tocsin.products.told import as_plain

Product = Callable[..., Document]
PRODUCTS: dict[str, Product] = {
    "flash": flash,
    "sitrep": sitrep,
    "assessment": assessment,
    "closures": closures,
    "agreement": agreement,
    "casefile": casefile,
    "bulletin": bulletin,
    "brief": analytical,
}

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


def product_named(name: str) -> Product:
    """The function that makes a product.

    Raises
    ------
    UnknownName
    """
    if (found := PRODUCTS.get(name)) is None:
        raise UnknownName(
            "no product is named {name}",
            remedy="The products are: {known}.",
            name=name,
            known=", ".join(PRODUCTS),
        )
    return found


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
