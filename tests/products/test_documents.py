"""Products as documents: no orphan number, the same in both languages, files that repeat."""

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from pypdf import PdfReader
from tests.briefs.conftest import HUGE, PEACE, QUIET_AFTER_WAR, SURGE
from tests.products.conftest import WAR, Draw, escalation, warning

from tocsin.briefs.facts import Fact, Line, Words
from tocsin.briefs.incidents import SCHEMA
from tocsin.briefs.keeping import gist_of, plain_gist
from tocsin.errors import CheckFailed
from tocsin.language import Lang
from tocsin.products import (
    Document,
    facts_of,
    numerals,
    orphans,
    plain_numerals,
    product_named,
    render,
    render_short,
)
from tocsin.products.document import (
    Paragraph,
    Section,
    Table,
    cited_in,
    groups_of,
    listed,
    with_numbers,
)
from tocsin.products.told import as_plain
from tocsin.warning.messages import gsm

DATES = ("2020-02-14", "2022-04-30", "2023-06-30", "2023-08-15", "2023-12-31")
COUNTED = (
    ("flash", {}), ("sitrep", {"period": "day"}), ("sitrep", {}), ("assessment", {}), ("brief", {}),
)  # fmt: skip
RECORD = (
    ("flash", {}), ("sitrep", {}), ("sitrep", {"period": "day"}), ("assessment", {}),
    ("closures", {}), ("agreement", {}),
)  # fmt: skip
CASES = [*RECORD, ("casefile", {"case": "moura"})]
LANGS: tuple[Lang, ...] = ("fr", "en")
pytestmark = pytest.mark.geodata


def of_hadaria(hadaria: Draw, **changes: object) -> Iterator[Document]:
    north = warning("XEX.north")
    south = warning("XEX.south", problem="quiet-area", level="elevated", likelihood_high=0.5)
    warned = [north, escalation(north), south]
    for deaths in (WAR, PEACE, QUIET_AFTER_WAR, SURGE, HUGE, [*WAR[:58], None, None], None):
        picture = hadaria(deaths, warned, **changes)
        for name, options in COUNTED:
            if name != "brief" or picture.brief is not None:
                yield product_named(name)(picture, **options)
        yield product_named("flash")(hadaria(deaths))


def of_mali(mali: Draw) -> Iterator[Document]:
    for day in DATES:
        picture = mali(day)
        for name, options in CASES if day > "2022-04" else RECORD:
            yield product_named(name)(picture, **options)


def test_every_number_opens_to_a_source(hadaria: Draw, mali: Draw) -> None:
    made = [*of_hadaria(hadaria), *of_mali(mali)]
    assert len(made) > 60
    for document in made:
        assert orphans(document) == []
        keys = {key for one in listed(document) for key in one.keys}
        for lines, _ in groups_of(document):
            for run in (run for line in lines for run in line.runs("fr")):
                behind = run.fact.sources if run.fact else run.behind
                assert set(behind) <= keys, run.text


def test_both_languages_hold_the_same_numbers_in_the_same_order(hadaria: Draw, mali: Draw) -> None:
    for document in (*of_hadaria(hadaria), *of_mali(mali)):
        assert numerals(document, "fr") == numerals(document, "en"), document.stem
        for line in document.short:
            fr, en = (plain_numerals(line.plain(lang), lang) for lang in ("fr", "en"))
            assert fr == en


def test_a_number_without_a_source_cannot_be_written(hadaria: Draw) -> None:
    document = product_named("flash")(hadaria())
    for bare in (
        Line("{n} deaths", {"n": "12"}),
        Line("12 deaths"),
        Line("{n}", {"n": Fact(id="x", value=12, unit="deaths", sources=())}),
        Line("{n}", {"n": Fact(id="x", value=12, unit="deaths", sources=("nobody",))}),
    ):
        wrong = Section("x", Line("Sources"), (Paragraph(bare),))
        with pytest.raises(CheckFailed, match="12"):
            with_numbers(replace(document, sections=(*document.sections, wrong)))
    named = Line("{n}", {"n": Words("G5 Sahel", "G5 Sahel")})
    right = Section("x", Line("Sources"), (Paragraph(named),))
    with_numbers(replace(document, sections=(*document.sections, right)))


class Numerals(HTMLParser):
    """Collects numerals that stand outside of what opens to a source."""

    OPEN = frozenset({"data", "svg", "style", "title", "sup"})

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "link"):
            self.stack.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        opens = any(
            tag in self.OPEN or kind in ("q", "name", "clock", "srcs", "top", "mark-all")
            for tag, kind in self.stack
        )
        if re.search(r"\d", data) and not opens:
            self.bare.append(data)


