"""The tables of a product as files for machines: CSV, XLSX, GeoJSON (RFC 7946) and HXL.

They hold plain values (no thousands, no percent signs, ISO dates), say where each row comes from,
and carry the marking of the product: a file is passed on without its page.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from tocsin.language import Lang, day, text, typeset
from tocsin.products.document import Document, Row, Table, cited_in, listed, marks
from tocsin.products.word import with_pinned_times

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so
_UNSOURCED = ("#meta+source", "#meta+handling")


def tables_of(document: Document) -> Iterator[Table]:
    """Every table of the document, those that only the files carry last."""
    yield from (block for block in document.blocks() if isinstance(block, Table))
    yield from document.tables


def table_files(
    document: Document, lang: Lang, shapes: Mapping[str, "BaseGeometry"]
) -> dict[str, bytes]:
    """Files by suffix: one CSV and one HXL a table, one workbook, one map where areas are drawn.

    shapes : polygons by area, in degrees (WGS 84)
    """
    made: dict[str, bytes] = {}
    for table in tables_of(document):
        made[f"{table.key}.csv"] = to_csv(document, table)
        if any(column.hxl for column in table.columns):
            made[f"{table.key}.hxl.csv"] = to_csv(document, table, hxl=True)
        if any(row.unit_id in shapes for row in table.rows):
            made[f"{table.key}.geojson"] = to_geojson(document, table, shapes)
    if made:
        made["xlsx"] = to_xlsx(document, lang)
    return made


def to_csv(document: Document, table: Table, *, hxl: bool = False) -> bytes:
    """One table as CSV (RFC 4180, UTF-8); with `hxl` the tagged columns, tags in the second row."""
    kept = [place for place, column in enumerate(table.columns) if not hxl or column.hxl]
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    coded = any(row.unit_id for row in table.rows)
    heads = [table.columns[place].key for place in kept]
    tags = [table.columns[place].hxl for place in kept]
    if coded:
        code = "#adm1+code" if _areas(table) else "#country+code"
        heads, tags = ["unit_id", *heads], [code, *tags]
    out.writerow([*heads, "sources", "handling"])
    if hxl:
        out.writerow([*tags, *_UNSOURCED])
    for row in table.rows:
        cells = [plain(row.values[place]) for place in kept]
        start = [row.unit_id] if coded else []
        out.writerow([*start, *cells, sources_of(document, row), document.handling.said])
    return written.getvalue().encode("utf-8")


def _areas(table: Table) -> bool:
    return any("." in row.unit_id for row in table.rows)


def plain(value: str | float | int | None) -> str | float | int:
    """A value for a spreadsheet: empty where unknown, never something that it would run.

    >>> plain(None), plain(355.0), plain("=1+1")
    ('', 355, "'=1+1")
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 6)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def sources_of(document: Document, row: Row) -> str:
    """Keys of what stands behind a row: ids of statements and of snapshots."""
    return " ".join(key for key in cited_in(row.cells) if key in document.sources)


def to_xlsx(document: Document, lang: Lang) -> bytes:
    """Every table as a sheet, behind a README that says what they are; the same bytes each time."""
    from openpyxl import Workbook  # noqa: PLC0415  (200 ms: only for a workbook)
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    front = book.active
    assert front is not None
    front.title = "README"
    for line in _readme(document, lang):
        front.append([plain(cell) for cell in line])
    front.column_dimensions["A"].width, front.column_dimensions["B"].width = 26, 90
    for cell in front["A"]:
        cell.font = Font(bold=True)
    for table in tables_of(document):
        _sheet(book, document, table, lang, Font(bold=True))
    stamp = datetime.combine(document.as_of, time())
    book.properties.creator, book.properties.title = "Tocsin", document.stem
    book.properties.created = book.properties.modified = stamp
    written = io.BytesIO()
    book.save(written)
    return _with_pinned_day(with_pinned_times(written.getvalue()), stamp)


