"""The files of a product: HTML, PDF, DOCX and JSON, each whole or not there."""

from pathlib import Path

from tocsin.briefs.files import write_whole
from tocsin.language import Lang
from tocsin.products.document import Document
from tocsin.products.editing import SUFFIX, read_edited
from tocsin.products.html import render_html
from tocsin.products.pdf import render_pdf
from tocsin.products.told import to_json
from tocsin.products.word import render_docx

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
    path = (beside or Path()) / f"{document.stem}.{lang}.{SUFFIX}"
    edited = read_edited(path, document, lang)
    made = {
        "html": lambda: render_html(document, lang, faces, edited),
        "pdf": lambda: render_pdf(document, lang, edited),
        "docx": lambda: render_docx(document, lang, edited),
        "json": lambda: to_json(document, lang),
    }
    return {suffix: made[suffix]() for suffix in formats}


def write_files(
    document: Document, lang: Lang, folder: Path, faces: str, formats: tuple[str, ...] = FORMATS
) -> list[Path]:
    """Write `flash-MLI-2023-06-30.fr.{html,pdf,docx,json}` to a folder."""
    made = render(document, lang, faces, folder, formats)
    return write_whole(folder, f"{document.stem}.{lang}", made)
