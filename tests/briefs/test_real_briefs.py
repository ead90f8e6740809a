"""Briefs on Mali from the official files: golden text and numbers, the command, the screen."""

import io
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from tocsin import models
from tocsin.cli.main import app
from tocsin.errors import NotEnoughData, UnknownName
from tocsin.workflow import arriving, producing

GOLDEN = Path(__file__).parent / "golden"
DATES = ("2020-06-30", "2023-06-30", "2023-11-30")
pytestmark = [pytest.mark.mirror, pytest.mark.geodata, pytest.mark.slow]


@pytest.fixture(scope="module")
def real_store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the mirror's UCDP files."""
    home = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_HOME", str(home))
        for outcome in arriving.ingest([mirror / "ucdp"]):
            assert outcome is not None
    return home


@pytest.fixture(autouse=True)
def use_store(real_store: Path, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(real_store))


Pages = Callable[..., dict[str, Path]]


@pytest.fixture
def plain_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simple model in place of the product's: a better one must not rewrite golden pages."""
    monkeypatch.setattr(models, "best", lambda level: models.named("own_history", level))
    # What is kept is named by the models' code, which this leaves as it is.
    monkeypatch.setattr(models.fingerprint, "configuration", lambda level=None: "own_history")


@pytest.fixture(scope="module")
def made_once() -> dict[tuple[str, ...], dict[str, Path]]:
    return {}


@pytest.fixture
def pages(
    made_once: dict[tuple[str, ...], dict[str, Path]],
    tmp_path_factory: pytest.TempPathFactory,
    plain_model: None,
) -> Pages:
    """Files of a brief by suffix, made once for all tests that only read them."""

    def files(day: str, lang: str, area: str = "MLI") -> dict[str, Path]:
        if (day, lang, area) not in made_once:
            made_once[day, lang, area] = made(day, lang, tmp_path_factory.mktemp("brief"), area)
        return made_once[day, lang, area]

    return files


def made(day: str, lang: str, out: Path, area: str = "MLI") -> dict[str, Path]:
    told = producing.brief(area, as_of=day, reconstruct=True, lang=lang, out=out)
    return {path.rpartition(".")[2]: Path(path) for path in told["paths"]}


def page_text(pdf: Path) -> str:
    """Words of the page, one space between them: a broken line is not a change."""
    pages = PdfReader(io.BytesIO(pdf.read_bytes())).pages
    assert len(pages) == 1
    return re.sub(r"\s+", " ", pages[0].extract_text()).strip()


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("day", DATES)
def test_golden_briefs(day: str, lang: str, pages: Pages) -> None:
    """The same tables give the same page. `TOCSIN_WRITE_GOLDEN=1` writes the pages anew."""
    files = pages(day, lang)
    told = json.loads(files["json"].read_text("utf-8"))
    text = page_text(files["pdf"])
    stem = GOLDEN / f"brief-MLI-{day}.{lang}"
    if os.environ.get("TOCSIN_WRITE_GOLDEN"):
        content = json.dumps(told, ensure_ascii=False, indent=0)
        stem.with_suffix(f".{lang}.json").write_text(content + "\n", "utf-8")
        stem.with_suffix(f".{lang}.txt").write_text(text.replace(". ", ".\n") + "\n", "utf-8")
    golden = json.loads(stem.with_suffix(f".{lang}.json").read_text("utf-8"))
    assert [fact["id"] for fact in told["facts"]] == [fact["id"] for fact in golden["facts"]]
    for fact, known in zip(told["facts"], golden["facts"], strict=True):
        assert_close(fact, known)
    assert told["totals"] == golden["totals"]
    assert [release(one) for one in told["sources"]] == [release(one) for one in golden["sources"]]
    # The numbers of a forecast may differ in the last digit from one processor to another.
    written = stem.with_suffix(f".{lang}.txt").read_text("utf-8").replace(".\n", ". ").strip()
    assert re.sub(r"\d", "0", text) == re.sub(r"\d", "0", written)


def release(source: dict) -> list[object]:
    """What a source is; how its publisher wants to be cited is the source's own affair."""
    return [source.get(name) for name in ("key", "number", "version", "released_on", "sha256")]


