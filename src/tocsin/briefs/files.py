"""The three files of a brief, and the words of the command line that choose them."""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from tocsin.briefs.contents import Brief
from tocsin.briefs.html import render_html
from tocsin.briefs.inputs import Tlp
from tocsin.briefs.page import DENSITIES, Page, lay_out
from tocsin.briefs.pdf import render_pdf
from tocsin.briefs.told import to_json
from tocsin.errors import PageOverrun, UnknownName
from tocsin.language import Lang


def fit(brief: Brief, lang: Lang) -> tuple[Page, bytes]:
    """The page at the widest density that fits one sheet, and its PDF.

    Raises
    ------
    PageOverrun, if none does.
    """
    for density in DENSITIES[:-1]:
        page = lay_out(brief, lang, density)
        try:
            return page, render_pdf(page)
        except PageOverrun:
            continue
    page = lay_out(brief, lang, DENSITIES[-1])
    return page, render_pdf(page)


def write_files(brief: Brief, lang: Lang, folder: Path) -> list[Path]:
    """Write `brief-MLI-2023-06-30.fr.{html,pdf,json}`; each appears only when it is complete.

    Raises
    ------
    PageOverrun, if the PDF would take more than one page: then nothing is written.
    """
    page, pdf = fit(brief, lang)
    made = {"html": render_html(page), "pdf": pdf, "json": to_json(page)}
    stem = f"brief-{brief.place.unit_id}-{brief.as_of.isoformat()}.{lang}"
    return write_whole(folder, stem, made)


def write_whole(folder: Path, stem: str, made: Mapping[str, bytes]) -> list[Path]:
    """Write one file a suffix; each appears under its name only when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for suffix, content in made.items():
        path = folder / f"{stem}.{suffix}"
        partial = path.with_name(f".{path.name}.partial")
        partial.write_bytes(content)
        partial.replace(path)
        paths.append(path)
    return paths


def require_lang(text: str) -> Lang:
    """`fr` or `en`.

    Raises
    ------
    UnknownName
    """
    for known in get_args(Lang):
        if text.lower() == known:
            return known  # type: ignore[no-any-return]
    raise UnknownName("no language is named {lang}", remedy="Choose fr or en.", lang=text)


def require_tlp(text: str) -> Tlp:
    """A marking of TLP 2.0, with or without its prefix.

    Raises
    ------
    UnknownName

    >>> require_tlp("TLP:amber+strict")
    'AMBER+STRICT'
    """
    for known in get_args(Tlp):
        if text.upper().removeprefix("TLP:") == known:
            return known  # type: ignore[no-any-return]
    raise UnknownName(
        "no marking is named TLP:{tlp}",
        remedy="Choose one of {known}.",
        tlp=text,
        known=", ".join(get_args(Tlp)),
    )
