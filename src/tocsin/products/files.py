"""The files of a product: HTML, PDF, DOCX and JSON, each whole or not there."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.briefs.files import write_whole
from tocsin.language import Lang
from tocsin.products.document import Document, groups_of
from tocsin.products.editing import SUFFIX, read_edited
from tocsin.products.html import render_html
from tocsin.products.pdf import render_pdf
from tocsin.products.told import to_json
from tocsin.products.word import render_docx

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tocsin.products.picture import Picture

FORMATS = ("html", "pdf", "docx", "json")


def render(
    document: Document, lang: Lang, faces: str, beside: Path | None = None,
    formats: tuple[str, ...] = FORMATS,
) -> dict[str, bytes]:  # fmt: skip
    """A product's files by suffix; an editor's text that lies beside them goes into them.

    Raises
    ------
    PageOverrun, if it takes more room than it promises.  CheckFailed, for an editor's text that
    belongs to no section.
    """
    if document.page is not None:
        return _of_a_brief(document, lang, faces, formats)
    path = (beside or Path()) / f"{document.stem}.{lang}.{SUFFIX}"
    edited = read_edited(path, document, lang)
    made = {
        "html": lambda: render_html(document, lang, faces, edited),
        "pdf": lambda: render_pdf(document, lang, edited),
        "docx": lambda: render_docx(document, lang, edited),
        "json": lambda: to_json(document, lang),
    }
    return {suffix: made[suffix]() for suffix in formats}


def _of_a_brief(
    document: Document, lang: Lang, faces: str, formats: tuple[str, ...]
) -> dict[str, bytes]:
    """A brief's own page, and the document of the same facts that an editor goes on with."""
    from tocsin.briefs import fit, to_json  # noqa: PLC0415  (only a brief has a page of its own)
    from tocsin.briefs.html import render_html as brief_html  # noqa: PLC0415

    assert document.page is not None
    page, pdf = fit(document.page, lang)
    made = {
        "html": lambda: brief_html(page, faces),
        "pdf": lambda: pdf,
        "docx": lambda: render_docx(document, lang),
        "json": lambda: to_json(page),
    }
    return {suffix: made[suffix]() for suffix in formats}


def write_files(
    document: Document, lang: Lang, folder: Path, faces: str, formats: tuple[str, ...] = FORMATS
) -> list[Path]:
    """Write `flash-MLI-2023-06-30.fr.{html,pdf,docx,json}` to a folder."""
    made = render(document, lang, faces, folder, formats)
    return write_whole(folder, f"{document.stem}.{lang}", made)


def write_tables(
    document: Document, lang: Lang, folder: Path, shapes: "Mapping[str, BaseGeometry]"
) -> list[Path]:
    """Write the tables beside the page: `flash-MLI-2023-06-30.fr.warnings.csv` and the others."""
    from tocsin.products.tables import table_files  # noqa: PLC0415  (only where asked for)

    return write_whole(folder, f"{document.stem}.{lang}", table_files(document, lang, shapes))


def shapes_of(picture: "Picture") -> "dict[str, BaseGeometry]":
    """The polygons of a picture's areas, by their ids."""
    if picture.grounds is None:
        return {}
    return {
        part.unit_id: part.shape
        for part in picture.grounds.inputs.layer.parts
        if part.shape is not None
    }


def only_in(one: Document, other: Document) -> list[str]:
    """What one document holds and another does not: sources by their keys, then sentences."""
    keys = [key for key in one.numbers if key not in other.numbers]
    beside = set(sentences(other))
    return [*keys, *(said for said in sentences(one) if said not in beside)]


def sentences(document: Document) -> list[str]:
    """Every line of a document in English, in reading order."""
    found = [line.plain("en") for lines, _ in groups_of(document) for line in lines]
    return list(dict.fromkeys(said for said in found if said.strip("–- ")))