@pytest.mark.parametrize("lang", LANGS)
def test_on_the_page_every_numeral_stands_in_what_opens(
    hadaria: Draw, mali: Draw, lang: Lang
) -> None:
    for document in (*of_hadaria(hadaria), *of_mali(mali)):
        if document.page is not None:
            continue  # a page of its own, which the tests of briefs look through
        page = render(document, lang, "", formats=("html",))["html"].decode()
        found = Numerals()
        found.feed(page)
        assert found.bare == [], document.stem
        marks = {int(one) for one in re.findall(r'href="#s(\d+)"', page)}
        for first, last in re.findall(r'href="#s(\d+)"[^>]*>\d+</a>–<a href="#s(\d+)"', page):
            marks |= set(range(int(first), int(last)))  # a span stands for what lies within it
        assert marks == {one.number for one in listed(document)}


@pytest.mark.parametrize("lang", LANGS)
def test_files_repeat_byte_for_byte(hadaria: Draw, lang: Lang) -> None:
    once = product_named("assessment")(hadaria(WAR, [warning("XEX.north")]))
    again = product_named("assessment")(hadaria(WAR, [warning("XEX.north")]))
    assert render(once, lang, "") == render(again, lang, "")


@pytest.mark.parametrize("lang", LANGS)
def test_the_flash_keeps_to_half_a_page_and_160_characters(hadaria: Draw, lang: Lang) -> None:
    areas = ("XEX.north", "XEX.south", "XEX.east", "XEX.west", "XEX.centre")
    picture = hadaria(WAR, [warning(area) for area in areas])
    document = product_named("flash")(picture)
    pdf = PdfReader(io.BytesIO(render(document, lang, "", formats=("pdf",))["pdf"]))
    assert len(pdf.pages) == 1, "half a page is asserted while it is set: see pages"
    assert document.pages == 0.5
    said = render_short(document, lang)
    assert len(said) <= 160
    assert said.startswith("EXERCICE TLP:" if lang == "fr" else "EXERCISE TLP:")
    said.encode("ascii" if lang == "en" else "latin-1")


def test_a_telephone_shows_the_accents_that_gsm_has(hadaria: Draw) -> None:
    title = {"fr": "Représailles à Été, œuvre « ouvragée », pêche", "en": "Reprisals"}
    from tocsin.tables.bodies import Words as Told

    picture = hadaria(None, [warning("XEX.north", title=Told(**title))])
    said = render_short(product_named("flash")(picture), "fr")
    assert "Représailles à Été" in said
    assert set("éàÉ") <= set(said)
    assert not set("œ«»ê’") & set(said), "these take two places or a whole other alphabet"


def test_what_does_not_fit_a_telephone_is_left_out_whole(hadaria: Draw) -> None:
    for deaths in (WAR, HUGE, SURGE):
        picture = hadaria(deaths, [warning("XEX.north"), warning("XEX.south")])
        document = product_named("flash")(picture)
        for lang in LANGS:
            said = render_short(document, lang)
            whole = [gsm(line.plain(lang).strip()) for line in document.short]
            allowed = {f"{line[:1].upper()}{line[1:]}" for line in whole}
            head, _, rest = said.partition(f"TLP:{document.handling.tlp} ")
            assert head in ("EXERCISE ", "EXERCICE ")
            assert set(rest.removesuffix(".").split(". ")) <= allowed
            assert len(said) <= 160


def test_the_marking_stands_on_every_page(hadaria: Draw) -> None:
    document = product_named("assessment")(hadaria(WAR, [warning("XEX.north")]))
    made = render(document, "en", "", formats=("pdf", "html", "docx", "json"))
    assert document.handling.said.startswith("TLP:AMBER+STRICT")
    pages = PdfReader(io.BytesIO(made["pdf"])).pages
    assert len(pages) > 1
    assert all("TLP:AMBER+STRICT" in page.extract_text() for page in pages)
    assert all("EXERCISE" in page.extract_text() for page in pages)
    with zipfile.ZipFile(io.BytesIO(made["docx"])) as docx:
        parts = [name for name in docx.namelist() if re.match(r"word/(header|footer)\d", name)]
        assert all(b"TLP:AMBER+STRICT" in docx.read(name) for name in parts)
        assert len(parts) >= 2