def assert_close(fact: dict, known: dict) -> None:
    if "forecast" in fact["sources"] and fact["value"] is not None:
        assert fact["value"] == pytest.approx(known["value"], rel=0.02, abs=1)
        fact, known = ({**one, "value": None} for one in (fact, known))
    assert fact == known


def test_a_brief_says_the_published_figures(pages: Pages) -> None:
    told = json.loads(pages("2023-06-30", "en")["json"].read_text("utf-8"))
    facts = {fact["id"]: fact for fact in told["facts"]}
    assert facts["deaths.quarter"]["value"] == 355
    assert facts["deaths.2022-03"]["value"] == 1365
    whole = next(tie for tie in told["totals"] if tie["months"] == ["2022-01", "2022-12"])
    assert whole["total"]["value"] == 3656, "UCDP's country-year file: Mali 2022"
    for tie in told["totals"]:
        rest = tie["unallocated"]["value"]
        assert tie["total"]["value"] == tie["parts"]["value"] + rest
    assert 0 <= whole["unallocated"]["value"] <= 0.025 * 3656
    assert told["last_known_month"] == "2023-05"
    assert told["reconstruction"] is True


def test_october_is_known_on_30_november(pages: Pages) -> None:
    told = json.loads(pages("2023-11-30", "en")["json"].read_text("utf-8"))
    assert told["last_known_month"] == "2023-10"
    october = next(fact for fact in told["facts"] if fact["id"] == "deaths.2023-10")
    assert october["sources"][0].startswith("ucdp_candidate/23.0.10")


def test_a_second_brief_has_the_same_bytes(pages: Pages, tmp_path: Path) -> None:
    first, second = pages("2023-06-30", "fr"), made("2023-06-30", "fr", tmp_path)
    for suffix in ("html", "pdf", "json"):
        assert first[suffix].read_bytes() == second[suffix].read_bytes()


@pytest.mark.parametrize("area", ["SAHEL", "MLI.menaka", "MRT", "NGA", "UKR"])
def test_every_kind_of_place_has_its_page(area: str, pages: Pages) -> None:
    files = pages("2023-06-30", "fr", area)
    assert "TLP:CLEAR" in page_text(files["pdf"])


def test_without_reconstruction_nothing_is_known_yet(plain_model: None) -> None:
    with pytest.raises(NotEnoughData, match="ends with 2020-12"):
        producing.brief("MLI", as_of="2023-06-30")


def test_a_place_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownName):
        producing.brief("MLI.atlantis", as_of="2023-06-30", reconstruct=True)


def test_the_command_writes_its_four_files_and_prints_the_headline(tmp_path: Path) -> None:
    words = ["brief", "MLI", "--as-of", "2023-06-30", "--reconstruct", "--lang", "en"]
    result = CliRunner().invoke(app, [*words, "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith("After a lull of 355")
    told = json.loads((tmp_path / "brief-MLI-2023-06-30.en.json").read_text("utf-8"))
    used = next(source for source in told["sources"] if source["key"] == "forecast")
    assert used["model"] == models.best("country").name, "the model that products use"
    assert len(list(tmp_path.glob("brief-MLI-2023-06-30.en.*"))) == 4
    printed = CliRunner().invoke(app, [*words, "--out", str(tmp_path), "--json"])
    assert json.loads(printed.output)["reconstruction"] is True


@pytest.mark.chromium
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_html_prints_on_one_sheet_down_to_its_foot(
    lang: str, pages: Pages, tmp_path: Path, chromium_path: str
) -> None:
    for day in DATES:
        html = pages(day, lang)["html"]
        printed = tmp_path / f"{lang}.pdf"
        command = [chromium_path, "--headless", "--no-sandbox", "--disable-gpu"]
        command += ["--no-pdf-header-footer", f"--print-to-pdf={printed}", html.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        foot = "version HTML" if lang == "fr" else "HTML version"
        assert foot in page_text(printed)


@pytest.mark.chromium
def test_a_phone_needs_no_sideways_scrolling(pages: Pages, chromium_path: str) -> None:
    from playwright.sync_api import sync_playwright

    html = pages("2023-06-30", "fr")["html"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(html.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        page.click("sup.src a >> nth=0")
        assert page.url.endswith("#s1")
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('p,li,td,h1,h2')]"
            ".filter(e => e.offsetParent).map(e => parseFloat(getComputedStyle(e).fontSize)))"
        )
        assert smallest >= 11
        browser.close()
