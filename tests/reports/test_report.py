"""The report of an evaluation: same bytes, both languages, every figure from the account."""

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from tocsin.evaluation import RollingOrigins, UnitMonths
from tocsin.evaluation.account import Evaluation, Setting, account
from tocsin.evaluation.judging import judge_origins
from tocsin.language import number
from tocsin.models import named
from tocsin.reports import lay_out, render_html, render_pdf, write_report
from tocsin.reports.charts import draw_interval, interval_range
from tocsin.reports.figures import Figures
from tocsin.reports.files import to_json

UNITS = ("XAA", "XBA", "XCA", "XDA", "XEA", "XFA", "XGA")
NAMES = {lang: {unit: f"Invented {unit}" for unit in UNITS} for lang in ("fr", "en")}


def rows(models: tuple[str, ...] = ("bootstrap12", "conflictology12", "zero")) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    values = rng.negative_binomial(0.4, 0.01, (7, 180)).astype(float)
    values[4] = 0
    world = UnitMonths("country", "ged_sb", UNITS, 300, values)
    origins = RollingOrigins(first=430, last=466, step=6, horizons=(1, 3, 6, 12), draws=60)
    return pl.concat(judge_origins([named(name) for name in models], world, origins))


def evaluation(judged: pl.DataFrame, **changes) -> Evaluation:
    given = {
        "basis": "store",
        "level": "country",
        "target": "ged_sb",
        "model": "bootstrap12",
        "baseline": "conflictology12",
        "configuration": "0123456789ab",
        "draws": 60,
        "seed": 1,
    }
    return account(judged, Setting(**(given | changes)), rounds=30)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluation(rows())


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br", "line", "rect", "circle", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("line", "rect", "circle", "path"):
            return
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style",):
            self.text += data + " "


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_holds_the_figures_of_the_account(found, lang) -> None:
    html = render_html(lay_out(found, NAMES[lang], lang)).decode()
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    house = Figures(lang)
    for scores in found.scores.values():
        for value in scores.values():
            assert house.figure(value) in reader.text
    for miss in found.misses:
        assert number(miss.observed, lang) in reader.text
        assert f"Invented {miss.unit}, {house.month(miss.month)}" in reader.text
    assert "{" not in reader.text
    assert "<script" not in html
    assert not re.search(r'(src|href)="http', html)
    assert f'lang="{lang}"' in html


def test_french_and_english_say_the_same_numbers_in_their_own_words(found) -> None:
    french, english = (lay_out(found, NAMES[lang], lang) for lang in ("fr", "en"))
    assert len(french.sections) == len(english.sections)
    for one, other in zip(french.sections, english.sections, strict=True):
        assert [len(t.rows) for t in one.tables] == [len(t.rows) for t in other.tables]
        assert len(one.figures) == len(other.figures)
        if one.title not in ("Scores", "Calibrage"):
            assert one.title != other.title


def test_the_headline_does_not_boast(found) -> None:
    one = found.comparisons[0].skill["crps"]
    said = lay_out(found, NAMES["en"], "en").headline
    assert ("better" in said) == (one.value > 0)
    assert ("may be chance" in said) == (one.both[0] <= 0 <= one.both[1])


def test_the_same_rows_give_the_same_bytes(found, tmp_path: Path) -> None:
    judged = rows()
    for folder in ("a", "b"):
        write_report(evaluation(judged), NAMES, judged, tmp_path / folder, ["fr", "en"])
    first = sorted((tmp_path / "a").iterdir())
    assert {path.name.split(".", 1)[1] for path in first} == {
        "fr.html", "fr.pdf", "en.html", "en.pdf", "json", "csv",
    }  # fmt: skip
    for path in first:
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
    told = json.loads(next(path for path in first if path.suffix == ".json").read_bytes())
    assert told["schema"] == "tocsin-evaluation/1"
    assert told["scores"]["zero"]["crps"] == found.scores["zero"]["crps"]
    held = pl.read_csv(next(path for path in first if path.suffix == ".csv"))
    assert held.height == judged.height


def test_the_json_alone_gives_the_same_report(found) -> None:
    kept = msgspec.json.decode(to_json(found), type=Evaluation)
    for lang in ("fr", "en"):
        assert render_html(lay_out(kept, NAMES[lang], lang)) == render_html(
            lay_out(found, NAMES[lang], lang)
        )


@pytest.mark.poppler
def test_the_paper_is_tagged_and_holds_the_headline(found, tmp_path: Path) -> None:
    report = lay_out(found, NAMES["fr"], "fr")
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(report))
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Tagged:\s+yes", info)
    assert "A4" in info
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert report.sections[0].title in text
    assert "Invented" in text


def test_a_baseline_alone_is_reported_without_comparisons() -> None:
    judged = rows(("conflictology12",))
    found = evaluation(judged, model="conflictology12")
    report = lay_out(found, NAMES["en"], "en")
    assert "mean CRPS" in report.headline
    assert "Gain over" not in {section.title[:9] for section in report.sections}
    assert render_pdf(report)[:4] == b"%PDF"


def test_an_interval_is_drawn_inside_its_ground() -> None:
    ends = interval_range([(-0.2, 0.5), (-9.0, 0.1)])
    assert ends == (-1.0, 0.5)
    svg = draw_interval(0.1, -9.0, 0.2, ends, "label").for_page()
    drawn = [float(x) for x in re.findall(r'(?:x1|x2|cx)="([-\d.]+)"', svg)]
    assert min(drawn) >= 0
    assert max(drawn) <= 116