def _with_pinned_day(made: bytes, stamp: datetime) -> bytes:
    """The workbook without the hour of saving, which openpyxl writes over what it was told."""
    import re  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    said = f"{stamp.isoformat()}Z".encode()
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as given,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for info in given.infolist():
            content = given.read(info)
            if info.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said, content)
            out.writestr(info, content)
    return written.getvalue()


def _readme(document: Document, lang: Lang) -> Iterator[list[Any]]:
    """What the workbook is, how it may be used, what its columns mean, where it comes from."""

    def say(template: str) -> str:
        return typeset(text(template, lang), lang)

    yield [document.kind.plain(lang), document.place.names.in_(lang)]
    yield [say("as of"), day(document.as_of, lang)]
    yield [say("Handling"), document.handling.said]
    if document.reconstruction:
        yield [say("reconstruction"), say("Later releases, cut at what could have been known.")]
    if document.exercise:
        yield [
            say("EXERCISE"),
            say("EXERCISE. For training only: no warning here has been sent to anybody."),
        ]
    yield [say("Empty cells"), say("Unknown: nobody counts, which is not zero.")]
    yield []
    for table in tables_of(document):
        yield [table.key, table.caption.plain(lang).replace("**", "")]
        for column in table.columns:
            unit = f" ({column.unit})" if column.unit else ""
            yield [f"  {column.key}", f"{column.title.plain(lang)}{unit}"]
    yield []
    yield [say("Sources"), ""]
    for one in listed(document):
        yield [one.number, f"{one.text(lang, whole=True)} {one.source.url}".strip()]


def _sheet(book: Any, document: Document, table: Table, lang: Lang, strong: Any) -> None:
    sheet = book.create_sheet(table.key[:31])
    sheet.append(
        ["unit_id", *(column.title.plain(lang) for column in table.columns),
         typeset(text("Sources", lang), lang)]
    )  # fmt: skip
    for cell in sheet[1]:
        cell.font = strong
    for row in table.rows:
        numbers = ", ".join(str(one) for one in marks(document, cited_in(row.cells)))
        sheet.append([row.unit_id, *(plain(value) for value in row.values), numbers])
    sheet.freeze_panes = "B2"
    for place in range(1, len(table.columns) + 3):
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = 18


def to_geojson(document: Document, table: Table, shapes: Mapping[str, "BaseGeometry"]) -> bytes:
    """The rows of a table on the map (RFC 7946): rings by the right hand, six decimals at most.

    A row without a shape has a null geometry: it is listed, not left out.
    """
    features = [
        {
            "type": "Feature",
            "id": f"{row.unit_id}" if row.unit_id else str(place),
            "geometry": geometry_of(shapes.get(row.unit_id)),
            "properties": {
                "unit_id": row.unit_id,
                **{
                    column.key: value
                    for column, value in zip(table.columns, row.values, strict=True)
                },
                "sources": sources_of(document, row),
            },
        }
        for place, row in enumerate(table.rows)
    ]
    told = {
        "type": "FeatureCollection",
        "handling": document.handling.said,
        "as_of": document.as_of.isoformat(),
        "features": features,
    }
    return (json.dumps(told, ensure_ascii=False) + "\n").encode("utf-8")


def geometry_of(shape: "BaseGeometry | None") -> dict[str, Any] | None:
    """A shape as GeoJSON geometry, its outer rings counter-clockwise."""
    if shape is None:
        return None
    from shapely import set_precision  # noqa: PLC0415
    from shapely.geometry import MultiPolygon, Polygon, mapping  # noqa: PLC0415
    from shapely.geometry.polygon import orient  # noqa: PLC0415

    tidy = set_precision(shape, 1e-4)
    if isinstance(tidy, Polygon):
        tidy = orient(tidy, 1.0)
    elif isinstance(tidy, MultiPolygon):
        tidy = MultiPolygon([orient(one, 1.0) for one in tidy.geoms])
    found: dict[str, Any] = json.loads(json.dumps(mapping(tidy)))
    return found