def test_the_paper_is_tagged_and_says_its_language(hadaria: Draw) -> None:
    document = product_named("sitrep")(hadaria(WAR, [warning("XEX.north")]))
    reader = PdfReader(io.BytesIO(render(document, "fr", "", formats=("pdf",))["pdf"]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("fr")
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()


def test_a_word_document_has_real_headings_footnotes_and_alt_texts(hadaria: Draw) -> None:
    import docx

    document = product_named("assessment")(hadaria(WAR, [warning("XEX.north")]))
    made = render(document, "en", "", formats=("docx",))["docx"]
    held = docx.Document(io.BytesIO(made))
    heads = [one.text for one in held.paragraphs if one.style.name == "Heading 1"]
    assert [section.title.plain("en") for section in document.sections] == [
        re.sub(r"[\d,]*$", "", head) for head in heads
    ]
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        notes = files.read("word/footnotes.xml").decode()
        body = files.read("word/document.xml").decode()
    references = re.findall(r'w:footnoteReference w:id="(\d+)"', body)
    assert references == [str(one.number) for one in listed(document)]
    assert re.findall(r'<w:footnote w:id="(\d+)"', notes) == references
    assert set(re.findall(r"NOTEREF _Source(\d+)", body)) <= set(references)
    assert all(re.findall(r'descr="([^"]+)"', body))
    assert body.count("<w:tblHeader") == len(held.tables)


def spoken(docx_file: bytes) -> list[str]:
    """The text of a Word document in reading order, without footnotes and their marks."""
    import docx

    found = []
    for one in docx.Document(io.BytesIO(docx_file)).element.body.iter():
        if one.tag.endswith("}p"):
            runs = [run for run in one.iter() if run.tag.endswith("}r")]
            found.append("".join(run.text for run in runs if run.style != "FootnoteReference"))
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_a_word_document_holds_every_number_in_order(hadaria: Draw, lang: Lang) -> None:
    for name in ("brief", "sitrep"):
        document = product_named(name)(hadaria(WAR))
        made = render(document, lang, "", formats=("docx",))["docx"]
        said = [one for text in spoken(made) for one in plain_numerals(text, lang)]
        assert len(said) > 20
        assert said == numerals(document, lang)


def test_a_brief_says_as_a_document_what_its_page_says(hadaria: Draw) -> None:
    from tocsin.briefs import facts_of as page_facts

    picture = hadaria(WAR)
    document = product_named("brief")(picture)
    told = {fact.id: fact.value for fact in facts_of(document)}
    page = {fact.id: fact.value for fact in page_facts(picture.brief)}
    shared = told.keys() & page.keys()
    assert {"deaths.quarter", "change.quarter", "probability.exceeds", "crps.model"} & shared
    assert all(told[key] == page[key] for key in shared)
    assert len(shared) > 15
    made = render(document, "fr", "")
    assert len(PdfReader(io.BytesIO(made["pdf"])).pages) == 1
    assert b"<svg" in made["html"]
    assert made == render(document, "fr", "")


def test_events_of_the_period_are_listed_with_their_source(hadaria: Draw) -> None:
    """The last month published is May; a report on a week of June says so and lists May's."""
    for period, most in (("day", 3), ("week", 10)):
        document = product_named("sitrep")(hadaria(WAR), period=period)
        section = next(one for one in document.sections if one.key == "violence")
        assert (
            "no event of these days is published yet" in section.blocks[0].line.plain("en").lower()
        )
        table = section.blocks[1]
        assert [row.values[6] for row in table.rows] == [30, 9, 0]
        assert table.rows[0].values == (
            "2023-05-04",
            "Post 12",
            "N",
            "Army – Band",
            "sb",
            3,
            30,
            41,
        )
        assert len(table.rows) <= most
        assert all(cited_in(row.cells) == ("invented/1-000000000000",) for row in table.rows)
    may = replace(hadaria(WAR), as_of=date(2023, 5, 31))
    table = next(
        one for one in product_named("sitrep")(may).blocks()
        if isinstance(one, Table) and one.key == "events"
    )  # fmt: skip
    assert [row.values[0] for row in table.rows] == ["2023-05-30/2023-06-01", "2023-05-31"]


def test_a_month_without_single_events_says_why(hadaria: Draw) -> None:
    none = SCHEMA.to_frame()
    for deaths, said in ((WAR, "only totals"), (PEACE, "not calm observed")):
        document = product_named("sitrep")(hadaria(deaths, incidents=none))
        section = next(one for one in document.sections if one.key == "violence")
        assert said in " ".join(one.line.plain("en") for one in section.blocks)


@pytest.mark.parametrize("day", DATES)
def test_nothing_known_later_is_in_a_product(mali: Draw, mali_statements: list, day: str) -> None:
    from tocsin.tables.when import last_moment

    by_id = {one.id: one for one in mali_statements}
    end = last_moment(day)
    for name, options in RECORD:
        document = product_named(name)(mali(day), **options)
        told = as_plain(document, "en")
        cited = [key for one in told["sources"] for key in one["keys"] if key in by_id]
        assert all(last_moment(by_id[key].known_at) <= end for key in cited)
        assert not [one for one in told["numerals"] if len(one) == 4 and "2027" <= one <= "2099"]


def test_on_30_june_the_record_does_not_know_of_ber_or_the_final_count(mali: Draw) -> None:
    said = " ".join(
        line.plain("en")
        for name, options in CASES
        for lines, _ in groups_of(product_named(name)(mali("2023-06-30"), **options))
        for line in lines
    )
    assert "left early" not in said
    assert "38.23" not in said
    later = " ".join(
        line.plain("en")
        for lines, _ in groups_of(product_named("closures")(mali("2023-08-15")))
        for line in lines
    )
    assert "left early" in later


def test_the_claims_on_moura_stay_apart(mali: Draw) -> None:
    document = product_named("casefile")(mali("2023-06-30"), case="moura")
    said = [[cell.plain("en") for cell in row.cells] for block in document.blocks()
            if getattr(block, "key", "") == "claims-killed" for row in block.rows]  # fmt: skip
    assert [row[1] for row in said] == ["203", "about 300", "at least 500"]


def test_an_unknown_place_is_said_to_be_unknown(hadaria: Draw) -> None:
    document = product_named("flash")(hadaria(None))
    said = " ".join(line.plain("en") for lines, _ in groups_of(document) for line in lines)
    assert "unknown, which is not zero" in said
    assert numerals(document, "en") == []


def test_letters_that_the_faces_lack_do_not_stop_the_press(hadaria: Draw) -> None:
    from tocsin.tables.bodies import Words as Told

    title = Told(fr="ⵜⴰⵎⴰⵛⴰⵇ العربية 🚨", en="ⵜⴰⵎⴰⵛⴰⵇ العربية 🚨")
    document = product_named("flash")(hadaria(WAR, [warning("XEX.north", title=title)]))
    made = render(document, "fr", "")
    assert "العربية" in made["html"].decode()
    assert made["pdf"].startswith(b"%PDF")


def test_the_invented_country_is_an_exercise_even_where_nothing_is_counted(hadaria: Draw) -> None:
    for name in ("flash", "sitrep", "closures", "agreement"):
        document = product_named(name)(hadaria(None))
        assert document.exercise
        assert "EXERCISE" in document.handling.caveats


@pytest.mark.parametrize("lang", LANGS)
def test_a_statement_is_named_on_every_page_by_the_letters_that_open_it(
    mali: Draw, mali_statements: list, lang: Lang
) -> None:
    document = product_named("agreement")(mali("2023-06-30"))
    made = render(document, lang, "", formats=("html", "pdf", "docx"))
    with zipfile.ZipFile(io.BytesIO(made["docx"])) as files:
        notes = files.read("word/footnotes.xml").decode()
        body = files.read("word/document.xml").decode()
    paper = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made["pdf"])).pages)
    html = re.sub(r'title="[^"]*"', "", made["html"].decode())
    cited = {key for one in listed(document) for key in one.statements}
    assert len(cited) > 10
    for key in cited:
        assert not [page for page in (notes, paper, html) if key in page]
        assert all(key[-12:] in page for page in (notes, html))
        assert key[-12:] in re.sub(r"\s", "", paper)
        assert len([one for one in mali_statements if one.id.endswith(key[-12:])]) == 1
    assert all("tocsin ledger show" in page for page in (body, paper, html))


