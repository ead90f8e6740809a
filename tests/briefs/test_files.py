"""HTML, PDF and JSON: one page, nothing from elsewhere, the same bytes twice."""

import io
import re
from html.parser import HTMLParser

import pytest
from pypdf import PdfReader

from tocsin.briefs import build_brief, fit, lay_out, render_html, render_pdf, to_json
from tocsin.briefs.files import require_lang, require_tlp
from tocsin.briefs.page import DENSITIES
from tocsin.errors import UnknownName
from tocsin.language.text import Lang

LANGS: tuple[Lang, ...] = ("fr", "en")
WAR = [40, 55, 61, 48, 90, 75] * 10


class Read(HTMLParser):
    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_needs_no_script_and_no_other_file(make) -> None:
    html = render_html(lay_out(build_brief(make(WAR)), "fr"))
    read = Read(html)
    assert not [tag for tag, _ in read.tags if tag in ("script", "link", "img", "iframe")]
    assert not [a for _, a in read.tags if "src" in a]
    assert re.findall(rb"url\((?!data:|#hatch)", html) == []
    assert len(html) < 110_000


def test_every_citation_opens_a_source_on_the_page(make) -> None:
    read = Read(render_html(lay_out(build_brief(make(WAR)), "en")))
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    cited = {a["href"][1:] for tag, a in read.tags if tag == "a" and str(a["href"]).startswith("#")}
    assert cited
    assert cited <= ids


@pytest.mark.parametrize("lang", LANGS)
def test_numbers_of_the_page_carry_the_values_of_the_facts(make, deaths, lang: Lang) -> None:
    page = lay_out(build_brief(make(deaths)), lang)
    read = Read(render_html(page))
    values = [attrs["value"] for tag, attrs in read.tags if tag == "data"]
    assert str(sum(deaths[-3:])) in values
    assert read.tags[0] == ("html", {"lang": lang})


@pytest.mark.parametrize("lang", LANGS)
def test_the_document_is_one_tagged_a4_page(make, deaths, lang: Lang) -> None:
    brief = build_brief(make(deaths, reconstructed=True, undrawn=["XEX.south"]))
    _, pdf = fit(brief, lang)
    document = PdfReader(io.BytesIO(pdf))
    assert len(document.pages) == 1
    size = document.pages[0].mediabox
    assert (round(size.width), round(size.height)) == (595, 842)
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == lang
    assert "TLP:CLEAR" in document.pages[0].extract_text()


def test_the_fullest_brief_still_fits(make) -> None:
    parts = {f"XEX.area-of-a-long-name-{i:02d}": [i + 3] * 52 + [0] * 8 for i in range(14)}
    parts |= {f"XEX.unknown-area-{i}": [None] * 60 for i in range(3)}
    brief = build_brief(make(WAR, parts, reconstructed=True, exercise=True))
    for lang in LANGS:
        page, _ = fit(brief, lang)
        assert page.headline_size >= DENSITIES[-1].headline


def test_the_same_brief_has_the_same_bytes(make) -> None:
    def once() -> tuple[bytes, bytes, bytes]:
        page = lay_out(build_brief(make(WAR)), "fr")
        return render_html(page), render_pdf(page), to_json(page)

    assert once() == once()


def test_an_exercise_says_so_on_every_output(make) -> None:
    brief = build_brief(make(WAR, exercise=True))
    page, pdf = fit(brief, "en")
    assert b"EXERCISE. Invented data" in render_html(page)
    assert "EXERCISE. Invented data" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert b'"exercise": true' in to_json(page)
    assert b"EXERCISE" not in render_html(lay_out(build_brief(make(WAR)), "en"))


def test_markings_and_languages_are_checked() -> None:
    assert require_lang("FR") == "fr"
    assert require_tlp("tlp:amber+strict") == "AMBER+STRICT"
    with pytest.raises(UnknownName, match="de"):
        require_lang("de")
    with pytest.raises(UnknownName, match="PURPLE"):
        require_tlp("PURPLE")


@pytest.mark.parametrize("tlp", ["GREEN", "AMBER+STRICT", "RED"])
def test_the_marking_stands_above_and_below(make, tlp) -> None:
    html = render_html(lay_out(build_brief(make(WAR, tlp=tlp)), "en")).decode()
    assert html.count(f">TLP:{tlp}<") == 2
