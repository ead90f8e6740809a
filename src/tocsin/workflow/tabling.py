"""Every list of the product as a table file: CSV, XLSX, GeoJSON (RFC 7946) or HXL-tagged CSV.

One place for all of them: the columns of each list, its sources, and its handling, which is the
highest marking of anything that stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec

from tocsin.errors import UsageError
from tocsin.knowledge.citing import Cited
from tocsin.language import Lang
from tocsin.tables.statements import Statement
from tocsin.workflow.list_columns import COLUMNS
from tocsin.workflow.listing import LISTINGS, Listing, page_of, rows_of
from tocsin.workflow.quoting import LISTS as JUDGED
from tocsin.workflow.record_reading import Question

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tocsin.products.document import Document, Table
    from tocsin.products.sourcing import Sources

LISTS: dict[str, Listing] = LISTINGS | {one.name: one for one in JUDGED}
MEDIA = {
    "csv": "text/csv; charset=utf-8; header=present",
    "hxl": "text/csv; charset=utf-8; header=present",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SUFFIXES = {"csv": ".csv", "hxl": ".hxl.csv", "geojson": ".geojson", "xlsx": ".xlsx"}
_AT_ONCE = 1000
# Lists whose lines name no statement: they are marked as highly as anything of these kinds.
_BEHIND = {"actors": ("actor", "alias", "organisation", "agreement", "case"),
           "warnings": ("warning",)}  # fmt: skip


def write_list(
    name: str, out: Path, question: Question, words: Mapping[str, str], lang: Lang
) -> int:
    """Write a whole list to a file whose suffix says how; how many lines it has.

    Raises
    ------
    UnknownName, if there is no such list.  UsageError, for another suffix, or a word that the list
    is not asked with.
    """
    from tocsin.errors import UnknownName

    if (one := LISTS.get(name)) is None:
        raise UnknownName(
            "no list is named {name}", remedy="The lists are: {known}.", name=name,
            known=", ".join(LISTS),
        )  # fmt: skip
    form = form_of(out)
    _require_words(one, words)
    rows = list(every(one, question, words))
    made = table_file(one, rows, question, lang, form)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(out.name + ".new")
    draft.write_bytes(made)
    draft.replace(out)
    return len(rows)


def form_of(path: Path) -> str:
    """How a file is written, by its suffix.

    >>> form_of(Path("a/figures.hxl.csv")), form_of(Path("figures.xlsx"))
    ('hxl', 'xlsx')
    """
    for form in ("hxl", "csv", "geojson", "xlsx"):
        if path.name.endswith(SUFFIXES[form]):
            return form
    raise UsageError(
        "{name} does not say how it is to be written",
        remedy="End its name in .csv, .xlsx, .geojson or .hxl.csv.",
        name=path.name,
    )


def _require_words(one: Listing, words: Mapping[str, str]) -> None:
    known = {word.name: word for word in one.words}
    for name, value in words.items():
        if name not in known:
            raise UsageError(
                "the list {list} is not asked with {name}",
                remedy="It is asked with: {known}.",
                list=one.name, name=name, known=", ".join(known) or "–",
            )  # fmt: skip
        if known[name].choices and value not in known[name].choices:
            raise UsageError(
                "{name} cannot be {value}", remedy="It is one of: {known}.", name=name,
                value=value, known=", ".join(known[name].choices),
            )  # fmt: skip
    for word in one.words:
        if word.needed and not words.get(word.name):
            raise UsageError(
                "{name} is missing", remedy="Give it, as {example}.", name=word.name,
                example=f"{word.name}={word.needed}",
            )  # fmt: skip


def every(one: Listing, question: Question, words: Mapping[str, str]) -> Iterator[Any]:
    """Every line of a list."""
    if one.page is None:
        yield from rows_of(one, question, words)
        return
    after = ""
    while True:
        found, after = page_of(one, question, words, after, _AT_ONCE)
        yield from found
        if not after:
            return


def table_file(one: Listing, rows: list[Any], question: Question, lang: Lang, form: str) -> bytes:
    """Lines of a list as a file: `csv`, `hxl`, `geojson` or `xlsx`."""
    from tocsin.products import tables

    document, table = _document(one, rows, question, lang)
    match form:
        case "xlsx":
            return tables.to_xlsx(document, lang)
        case "geojson":
            return tables.to_geojson(document, table, _shapes(table, question))
    return tables.to_csv(document, table, hxl=form == "hxl")


def _document(
    one: Listing, rows: list[Any], question: Question, lang: Lang
) -> tuple[Document, Table]:
    """A document that holds nothing but the table, with its sources and its handling."""
    from tocsin.briefs import facts
    from tocsin.briefs.facts import Line, Quoted, Term
    from tocsin.briefs.inputs import Place
    from tocsin.products.document import (
        Column,
        Document,
        Handling,
        Row,
        Section,
        Table,
        with_numbers,
    )

    sources = _sources(one, rows, question)
    columns = COLUMNS[one.name]
    made = []
    for row in rows:
        keys = _keys(one, row, sources)
        values = tuple(column.get(row, lang) for column in columns)
        cells = tuple(Line("{x}", {"x": Quoted("–", "–", keys)}) for _ in columns)
        made.append(Row(cells, values, unit_id=_unit(row)))
    title = Line("{title}", {"title": Term(one.about)})
    table = Table(
        one.name, title,
        tuple(Column(each.key, Line("{title}", {"title": Term(each.title)}), each.unit, each.hxl)
              for each in columns),
        tuple(made),
    )  # fmt: skip
    name = facts.Words(question.reader or "–", question.reader or "–")
    document = with_numbers(
        Document(
            product="list", kind=title, place=Place(one.name, "region", name),
            as_of=question.known_by, headline=title,
            handling=Handling("AMBER+STRICT", "AMBER") if one.house else sources.handling(),
            sections=(Section("list", title, (table,)),), sources=sources.held,
            subject=one.name, exercise=_is_exercise(),
        )
    )  # fmt: skip
    return document, table


def _is_exercise() -> bool:
    from tocsin.workflow.arriving import is_exercise_store

    return is_exercise_store()


def _sources(one: Listing, rows: Iterable[Any], question: Question) -> Sources:
    """What stands behind the lines: statements that the reader may see, and releases."""
    from tocsin.products.picture import Picture
    from tocsin.products.sourcing import Sources

    found: list[Statement] = []
    if one.name == "statements":
        found = list(rows)
    elif one.name == "reports":
        from tocsin.workflow import verifying

        held = verifying.reports(question.reader, "", question.as_of)
        found = [each.report for each in held]
    elif one.name in _BEHIND:
        found = question.view.statements(_BEHIND[one.name])
    elif not one.house:
        found = question.held
        if one.name == "links":
            found = [*found, *question.view.statements("tag")]
    picture = SimpleNamespace(statements=found, brief=None, gist=None, snapshots={})
    sources = Sources(cast(Picture, picture))
    if one.name in _BEHIND:
        for each in found:
            sources.marked[each.id] = each
    return sources


def _keys(one: Listing, row: Any, sources: Sources) -> tuple[str, ...]:
    if isinstance(row, Statement):
        return (sources.statement(row),)
    if one.name == "reports":
        return sources.ids([row.id])
    if one.name == "links":
        said = (name for each in row.common for name in each.said_by)
        return sources.ids([row.one.id, row.other.id, *said])
    return sources.cited(_cited_in(row))


def _cited_in(value: Any) -> Iterator[Cited]:
    """Every citation within a line, however deep."""
    if isinstance(value, Cited):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _cited_in(getattr(value, name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _cited_in(each)


def _unit(row: Any) -> str:
    """The area that a line is about, where it names one: MLI or MLI.mopti."""
    named = str(getattr(row, "unit_id", "") or getattr(row, "place", "") or "")
    iso3, _, rest = named.partition(".")
    is_area = len(iso3) == 3 and iso3.isupper() and iso3.isascii() and " " not in rest
    return named if is_area else ""


def _shapes(table: Table, question: Question) -> dict[str, BaseGeometry]:
    """Polygons of the first-level areas that the table names, on the question's day."""
    from tocsin import geo
    from tocsin.workflow.places import boundary_layers

    found: dict[str, BaseGeometry] = {}
    for iso3 in sorted({row.unit_id[:3] for row in table.rows if "." in row.unit_id}):
        for area in geo.admin1(iso3, question.day, boundary_layers()).areas:
            if area.polygon is not None:
                found[area.unit_id] = area.polygon
    return found


def page_file(
    one: Listing, call: tuple[Question, Mapping[str, str], str, int], lang: Lang, form: str
) -> tuple[bytes, str, int]:
    """A page of a list as a file, the key to go on after, and how many lines it has."""
    question, words, after, limit = call
    found, following = page_of(one, question, words, after, limit)
    return table_file(one, found, question, lang, form), following, len(found)
