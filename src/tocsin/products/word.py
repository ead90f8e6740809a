"""A product as DOCX that an editor can go on with: real styles, headings, footnotes, alt texts.

Word numbers the footnotes itself. A source is a footnote where it is first cited, and a reference
to that footnote wherever it is cited again. The same document has the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from tocsin.briefs.drawing import light_tokens
from tocsin.briefs.facts import Line
from tocsin.briefs.pdf import TLP_COLOURS
from tocsin.briefs.typesetting import set_as_picture
from tocsin.language import Lang, day
from tocsin.products.document import (
    Block,
    Chart,
    Document,
    Items,
    Paragraph,
    Table,
    body_runs,
    cited_in,
    listed,
    marks,
)
from tocsin.products.editing import Edited
from tocsin.products.footnotes import Footnotes
from tocsin.products.html import words_in
from tocsin.products.wordstyles import LANGUAGES, make_styles, shade

if TYPE_CHECKING:
    from docx.document import Document as Doc

_TEXT = 174 / 25.4 * 72  # points from margin to margin
_LETTER = 5.8  # points of a letter in a table, in the widest of the faces that are likely
_SHORT_SHARE = 0.6  # of that, at most, for columns of short cells where there are others
_SCALE = 2.5  # pixels a point of a drawing: sharp on paper
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name


def render_docx(document: Document, lang: Lang, edited: Edited | None = None) -> bytes:
    """The document as DOCX."""
    return _Writing(document, lang, edited or Edited({})).bytes()


class _Writing:
    """Writes one document, block by block, in reading order."""

    def __init__(self, document: Document, lang: Lang, edited: Edited):
        import docx  # noqa: PLC0415  (only when a document is written)

        self.document, self.lang, self.edited = document, lang, edited
        self.words = words_in(lang)
        self.doc: Doc = docx.Document()
        self.tokens = light_tokens()
        make_styles(self.doc, lang)
        # Styles are set by their ids: looking one up takes ten milliseconds each time.
        self.styles = {style.name: style.style_id for style in self.doc.styles}
        self.notes = Footnotes(
            self.doc,
            {one.number: one.text(lang) for one in listed(document)},
        )

    def bytes(self) -> bytes:
        self.frame()
        self.paragraph("Title", self.document.headline)
        self.editor("headline")
        for section in self.document.sections:
            self.paragraph("Heading 1", section.title)
            self.editor(section.key)
            for block in section.blocks:
                self.block(block)
        if any(one.statements for one in listed(self.document)):
            self.doc.add_paragraph(self.words["opens"], style="Small Note")
        self.notes.finish(set(self.document.numbers.values()))
        written = io.BytesIO()
        self.doc.save(written)
        return with_pinned_times(written.getvalue())

    def frame(self) -> None:
        """Header and footer with the marking on every page, properties, what it is and of when."""
        document = self.document
        name, as_of = document.place.names.in_(self.lang), day(document.as_of, self.lang)
        kind = document.kind.plain(self.lang)
        section = self.doc.sections[0]
        for part in (section.header, section.footer):
            held = part.paragraphs[0]
            held.style = self.doc.styles["Header"]
            self.marking(held)
        section.header.paragraphs[0].add_run(f"\t{kind} · {name} · {self.words['as_of']} {as_of}")
        section.footer.paragraphs[0].add_run(f"\t{self.words['foot']}")
        stamp = datetime.combine(document.as_of, time(), UTC).replace(tzinfo=None)
        told = self.doc.core_properties
        told.title, told.author, told.comments = f"{name}, {as_of} – {kind}", "Tocsin", ""
        told.language, told.subject = LANGUAGES[self.lang], document.handling.said
        told.created = told.modified = stamp
        told.last_modified_by = "Tocsin"
        notices = [self.words["exercise"]] if document.exercise else []
        notices += [self.words["reconstruction"]] if document.reconstruction else []
        for notice in notices:
            self.doc.add_paragraph(notice, style="Notice")

    def marking(self, held: Any) -> None:
        """The marking, in its own colour on black."""
        from docx.shared import RGBColor  # noqa: PLC0415

        run = held.add_run(f" {self.document.handling.said} ")
        run.bold = True
        colour = self.tokens[TLP_COLOURS[self.document.handling.tlp]]
        run.font.color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())
        shade(run._r.get_or_add_rPr(), "000000")

    def block(self, block: Block) -> None:
        match block:
            case Paragraph():
                style = {"lead": "Subtitle", "note": "Small Note"}.get(block.style, "Body Text")
                self.paragraph(style, block.line)
            case Items():
                for item in block.items:
                    self.paragraph("List Bullet", item.line)
                    if item.beneath is not None:
                        self.paragraph("Beneath", item.beneath)
            case Table():
                self.table(block)
            case Chart():
                self.chart(block)

    def paragraph(self, style: str, line: Line, extra: tuple[str, ...] = ()) -> Any:
        held = self.doc.add_paragraph()
        held._p.style = self.styles[style]
        self.write(held, line)
        self.cite(held, cited_in((line,), extra))
        return held

    def write(self, held: Any, line: Line) -> None:
        for run in body_runs(line, self.lang):
            written = held.add_run(run.text)
            if run.bold:
                written.bold = True

    def cite(self, held: Any, keys: Iterable[str]) -> None:
        self.notes.cite(held, marks(self.document, keys))

    def editor(self, key: str) -> None:
        texts = self.edited.of(key)
        if texts:
            self.doc.add_paragraph(self.words["editor"], style="Small Note")
        for one in texts:
            self.doc.add_paragraph(one, style="Editor")

    def table(self, block: Table) -> None:
        self.paragraph("Caption", block.caption)
        held = self.doc.add_table(rows=1, cols=len(block.columns), style="Evidence")
        held.autofit = True
        for column, width in zip(held.columns, column_widths(block, self.lang), strict=True):
            column.width = width
        for cell, column in zip(held.rows[0].cells, block.columns, strict=True):
            self.cell(cell, column.title, "Table Head", column.numeric)
        _say_of_row(held.rows[0], "w:tblHeader")  # again on every page that it runs over
        for row in block.rows:
            added = held.add_row()
            _say_of_row(added, "w:cantSplit")
            cells = added.cells
            for cell, line, column in zip(cells, row.cells, block.columns, strict=True):
                self.cell(cell, line, "Table Text", column.numeric)
            self.cite(cells[0].paragraphs[0], cited_in(row.cells))
        if block.note is not None:
            self.paragraph("Small Note", block.note)

    def cell(self, cell: Any, line: Line, style: str, right: bool) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415

        held = cell.paragraphs[0]
        held._p.style = self.styles[style]
        if right:
            held.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self.write(held, line)

    def chart(self, block: Chart) -> None:
        from docx.shared import Pt  # noqa: PLC0415

        self.paragraph("Caption", block.caption, block.sources)
        drawn = block.draw(self.lang, *block.size, False)
        held = self.doc.add_paragraph(style="Body Text")
        picture = held.add_run().add_picture(
            io.BytesIO(picture_of(drawn.for_document())), width=Pt(min(block.size[0], _TEXT))
        )
        properties = picture._inline.docPr
        properties.set("descr", drawn.label)
        properties.set("title", block.caption.plain(self.lang).replace("**", ""))


def column_widths(table: Table, lang: Lang) -> list[int]:
    """Widths of a table's columns, in the unit of Word: short cells take what they need.

    A word processor that cannot fit columns to their words would else give each the same.
    """
    from docx.shared import Pt  # noqa: PLC0415

    needed, shares = [], []
    for place, column in enumerate(table.columns):
        longest, whole = table.longest(place, lang), table.whole(place, lang)
        head = max(map(len, column.title.plain(lang).split()), default=0)
        marks = 5 if place == 0 else 1
        needed.append((max(longest, head) + marks) * _LETTER if whole else 0.0)
        shares.append(0.0 if whole else min(longest, 90) ** 0.6)
    most = _TEXT * (_SHORT_SHARE if any(shares) else 1)
    # Squeezed where there is too little room, and let out a little where there is much.
    squeeze = min(most / (sum(needed) or most), 1.0 if any(shares) else 1.35)
    needed = [one * squeeze for one in needed]
    left = (_TEXT - sum(needed)) / (sum(shares) or 1)
    return [int(Pt(need + left * share)) for need, share in zip(needed, shares, strict=True)]


def picture_of(svg: str) -> bytes:
    """A drawing as PNG, in the letters of the house.

    Typst draws it, as it draws it on paper: another drawer would take a second to start.
    """
    return set_as_picture(svg, _SCALE)


def _say_of_row(row: Any, tag: str) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def with_pinned_times(made: bytes) -> bytes:
    """The same zip file with its members in order and without the hour at which it was made."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as given,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        names = sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            info.create_system = 3
            out.writestr(info, given.read(name))
    return written.getvalue()
