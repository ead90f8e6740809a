"""Products: the files that a picture becomes, an editor's file beside them, and what differs
between two readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.picturing import kept_inputs, picture_of
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    from tocsin.products import Document, Picture

_SIGNS = "’‘“”–—…•−≤≥→↗↘△\u202f\u2009"


def document_of(
    product: str, area: str, day: date, *, reconstruct: bool = False, reader: str = "",
    tlp: str = "RED", exercise: bool = False, options: dict[str, str] | None = None,
) -> tuple[Document, Picture]:  # fmt: skip
    """A product on a place as of a day, as one reader may see it, and what it was made from."""
    from tocsin import products

    make_it = products.product_named(product)
    chosen = products.options_of(product, options or {})
    picture = picture_of(
        area, day, reconstruct=reconstruct, reader=reader, tlp=tlp, exercise=exercise,
        members=product == "bulletin", reports=product == "sitrep", brief_too=product != "flash",
    )  # fmt: skip
    return make_it(picture, **chosen), picture


def make(
    product: str, area: str, *, as_of: str = "", reconstruct: bool = False, lang: str = "fr",
    reader: str = "", tlp: str = "RED", out: Path = Path(), exercise: bool = False,
    tables: bool = False, **options: str,
) -> dict[str, Any]:  # fmt: skip
    """Write a product on a place; its headline and its files.

    Raises
    ------
    UnknownName, for no such product, place or case.  PageOverrun, if it takes more room than it
    promises: then nothing is written.
    """
    from tocsin import products
    from tocsin.briefs import require_lang, require_tlp

    written, marking = require_lang(lang), require_tlp(tlp)
    document, picture = document_of(
        product, area, day_of(as_of), reconstruct=reconstruct, reader=reader, tlp=marking,
        exercise=exercise, options=options,
    )  # fmt: skip
    faces = letters(common=document.page is not None)
    paths = products.write_files(document, written, out, faces)
    if tables:
        paths += products.write_tables(document, written, out, products.shapes_of(picture))
    return {
        "headline": document.headline.plain(written),
        "handling": document.handling.said,
        "short": products.render_short(document, written) if document.short else "",
        "exercise": document.exercise,
        "reconstruction": document.reconstruction,
        "paths": [str(path) for path in paths],
    }


def brief(
    area: str,
    *,
    as_of: str = "",
    reconstruct: bool = False,
    lang: str = "fr",
    tlp: str = "CLEAR",
    out: Path = Path(),
    tables: bool = False,
) -> dict[str, Any]:
    """Write the one-page brief on a place as HTML, PDF, DOCX and JSON; its headline and files.

    It holds counts and no record: whoever may have the files may have it.

    tables : write its tables too, as CSV, XLSX, GeoJSON and HXL
    """
    from tocsin import briefs, products
    from tocsin.briefs.grounds import Grounds
    from tocsin.briefs.scoping import scope_of
    from tocsin.warning.rulebook import shipped_rulebook

    written, marking = briefs.require_lang(lang), briefs.require_tlp(tlp)
    day = day_of(as_of)
    inputs = replace(kept_inputs(area, day, reconstruct), tlp=marking)
    made = briefs.build_brief(inputs)
    picture = products.Picture(
        scope=scope_of(area, day), as_of=day, reconstruct=reconstruct, reader="",
        rules=shipped_rulebook(), grounds=Grounds(inputs), brief=made,
    )  # fmt: skip
    document = products.product_named("brief")(picture)
    paths = products.write_files(document, written, out, letters(common=True))
    if tables:
        paths += products.write_tables(document, written, out, products.shapes_of(picture))
    return {
        "headline": made.headline.plain(written),
        "exercise": made.exercise,
        "reconstruction": made.reconstruction,
        "paths": [str(path) for path in paths],
    }


def begin_editing(
    product: str, area: str, *, as_of: str = "", reconstruct: bool = False, lang: str = "fr",
    reader: str = "", tlp: str = "RED", out: Path = Path(), **options: str,
) -> str:  # fmt: skip
    """Write an empty file for an editor's text beside a product; one that is there stays.

    Raises
    ------
    UsageError, for a brief: its page has no room for more.
    """
    from tocsin import products
    from tocsin.briefs import require_lang, require_tlp
    from tocsin.errors import UsageError

    written = require_lang(lang)
    document, _ = document_of(
        product, area, day_of(as_of), reconstruct=reconstruct, reader=reader,
        tlp=require_tlp(tlp), options=options,
    )  # fmt: skip
    if document.page is not None:
        raise UsageError(
            "the page of a brief has no room for an editor's text",
            remedy="Go on in its DOCX: tocsin brief {area}",
            area=area,
        )
    path = out / f"{document.stem}.{written}.{products.SUFFIX}"
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        path.write_text(products.blank_edited(document, written), encoding="utf-8")
    return str(path)


def compare(
    product: str, area: str, reader: str, other: str, *, as_of: str = "",
    reconstruct: bool = False, tlp: str = "RED", **options: str,
) -> dict[str, Any]:  # fmt: skip
    """What stands in one reader's product and not in another's, in sources and in words."""
    from tocsin import products
    from tocsin.briefs import require_tlp

    one, two = (
        document_of(
            product, area, day_of(as_of), reconstruct=reconstruct, reader=name,
            tlp=require_tlp(tlp), options=options,
        )[0]
        for name in (reader, other)
    )  # fmt: skip
    return {
        "reader": {"name": reader, "handling": one.handling.said,
                   "only": products.only_in(one, two)},
        "other": {"name": other, "handling": two.handling.said,
                  "only": products.only_in(two, one)},
    }  # fmt: skip


def letters(*, common: bool = False) -> str:
    """CSS with every letter that a product may need, kept in the store.

    common : with those of nearly every page alone, as the page of a brief has them
    """
    from tocsin.briefs.letters import COMMON, kept_faces
    from tocsin.settings import read_settings

    wide = "".join(chr(code) for code in (*range(32, 127), *range(160, 384))) + _SIGNS
    return kept_faces(read_settings().home, COMMON if common else wide)
