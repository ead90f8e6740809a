"""Products: pages that get read, made from what one reader may see, in French and English.

Every product is a function from a `Picture` to a `Document`; a renderer turns a document into
HTML, PDF, DOCX, JSON or table files. A number that no source stands behind cannot be built.
"""

from collections.abc import Callable
from typing import Any

from tocsin.errors import UnknownName
from tocsin.products.document import Document, facts_of, numerals, orphans, plain_numerals
from tocsin.products.editing import blank_edited
from tocsin.products.files import FORMATS, render, write_files
from tocsin.products.flash import flash
from tocsin.products.picture import Picture
from tocsin.products.short import render_short
from tocsin.products.told import as_plain

Product = Callable[..., Document]
PRODUCTS: dict[str, Product] = {"flash": flash}

__all__ = [
    "FORMATS",
    "PRODUCTS",
    "Document",
    "Picture",
    "as_plain",
    "blank_edited",
    "facts_of",
    "numerals",
    "orphans",
    "plain_numerals",
    "product_named",
    "render",
    "render_short",
    "write_files",
]


def product_named(name: str) -> Callable[[Picture], Any]:
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
