"""Real footnotes in a DOCX, which python-docx has no words for: their part, and references.

A footnote is written where its source is cited first; later citations refer to it (NOTEREF), so
that an editor who moves a paragraph keeps the numbers right.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as Doc

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


class Footnotes:
    """The footnotes of one document, by the number that the reader sees."""

    def __init__(self, doc: "Doc", texts: Mapping[int, str]):
        self.doc, self.texts = doc, texts
        self.written: list[int] = []
        # Set by its id: looking a style up takes ten milliseconds each time.
        self.style = doc.styles["Footnote Reference"].style_id

    def cite(self, paragraph: Any, numbers: Iterable[int]) -> None:
        """Put marks at the end of a paragraph, in the order of their numbers."""
        for place, number in enumerate(numbers):
            if place:
                self._superscript(paragraph, ",")
            if number in self.written:
                self._refer(paragraph, number)
            else:
                self._note(paragraph, number)

    def finish(self, numbers: Iterable[int]) -> None:
        """Write the part that holds the notes.

        The numbers that Word will give are those of the document: each source is cited first in
        the order of its number.
        """
        from docx.opc.packuri import PackURI  # noqa: PLC0415
        from docx.opc.part import Part  # noqa: PLC0415

        assert self.written == sorted(set(self.written)), "footnotes are out of order"
        assert self.written == sorted(numbers), "a source is cited nowhere"
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, self._xml(), self.doc.part.package)
        self.doc.part.relate_to(part, _RELATION)

    def _note(self, paragraph: Any, number: int) -> None:
        self.written.append(number)
        start = _element("w:bookmarkStart", id=str(number), name=f"_Source{number}")
        run = paragraph.add_run()
        run._r.style = self.style
        run._r.append(_element("w:footnoteReference", id=str(number)))
        run._r.addprevious(start)
        run._r.addnext(_element("w:bookmarkEnd", id=str(number)))

    def _refer(self, paragraph: Any, number: int) -> None:
        """A field that gives the number of the footnote under a bookmark."""
        for kind in ("begin", "code", "separate", "value", "end"):
            run = paragraph.add_run()
            run._r.style = self.style
            if kind == "code":
                code = _element("w:instrText")
                code.text = f" NOTEREF _Source{number} \\f \\h "
                code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                run._r.append(code)
            elif kind == "value":
                run.text = str(number)
            else:
                run._r.append(_element("w:fldChar", fldCharType=kind))

    def _superscript(self, paragraph: Any, text: str) -> None:
        run = paragraph.add_run(text)
        run._r.style = self.style

    def _xml(self) -> bytes:
        from lxml import etree  # noqa: PLC0415

        root = etree.Element(f"{{{_W}}}footnotes", nsmap={"w": _W})
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            note = etree.SubElement(root, f"{{{_W}}}footnote")
            note.set(f"{{{_W}}}type", kind)
            note.set(f"{{{_W}}}id", str(number))
            run = etree.SubElement(etree.SubElement(note, f"{{{_W}}}p"), f"{{{_W}}}r")
            etree.SubElement(run, f"{{{_W}}}{kind}")
        for number in self.written:
            note = etree.SubElement(root, f"{{{_W}}}footnote")
            note.set(f"{{{_W}}}id", str(number))
            held = etree.SubElement(note, f"{{{_W}}}p")
            style = etree.SubElement(etree.SubElement(held, f"{{{_W}}}pPr"), f"{{{_W}}}pStyle")
            style.set(f"{{{_W}}}val", "FootnoteText")
            mark = etree.SubElement(held, f"{{{_W}}}r")
            properties = etree.SubElement(mark, f"{{{_W}}}rPr")
            etree.SubElement(properties, f"{{{_W}}}rStyle").set(f"{{{_W}}}val", "FootnoteReference")
            etree.SubElement(mark, f"{{{_W}}}footnoteRef")
            said = etree.SubElement(etree.SubElement(held, f"{{{_W}}}r"), f"{{{_W}}}t")
            said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            said.text = f" {self.texts[number]}"
        made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return made


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made
