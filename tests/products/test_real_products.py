"""All products on Mali at five dates from the official files: golden numbers, files others read.

The golden files hold structure and numbers of our own products, never a row of a source.
`TOCSIN_WRITE_GOLDEN=1` writes them anew.
"""

import csv
import html
import io
import json
import os
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tocsin import models
from tocsin.briefs.scoping import scope_of
from tocsin.errors import UsageError
from tocsin.products import PRODUCTS, Document, as_plain, numerals, orphans, render, shapes_of
from tocsin.products.recordsheet import record_document
from tocsin.products.tables import table_files
from tocsin.workflow import arriving
from tocsin.workflow.producing import begin_editing, document_of
from tocsin.workflow.record_reading import Question, digest_of, load_dossier
from tocsin.workflow.watchkeeping import watch

GOLDEN = Path(__file__).parent / "golden"
DATES = ("2020-02-14", "2022-04-30", "2023-06-30", "2023-08-15", "2023-12-31")
MADE: list[tuple[str, str, dict[str, str]]] = [
    ("flash", "MLI", {}), ("sitrep", "MLI", {"period": "day"}), ("sitrep", "MLI", {}),
    ("assessment", "MLI", {}), ("closures", "MLI", {}), ("agreement", "MLI", {}),
    ("casefile", "MLI", {"case": "moura"}), ("bulletin", "SAHEL", {}),
    ("brief", "MLI", {}),
]  # fmt: skip
pytestmark = [pytest.mark.mirror, pytest.mark.geodata, pytest.mark.slow]


@pytest.fixture(scope="module")
def real_store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the mirror's UCDP files, the record of Mali, and a watch at the fifth date."""
    home = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_HOME", str(home))
        list(arriving.ingest([mirror / "ucdp"]))
        load_dossier("mali")
        watch("2023-06-30", reconstruct=True)
    return home


@pytest.fixture(autouse=True)
def use_store(real_store: Path, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(real_store))
    # A simple model in place of the product's: a better one must not rewrite golden pages.
    monkeypatch.setattr(models, "best", lambda level: models.named("own_history", level))
    # What is kept is named by the models' code, which this leaves as it is.
    monkeypatch.setattr(models.fingerprint, "configuration", lambda level=None: "own_history")


def made(name: str, area: str, day: str, options: dict[str, str]) -> Any:
    from datetime import date

    return document_of(
        name, area, date.fromisoformat(day), reconstruct=True, exercise=True, options=options
    )


def record_of(day: str) -> Document:
    """The record's sheet on Mali, with what became known in the three months before."""
    from datetime import date, timedelta

    on = date.fromisoformat(day)
    since = (on - timedelta(days=91)).isoformat()
    told = digest_of(Question(as_of=day), since, ("MLI",), "CLEAR")
    assert told is not None
    return record_document(told, scope_of("MLI", on).place, "CLEAR")


def checked(document: Document) -> dict[str, Any]:
    """The digest of a document without orphans, whose languages hold the same numbers."""
    assert orphans(document) == []
    assert numerals(document, "fr") == numerals(document, "en")
    return digest(as_plain(document, "en"))


def known_then(name: str, day: str) -> bool:
    return name != "casefile" or day > "2022-04"


def digest(told: dict[str, Any]) -> dict[str, Any]:
    """What a golden file keeps: the shape of the product and its numbers, no sentence."""
    return {
        "handling": told["handling"],
        "sections": [
            [section["key"], *(next(iter(block)) for block in section["blocks"])]
            for section in told["sections"]
        ],
        "facts": {
            fact["id"]: fact["value"] for fact in told["facts"] if "warning" not in fact["id"]
        },
        "numerals": len(told["numerals"]),
        "sources": len(told["sources"]),
    }


@pytest.mark.parametrize("day", DATES)
def test_golden_products(day: str) -> None:
    found = {}
    for name, area, options in MADE:
        if known_then(name, day):
            document, _ = made(name, area, day, options)
            found["-".join((name, *options.values()))] = checked(document)
    found["record"] = checked(record_of(day))
    path = GOLDEN / f"products-{day}.json"
    if os.environ.get("TOCSIN_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", "utf-8")
    golden = json.loads(path.read_text("utf-8"))
    assert found.keys() == golden.keys()
    for name, product in found.items():
        known = golden[name]
        facts, before = product.pop("facts"), known.pop("facts")
        assert facts.keys() == before.keys(), name
        for key, value in facts.items():
            # A forecast's numbers may differ in the last digit from one processor to another.
            assert value == pytest.approx(before[key], rel=0.03, abs=2), f"{name} {key}"
        assert product == known, name


def test_a_product_says_the_published_figures() -> None:
    document, _ = made("sitrep", "MLI", "2023-06-30", {})
    told = as_plain(document, "en")
    facts = {fact["id"]: fact["value"] for fact in told["facts"]}
    assert facts["deaths.year"] == 2211
    assert sum(facts[key] for key in facts if key.startswith("deaths.year.")) <= 2211
    assert told["reconstruction"] is True


