"""The page of a brief that fits its sheet, files written whole, and the words that choose them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from tocsin.briefs.inputs import Tlp
from tocsin.errors import PageOverrun, UnknownName
from tocsin.lake.whole import write_bytes
from tocsin.language import Lang

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tocsin.briefs.contents import Brief
    from tocsin.briefs.page import Page


def fit(brief: Brief, lang: Lang) -> tuple[Page, bytes]:
    """The page at the widest density that fits one sheet, and its PDF.

    Raises
    ------
    PageOverrun, if none does.
    """
    from tocsin.briefs.page import DENSITIES, lay_out  # noqa: PLC0415  (its drawings)
    from tocsin.briefs.pdf import render_pdf  # noqa: PLC0415

    for density in DENSITIES[:-1]:
        page = lay_out(brief, lang, density)
        try:
            return page, render_pdf(page)
        except PageOverrun:
            continue
    page = lay_out(brief, lang, DENSITIES[-1])
    return page, render_pdf(page)


def write_whole(folder: Path, stem: str, made: Mapping[str, bytes]) -> list[Path]:
    """Write one file a suffix; each appears under its name only when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_bytes(folder / f"{stem}.{suffix}", content) for suffix, content in made.items()]


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
