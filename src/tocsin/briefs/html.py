"""One self-contained HTML file: no script, no other file, readable on any screen and in print."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from tocsin.briefs.drawing import Drawing, hatch, stylesheet
from tocsin.briefs.facts import Fact, Run, Source
from tocsin.briefs.letters import faces_for
from tocsin.language import Lang, month, number
from tocsin.tables.months import first_day, month_text

if TYPE_CHECKING:
    from jinja2 import Template

    from tocsin.briefs.page import Page


def render_html(page: Page, faces: str = "") -> bytes:
    """The page as HTML: every number carries its value, every citation opens its source.

    The letters it uses travel in the file, so that it looks the same on every machine.

    Parameters
    ----------
    faces : CSS with faces that hold the common letters (see `letters.kept_faces`)
    """
    html = _template().render(
        page=page,
        brief=page.brief,
        words=page.words,
        name=page.brief.place.names.in_(page.lang),
        style=Markup("@@STYLE@@"),
        hatching=Markup(hatch("var(--unknown)", "var(--hatch)")),  # noqa: S704  (our own drawing)
        tlp=_tlp(page.brief.tlp),
        behind=_behind(page),
        runs=lambda listed: Markup("").join(_run(run, page) for run in listed),
        svg=lambda drawing: Markup(drawing.for_page()),  # noqa: S704  (our own drawing)
        quiet=_quiet,
        details=_details,
        host=_host,
    )
    letters = "".join(sorted(set(re.sub(r"<[^>]*>", "", html))))
    return html.replace("@@STYLE@@", styles() + faces_for(letters, faces)).encode("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment  # noqa: PLC0415  (50 ms: only when a page is written)

    source = files("tocsin.briefs").joinpath("page.html").read_text("utf-8")
    return Environment(autoescape=True, keep_trailing_newline=True).from_string(source)


def _run(run: Run, page: Page) -> Markup:
    said = Markup.escape(run.text)
    if run.fact is not None and run.fact.value is not None:
        said = Markup('<data value="{}" title="{}">{}</data>').format(
            _value(run.fact.value), _meaning(run.fact, page), said
        )
    if run.bold:
        said = Markup("<b>{}</b>").format(said)
    return said + _citation(run.sources, page)


def _meaning(fact: Fact, page: Page) -> str:
    """What a number counts and whose it is, for a pointer that rests on it."""
    months = "–".join(dict.fromkeys(month_text(one) for one in fact.months)) if fact.months else ""
    numbers = [str(page.numbers[key]) for key in fact.sources if key in page.numbers]
    cited = f"{page.words['source']} {', '.join(numbers)}" if numbers else ""
    return " · ".join(part for part in (fact.id, months, cited) if part)


def _citation(keys: tuple[str, ...], page: Page) -> Markup:
    links = [
        Markup('<a href="#s{0}" aria-label="{1} {0}">{0}</a>').format(
            page.numbers[key], page.words["source"]
        )
        for key in keys
        if key in page.numbers
    ]
    return (
        Markup('<sup class="src">{}</sup>').format(Markup(",").join(links)) if links else Markup()
    )


def _tlp(tlp: str) -> Markup:
    return Markup('<span class="tlp {}">TLP:{}</span>').format(
        tlp.split("+", maxsplit=1)[0].lower(), tlp
    )


def _behind(page: Page) -> list[tuple[str, str, str]]:
    """The numbers behind the chart, for those who cannot see it."""
    return [
        (
            month(first_day(bar.month), page.lang),
            _told(bar.deaths, page.lang),
            _told(bar.events, page.lang),
        )
        for bar in page.brief.timeline.bars
    ]


def _told(value: int | None, lang: Lang) -> str:
    return "–" if value is None else number(value, lang)


def _quiet(drawing: Drawing) -> Markup:
    """A drawing whose number stands beside it: silent for a screen reader."""
    svg = drawing.for_page().replace(
        f'role="img" aria-label="{escape(drawing.label)}"', 'aria-hidden="true"', 1
    )
    return Markup(svg)  # noqa: S704  (our own drawing)


def _details(source: Source) -> str:
    return " · ".join(f"{key}: {value}" for key, value in source.details.items())


def _host(url: str) -> str:
    """The host of an address, for print and for the eye."""
    return url.partition("//")[2].partition("/")[0].removeprefix("www.")


def _value(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6g}"


@cache
def styles() -> str:
    """Tokens and base of the house, the drawings' styles, the page: without comments."""
    sheets = files("tocsin.briefs")
    tokens = sheets.joinpath("tokens.css").read_text("utf-8")
    house = tokens[: tokens.index("/* ---------------------------------------------- masthead")]
    text = "\n".join((house, stylesheet(), sheets.joinpath("page.css").read_text("utf-8")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text).replace("; ", ";").replace("{ ", "{").replace(" }", "}")