@pytest.mark.parametrize("lang", LANGS)
def test_a_flash_from_what_was_kept_is_the_same_to_the_byte(hadaria: Draw, lang: Lang) -> None:
    for deaths in (WAR, PEACE, QUIET_AFTER_WAR, SURGE, HUGE, [*WAR[:58], None, None]):
        whole = hadaria(deaths, [warning("XEX.north")])
        if whole.brief is None:
            continue
        told = json.loads(json.dumps(plain_gist(whole.brief.gist)))
        kept = replace(whole, brief=None, grounds=None, kept=gist_of(told))
        one, other = (product_named("flash")(each) for each in (whole, kept))
        formats = ("html", "docx", "json")
        assert render(one, lang, "", formats=formats) == render(other, lang, "", formats=formats)
        assert render_short(one, lang) == render_short(other, lang)


def test_a_flash_loads_no_tables() -> None:
    """Polars, NumPy and the shapes of the world take longer to load than a flash may."""
    code = (
        "import sys\n"
        "import tocsin.products.flash, tocsin.products.files, tocsin.products.short\n"
        "import tocsin.briefs.keeping, tocsin.workflow.watchkeeping, tocsin.warning.rulebook\n"
        "import tocsin.workflow.record_reading, tocsin.workflow.producing, tocsin.lake\n"
        "print([one for one in ('polars', 'numpy', 'shapely', 'duckdb') if one in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
