"""A product as one self-contained HTML file: no script, no other file, screen, phone and print."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from tocsin.briefs.drawing import hatch
from tocsin.briefs.facts import Line
from tocsin.briefs.html import styles
from tocsin.language import Lang, day, text, typeset
from tocsin.products.document import (
    Chart,
    Document,
    Listed,
    Table,
    body_runs,
    cited_in,
    listed,
    marks,
)
from tocsin.products.editing import Edited

if TYPE_CHECKING:
    from jinja2 import Template

WORDS = {
    "as_of": "as of",
    "reconstruction": "reconstruction",
    "exercise": "EXERCISE. For training only: no warning here has been sent to anybody.",
    "foot": "Every number opens to its source.",
    "sources": "Sources",
    "opens": "To open a statement: tocsin ledger show, then the letters given here.",
    "source": "source",
    "skip": "To the text",
    "editor": "Editor's text, not drawn from the evidence",
    "handling": "Handling",
}


def words_in(lang: Lang) -> dict[str, str]:
    """The words of the frame in a language."""
    return {key: typeset(text(template, lang), lang) for key, template in WORDS.items()}


def render_html(document: Document, lang: Lang, faces: str, edited: Edited | None = None) -> bytes:
    """The document as HTML: every number carries its value, every mark opens its source.

    Parameters
    ----------
    faces : CSS that carries the letters (see `briefs.letters.font_faces`)
    """
    page = _Page(document, lang)
    html = _template().render(
        document=document,
        page=page,
        lang=lang,
        words=words_in(lang),
        name=document.place.names.in_(lang),
        kind=document.kind.plain(lang),
        as_of=day(document.as_of, lang),
        tlp_class=document.handling.tlp.split("+", maxsplit=1)[0].lower(),
        notes=listed(document),
        edited=edited or Edited({}),
        hatching=Markup(hatch("var(--unknown)", "var(--hatch)")),  # noqa: S704  (our own drawing)
        style=Markup(styles() + faces + own_styles()),  # noqa: S704  (our own)
    )
    return html.encode("utf-8")


class _Page:
    """What the template asks for."""

    def __init__(self, document: Document, lang: Lang):
        self.document, self.lang = document, lang
        self.word = typeset(text("source", lang), lang)

    def kind_of(self, block: object) -> str:
        return type(block).__name__.lower()

    def line(self, line: Line, cite: bool = True) -> Markup:
        """A sentence with its marks at the end."""
        said = self.words(line)
        return said + self.marks(cited_in((line,))) if cite else said

    def words(self, line: Line) -> Markup:
        """A sentence without marks; numbers and quotations carry where they come from."""
        said = Markup("")
        for run in body_runs(line, self.lang):
            piece = Markup.escape(run.text)
            if run.fact is not None and run.fact.value is not None:
                piece = Markup('<data value="{}" title="{}">{}</data>').format(
                    f"{run.fact.value:.12g}", self.meaning(run.fact.id, run.fact.sources), piece
                )
            elif run.behind:
                piece = Markup('<span class="q" title="{}">{}</span>').format(
                    self.meaning("", run.behind), piece
                )
            elif run.origin:
                piece = Markup('<span class="{}">{}</span>').format(run.origin, piece)
            said += Markup("<b>{}</b>").format(piece) if run.bold else piece
        return said

    def meaning(self, name: str, keys: tuple[str, ...]) -> str:
        numbers = ", ".join(str(one) for one in marks(self.document, keys))
        return " · ".join(part for part in (name, f"{self.word} {numbers}") if part)

    def marks(self, keys: tuple[str, ...]) -> Markup:
        """Marks that open the sources of a sentence; three in a row become a span."""
        found = marks(self.document, keys)
        if not found:
            return Markup("")
        links = Markup(",").join(
            Markup("–").join(
                Markup('<a href="#s{0}" aria-label="{1} {0}">{0}</a>').format(one, self.word)
                for one in dict.fromkeys(span)
            )
            for span in spans(found)
        )
        return Markup('<sup class="src">{}</sup>').format(links)

    def cell(self, table: Table, place: int, line: Line | None = None) -> str:
        """The classes of a cell: a number, one line, nothing to say."""
        found = ["n"] if table.columns[place].numeric else []
        if table.whole(place, self.lang):
            found.append("whole")
        if line is not None and line.plain(self.lang) == "–":
            found.append("none")
        return " ".join(found)

    def block_marks(self, block: Chart | Table) -> Markup:
        extra = block.sources if isinstance(block, Chart) else ()
        return self.marks(cited_in((block.caption,), extra))

    def row_marks(self, cells: tuple[Line, ...]) -> Markup:
        return self.marks(cited_in(cells))

    def drawing(self, chart: Chart, narrow: bool = False) -> Markup:
        width, height = chart.narrow_size if narrow else chart.size
        return Markup(chart.draw(self.lang, width, height, narrow).for_page())  # noqa: S704

    def source(self, one: Listed) -> Markup:
        """A footnote, its statements by name, and where it can be read."""
        held = one.source
        said = Markup.escape(one.text(self.lang))
        told = dict(held.details)
        if one.statements:
            told["statement"] = ", ".join(one.statements)
        details = " · ".join(f"{name}: {value}" for name, value in told.items())
        if not held.url:
            return Markup('<span title="{}">{}</span>').format(details, said)
        host = held.url.partition("//")[2].partition("/")[0].removeprefix("www.")
        return Markup('<span title="{}">{}</span> <a href="{}">{}</a>').format(
            details, said, held.url, host
        )


def spans(numbers: list[int]) -> list[tuple[int, int]]:
    """Runs of neighbouring numbers, each as its first and last.

    >>> spans([1, 2, 3, 5, 7, 8])
    [(1, 3), (5, 5), (7, 7), (8, 8)]
    """
    found: list[tuple[int, int]] = []
    run: list[int] = []
    for one in [*numbers, -1]:
        if run and one != run[-1] + 1:
            if len(run) > 2:
                found.append((run[0], run[-1]))
            else:
                found += [(each, each) for each in run]
            run = []
        run.append(one)
    return found


@cache
def own_styles() -> str:
    """The style sheet of products, on one line."""
    sheet = files("tocsin.products").joinpath("product.css").read_text("utf-8")
    return " ".join(sheet.split())


@cache
def _template() -> "Template":
    from jinja2 import Environment  # noqa: PLC0415  (50 ms: only when a page is written)

    source = files("tocsin.products").joinpath("product.html").read_text("utf-8")
    return Environment(autoescape=True, keep_trailing_newline=True).from_string(source)