@pytest.mark.poppler
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_page_is_drawn_and_keeps_its_promise(tmp_path: Path, lang: str) -> None:
    for name, area, options in MADE:
        document, _ = made(name, area, "2023-06-30", options)
        pdf = render(document, lang, "", formats=("pdf",))["pdf"]
        assert render(document, lang, "", formats=("pdf",))["pdf"] == pdf, "the same bytes"
        reader = PdfReader(io.BytesIO(pdf))
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"], f"{name} is not tagged"
        assert reader.trailer["/Root"]["/Lang"].startswith(lang)
        pages = reader.pages
        assert all(document.handling.tlp in page.extract_text() for page in pages)
        if document.pages is not None:
            assert len(pages) == 1
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        subprocess.run(["pdftoppm", "-r", "30", "-png", path, tmp_path / name], check=True)
        assert len(list(tmp_path.glob(f"{name}-*.png"))) == len(pages)


@pytest.mark.libreoffice
def test_libreoffice_opens_every_document_and_keeps_every_word(tmp_path: Path) -> None:
    """Every product in both languages and the record's sheet, in two starts of the office."""
    found = [made(name, area, "2023-06-30", options)[0] for name, area, options in MADE]
    found.append(record_of("2023-06-30"))
    documents = {f"{one.stem}.{lang}": (one, lang) for one in found for lang in ("fr", "en")}
    for name, (document, lang) in documents.items():
        written = render(document, lang, "", formats=("docx",))["docx"]
        (tmp_path / f"{name}.docx").write_bytes(written)
    for kind in ("pdf", "fodt"):
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path / 'profile'}",
             "--convert-to", kind, "--outdir", str(tmp_path),
             *(str(tmp_path / f"{name}.docx") for name in documents)],
            check=True, capture_output=True, timeout=240,
        )  # fmt: skip
    assert len(documents) == 2 * (len(MADE) + 1)
    for name, (document, lang) in documents.items():
        assert PdfReader(tmp_path / f"{name}.pdf").pages
        keeps_every_word(document, lang, (tmp_path / f"{name}.fodt").read_text("utf-8"))


def keeps_every_word(document: Document, lang: str, written: str) -> None:
    """Fails if a title, a cell or a footnote of a document is not in what an office wrote."""
    body = written[written.index("<office:body>") :]
    said = re.sub(r"\s", "", html.unescape(re.sub(r"<text:s/>|<[^>]*>", " ", body)))
    told = as_plain(document, lang)
    for section in told["sections"]:
        assert re.sub(r"\s", "", section["title"]) in said
        for block in section["blocks"]:
            for row in block.get("rows", []):
                for cell in row:
                    assert re.sub(r"\s", "", cell["text"]) in said
    for one in told["sources"]:
        assert re.sub(r"\s", "", one["text"]) in said, "a footnote was lost"


def test_others_read_the_tables(tmp_path: Path) -> None:
    import geopandas
    import hxl
    import openpyxl

    document, picture = made("sitrep", "MLI", "2023-06-30", {})
    files = table_files(document, "fr", shapes_of(picture))
    for suffix, content in files.items():
        (tmp_path / f"t.{suffix}").write_bytes(content)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames[0] == "README"
    front = [[cell.value for cell in row] for row in book["README"].iter_rows()]
    assert ["Traitement", document.handling.said] in front
    assert any("CC BY 4.0" in str(row[1]) for row in front), "the licence goes along"
    areas = list(book["areas"].iter_rows(values_only=True))
    assert next(row for row in areas if row[0] == "MLI.gao")[3] == 544
    drawn = geopandas.read_file(tmp_path / "t.areas.geojson")
    assert drawn.crs.to_epsg() == 4326
    assert drawn.set_index("unit_id").loc["MLI.gao", "year"] == 544
    assert drawn.geometry.dropna().is_valid.all()
    plain = json.loads(files["areas.geojson"])
    for feature in plain["features"]:
        if feature["geometry"] is not None:
            assert counter_clockwise(feature["geometry"])
    tagged = hxl.data(str(tmp_path / "t.areas.hxl.csv"), hxl.InputOptions(allow_local=True))
    assert "#affected+killed+year" in [column.display_tag for column in tagged.columns]
    gao = next(row for row in tagged if row.get("#adm1+code") == "MLI.gao")
    assert gao.get("#affected+killed+year") == "544"
    rows = list(csv.DictReader(io.StringIO(files["areas.csv"].decode())))
    assert {row["handling"] for row in rows} == {document.handling.said}
    assert all(row["sources"] for row in rows if row["year"])
    assert table_files(document, "fr", shapes_of(picture)) == files, "the same bytes each time"


def counter_clockwise(geometry: dict[str, Any]) -> bool:
    polygons = (
        [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    )
    return all(area(polygon[0]) > 0 for polygon in polygons)


def area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def test_a_brief_takes_no_editors_text_and_says_where_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no room"):
        begin_editing("brief", "MLI", as_of="2023-06-30", reconstruct=True, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_product_is_looked_at_here() -> None:
    assert {name for name, _, _ in MADE} == set(PRODUCTS)
