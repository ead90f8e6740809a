"""Products: the picture that they are made from, and the files that they become.

What is slow to gather is kept in the store under a name made from everything it follows from, so
that a flash takes a second and a year of weekly reports shares twelve months of counts.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    from tocsin.products import Document, Picture


def picture_of(
    area: str, day: date, *, reconstruct: bool = False, reader: str = "", tlp: str = "RED",
    exercise: bool = False,
) -> Picture:  # fmt: skip
    """What a reader may see of a place as of a day, under a marking.

    exercise : whether warnings raised under a clock set by hand are in it
    """
    from tocsin.briefs import Brief, build_brief
    from tocsin.briefs.gathering import scope_of
    from tocsin.briefs.grounds import Grounds
    from tocsin.errors import NotEnoughData
    from tocsin.products import Picture
    from tocsin.workflow.arriving import open_lake
    from tocsin.workflow.briefing import brief_inputs
    from tocsin.workflow.watchkeeping import rulebook

    scope = scope_of(area, day)
    grounds: Grounds | None = None
    made: Brief | None = None
    with suppress(NotEnoughData):
        inputs = brief_inputs(area, day, reconstruct)
        grounds, made = Grounds(inputs), build_brief(inputs)
    statements, standings = _record_of(scope.countries, day, reader, tlp, exercise)
    return Picture(
        scope=scope, as_of=day, reconstruct=reconstruct, reader=reader, rules=rulebook(),
        grounds=grounds, brief=made, statements=statements, standings=standings,
        snapshots={one.snapshot_id: one for one in open_lake().snapshots()},
    )  # fmt: skip


def _record_of(
    countries: tuple[str, ...], day: date, reader: str, tlp: str, exercise: bool
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Statements and warnings about some countries that the reader may see, under a marking."""
    from tocsin.knowledge.scope import about_countries, under_marking
    from tocsin.tables.when import end_of
    from tocsin.workflow.record_keeping import open_ledger, reader_named
    from tocsin.workflow.record_reading import Question, has_record
    from tocsin.workflow.watchkeeping import read_standings

    if not has_record():
        return (), ()
    held = Question(reader, day.isoformat()).held
    chosen = about_countries(under_marking(held, tlp), countries)
    ledger = open_ledger()
    try:
        found = read_standings(ledger, reader_named(reader), end_of(day))
    finally:
        ledger.close()
    mine = [
        one
        for one in found.values()
        if one.body.country in countries
        and one.is_exercise == exercise
        and under_marking([one.current], tlp)
    ]
    return tuple(chosen), tuple(mine)


def make(
    product: str, area: str, *, as_of: str = "", reconstruct: bool = False, lang: str = "fr",
    reader: str = "", tlp: str = "RED", out: Path = Path(), exercise: bool = False,
    **options: Any,
) -> dict[str, Any]:  # fmt: skip
    """Write a product on a place; its headline and its files."""
    from tocsin import products
    from tocsin.briefs import require_lang, require_tlp

    written, marking = require_lang(lang), require_tlp(tlp)
    day = day_of(as_of)
    picture = picture_of(
        area, day, reconstruct=reconstruct, reader=reader, tlp=marking, exercise=exercise
    )
    document: Document = products.product_named(product)(picture, **options)
    paths = products.write_files(document, written, out, letters())
    return {
        "headline": document.headline.plain(written),
        "handling": document.handling.said,
        "short": products.render_short(document, written) if document.short else "",
        "exercise": document.exercise,
        "reconstruction": document.reconstruction,
        "paths": [str(path) for path in paths],
    }


def letters() -> str:
    """CSS with every letter that a product may need, kept in the store: cutting takes a second."""
    from hashlib import sha256

    from tocsin.briefs.letters import font_faces
    from tocsin.settings import read_settings

    wanted = "".join(chr(code) for code in (*range(32, 127), *range(160, 384))) + _SIGNS
    name = sha256(f"1|{wanted}".encode()).hexdigest()[:16]
    path = read_settings().home / "kept" / f"faces-{name}.css"
    try:
        return path.read_text("utf-8")
    except OSError:
        made = font_faces(wanted)
        partial = path.with_suffix(".partial")
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(made, encoding="utf-8")
        partial.replace(path)
        return made


_SIGNS = "’‘“”–—…•−≤≥→↗↘\u202f\u2009"
