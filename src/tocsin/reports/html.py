"""A report as one self-contained HTML file: no script, readable on any screen and in print."""

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from tocsin.briefs.drawing import Drawing, hatch
from tocsin.briefs.html import styles
from tocsin.briefs.letters import font_faces
from tocsin.reports.parts import Report

if TYPE_CHECKING:
    from jinja2 import Template


def render_html(report: Report) -> bytes:
    """The report as HTML; the letters it uses travel in the file."""
    html = _template().render(
        report=report,
        words=report.words,
        style=Markup("@@STYLE@@"),
        hatching=Markup(hatch("var(--unknown)", "var(--hatch)")),  # noqa: S704  (our own drawing)
        svg=_svg,
    )
    letters = "".join(sorted(set(re.sub(r"<[^>]*>", "", html))))
    return html.replace("@@STYLE@@", styles() + _sheet() + font_faces(letters)).encode("utf-8")


def _svg(drawing: Drawing) -> Markup:
    return Markup(drawing.for_page())  # noqa: S704  (our own drawing)


@cache
def _template() -> "Template":
    from jinja2 import Environment  # noqa: PLC0415  (50 ms: only when a page is written)

    source = files("tocsin.reports").joinpath("report.html").read_text("utf-8")
    return Environment(autoescape=True, keep_trailing_newline=True).from_string(source)


@cache
def _sheet() -> str:
    text = files("tocsin.reports").joinpath("report.css").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)
