"""The styles of a DOCX: names that an editor finds in the list, sizes of the house."""

from typing import TYPE_CHECKING, Any

from tocsin.briefs.drawing import light_tokens
from tocsin.language import Lang

if TYPE_CHECKING:
    from docx.document import Document as Doc

LANGUAGES: dict[Lang, str] = {"fr": "fr-FR", "en": "en-GB"}
SERIF, SANS = "Cambria", "Calibri"
# Style -> face, points, bold, colour token, space before and after in points.
_SIZES: dict[str, tuple[str, float, bool, str, float, float]] = {
    "Normal": (SANS, 10.5, False, "--ink", 0, 4),
    "Title": (SERIF, 19, True, "--ink", 6, 8),
    "Subtitle": (SERIF, 11.5, False, "--ink-2", 0, 6),
    "Heading 1": (SANS, 12, True, "--ink", 10, 3),
    "Heading 2": (SANS, 10.5, True, "--ink", 6, 2),
    "Body Text": (SANS, 10.5, False, "--ink", 0, 4),
    "List Bullet": (SANS, 10.5, False, "--ink", 0, 2),
    "Caption": (SANS, 9.5, False, "--ink-2", 6, 2),
    "Header": (SANS, 9, False, "--ink-2", 0, 0),
    "Footer": (SANS, 9, False, "--ink-2", 0, 0),
}
_NEW: dict[str, tuple[str, float, bool, str, float, float]] = {
    "Small Note": (SANS, 9, False, "--ink-3", 0, 3),
    "Beneath": (SANS, 9.5, False, "--ink-2", 0, 3),
    "Editor": (SERIF, 10.5, False, "--ink", 0, 4),
    "Notice": (SANS, 10, True, "--ink", 0, 4),
    "Table Head": (SANS, 9, False, "--ink-3", 0, 1),
    "Table Text": (SANS, 9.5, False, "--ink", 1, 1),
    "Footnote Text": (SANS, 8.5, False, "--ink-2", 0, 1),
}


def make_styles(doc: "Doc", lang: Lang) -> None:
    """Set the page, the styles and the language of a document."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(20)
    # Gone through once: looking a style up takes ten milliseconds each time.
    held: dict[str, Any] = {style.name: style for style in doc.styles}
    for name in _NEW:
        held[name] = doc.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        held[name].base_style = held["Normal"]
    for name, told in (_SIZES | _NEW).items():
        _set(held[name], told)
    for name in ("Beneath", "Editor"):
        held[name].paragraph_format.left_indent = Mm(6.4 if name == "Beneath" else 4)
    _rule_above(held["Heading 1"])
    _one_tab(held["Header"])
    for name in ("Heading 1", "Caption"):  # never alone at the foot of a page
        held[name].paragraph_format.keep_with_next = True
    reference = doc.styles.add_style("Footnote Reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True
    _evidence_table(doc)
    _speak(doc, lang)


def _set(style: Any, told: tuple[str, float, bool, str, float, float]) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    face, size, bold, colour, before, after = told
    style.font.name, style.font.size = face, Pt(size)
    style.font.bold, style.font.italic = bold, False
    style.font.color.rgb = RGBColor.from_string(light_tokens()[colour].removeprefix("#").upper())
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), face)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:  # the line that Word's own template puts under a title
        style.element.pPr.remove(borders)


def _one_tab(style: Any) -> None:
    """The marking on the left, all else on the right, however long a marking is."""
    from docx.enum.text import WD_TAB_ALIGNMENT  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    stops = style.paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Mm(174), WD_TAB_ALIGNMENT.RIGHT)


def _rule_above(style: Any) -> None:
    """A rule opens a section."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "2"), ("color", "161716")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc",
        "w:outlineLvl",
    )  # fmt: skip


def _evidence_table(doc: "Doc") -> None:
    """A table of rules, not of boxes."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    style = doc.styles.add_style("Evidence", WD_STYLE_TYPE.TABLE)
    properties, borders = OxmlElement("w:tblPr"), OxmlElement("w:tblBorders")
    for edge in ("top", "bottom", "insideH"):
        one = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "B9B7B0")):
            one.set(qn(f"w:{name}"), value)
        borders.append(one)
    properties.append(borders)
    style.element.append(properties)


def _speak(doc: "Doc", lang: Lang) -> None:
    """Say in which language the words are, for spelling and for screen readers."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    held = doc.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    properties = held.find(qn("w:rPr"))
    spoken = properties.find(qn("w:lang"))
    if spoken is None:
        spoken = OxmlElement("w:lang")
        properties.append(spoken)
    spoken.set(qn("w:val"), LANGUAGES[lang])


def shade(properties: Any, colour: str) -> None:
    """Put a run on a ground of one colour."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    ground = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        ground.set(qn(f"w:{name}"), value)
    properties.append(ground)
