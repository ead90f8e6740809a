"""`tocsin forecast explain`: what the draws came from, told in both languages and drawn."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from tests.forecasting.conftest import hold, said, season, types
from tests.models.invented_grid import ocean
from tests.stores import copy_store, settings_of
from typer.testing import Result

from tocsin.briefs.explained import headline
from tocsin.errors import UnknownName
from tocsin.evaluation import UnitMonths
from tocsin.models import best, grid
from tocsin.models.explaining import explain
from tocsin.models.explaining_grid import _found, draw_cell, explain_cell

Tocsin = Callable[..., Result]
UNITS = tuple(f"X{chr(65 + place)}A" for place in range(12))


def some_history(months: int = 150) -> UnitMonths:
    rng = np.random.default_rng(2)
    level = np.exp(np.cumsum(rng.normal(0, 0.3, (12, months)), axis=1) + 2)
    level[8:] = 0
    return UnitMonths("country", "ged_sb", UNITS, 301, rng.poisson(level).astype(float))


def test_shares_and_weights_are_those_of_the_forecast() -> None:
    history = some_history().until(450)
    told = explain(history, "XAA", range(1, 7), 300, 1)
    for group in range(len(told.groups)):
        assert sum(part.shares[group] for part in told.components) == pytest.approx(1)
    assert told.groups == ("1-2", "3-6")
    assert sum(one.weight for one in told.situations) == pytest.approx(told.leaning)
    assert 0 < told.leaning < 1
    weights = [one.weight for one in told.situations]
    assert weights == sorted(weights, reverse=True)
    draws = best("country").forecast(history, range(1, 7), 300, 1)[0]
    assert told.mean == pytest.approx(draws.sum(axis=0).mean())


def test_what_followed_is_what_followed() -> None:
    history = some_history().until(450)
    for one in explain(history, "XAA", range(1, 4), 200, 1).situations:
        assert one.last_month + 3 <= 450, "a situation whose future was not known at the origin"
        assert one.last_month - one.first_month <= 12
        if one.first_month == one.last_month:
            row, place = UNITS.index(one.unit_id), one.first_month - 301
            assert list(one.followed) == history.values[row, place + 1 : place + 4].tolist()


def test_a_unit_that_is_not_there_has_no_explanation() -> None:
    with pytest.raises(UnknownName):
        explain(some_history().until(450), "XZZ", (1, 2), 50, 1)


@pytest.fixture(scope="module")
def issued_once(tmp_path_factory: pytest.TempPathFactory, tocsin: Tocsin) -> Path:
    counts = {f"X{chr(65 + place)}A": season(114, 30 + place, place) for place in range(8)}
    counts["MLI"] = season(114, 40)
    with settings_of(tmp_path_factory.mktemp("issued")) as home:
        hold(home, types(counts), "2024-06-20")
        for origin in ("2024-04", "2024-05"):
            run = tocsin(
                "forecast", "run", "--as-of", "2024-07-01", "--origin", origin, "--draws", "200",
                "--horizons", "1-4", "--target", "ged_sb",
            )  # fmt: skip
            assert run.exit_code == 0, said(run)
    return home


@pytest.fixture
def issued(issued_once: Path, own_store: Path) -> Path:
    return copy_store(issued_once, own_store)


ASKED = ("forecast", "explain", "MLI", "--target", "ged_sb")


def explained(tocsin: Tocsin, *words: str) -> dict[str, Any]:
    done = tocsin(*ASKED, *words, "--json")
    assert done.exit_code == 0, said(done)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_issued_forecast_is_explained_as_it_was_issued(issued: Path, tocsin: Tocsin) -> None:
    import polars as pl

    found = explained(tocsin, "--origin", "2024-05")
    assert found["issue"] == "2024-05_2024-07-01_tocsin"
    folder = issued / "forecasts" / "issued" / found["issue"]
    draws = pl.read_parquet(folder / "tocsin_country_ged_sb.parquet").filter(unit_id="MLI")
    medians = np.median(draws["samples"].to_numpy(), axis=1)
    assert [quantiles[2] for quantiles in found["quantiles"].values()] == medians.tolist()


def test_what_changed_is_told_against_the_last_issue(issued: Path, tocsin: Tocsin) -> None:
    change = explained(tocsin, "--origin", "2024-05")["change"]
    assert change["issue_then"] == "2024-04_2024-07-01_tocsin"
    (counted,) = change["counted"]
    assert counted["month"] == "2024-05"
    assert counted["deaths"] == season(114, 40)[112]
    assert 0 <= counted["rank"] <= 1
    assert (change["first"], change["last"]) == ("2024-06", "2024-08")
    assert change["revised"] == []


def test_a_count_that_was_revised_is_told(issued: Path, tocsin: Tocsin) -> None:
    counts = {f"X{chr(65 + place)}A": season(114, 30 + place, place) for place in range(8)}
    counts["MLI"] = [value + 7 * (step == 100) for step, value in enumerate(season(114, 40))]
    hold(issued, types(counts), "2024-08-20")
    found = explained(tocsin, "--origin", "2024-06", "--as-of", "2024-09-01")
    (revised,) = found["change"]["revised"]
    assert revised["now"] - revised["then"] == 7
    assert found["issue"] is None


def test_it_is_told_in_both_languages(issued: Path, tocsin: Tocsin) -> None:
    english = tocsin(*ASKED, "--lang", "en").stdout
    assert "Mali: the forecast of ged_sb from data to June 2024" in english
    assert "What changed since the forecast from data to May 2024" in english
    french = tocsin(*ASKED, "--lang", "fr").stdout
    assert "la prévision de ged_sb à partir des données jusqu’à juin 2024" in french
    assert "Ce qui a changé depuis la prévision" in french


def test_the_invented_country_is_told_as_an_exercise_first() -> None:
    found = {"unit": "XEX.north", "name": "North", "target": "ged_all", "origin": "2024-05"}
    assert headline(found, "fr").startswith("EXERCICE")
    assert headline(found, "en").startswith("EXERCISE")
    assert headline({**found, "unit": "MLI"}, "en").startswith("North")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_is_drawn(issued: Path, tocsin: Tocsin, tmp_path: Path, lang: str) -> None:
    page, chart = tmp_path / "mali.html", tmp_path / "mali.svg"
    for path in (page, chart):
        assert tocsin(*ASKED, "--lang", lang, "--out", str(path)).exit_code == 0
    root = etree.fromstring(chart.read_bytes())
    assert len(root.findall(".//{*}rect")) > 20
    html = page.read_text()
    assert "<svg" in html
    assert "http" not in html.replace("http://www.w3.org", ""), "a page that loads nothing"
    assert f'<html lang="{lang}">' in html


def test_a_file_that_is_no_page_is_refused_at_once(issued: Path, tocsin: Tocsin) -> None:
    refused = tocsin(*ASKED, "--out", "mali.docx")
    assert refused.exit_code == 2
    assert "cannot be drawn as '.docx'" in said(refused)


def test_an_area_without_a_forecast_is_refused(issued: Path, tocsin: Tocsin) -> None:
    refused = tocsin("forecast", "explain", "TCD", "--target", "ged_sb")
    assert refused.exit_code == 2
    assert "nothing is known of TCD" in said(refused)


# --- cells ------------------------------------------------------------------------------------

DEADLY = str(175 * 720 + 30 + 5 + 1)  # the middle of the invented war


@pytest.fixture(scope="module")
def cells() -> UnitMonths:
    return ocean(months=150)


def test_a_cell_is_explained_by_the_draws_of_the_grid(cells: UnitMonths) -> None:
    """Shares, draws and situations are those from which the whole grid is drawn."""
    history, steps = cells.until(440), (1, 2, 3)
    told = explain_cell(history, DEADLY, steps, 200, 1)
    whole = best("priogrid").forecast(history, steps, 200, 1)[history.units.index(DEADLY)]
    assert draw_cell(history, DEADLY, steps, 200, 1).tolist() == whole.tolist()
    assert told.mean == pytest.approx(whole.sum(axis=0).mean())
    assert sum(part.shares[0] for part in told.components) == pytest.approx(1, abs=1e-6)
    forest = sum(one.shares[0] for one in told.components if one.name.startswith("forest"))
    assert told.leaning == pytest.approx(forest, abs=0.01)
    assert sum(one.weight for one in told.situations) == pytest.approx(told.leaning)
    assert told.state in ("cell_war", "cell_heavy")


def test_what_followed_in_cells_is_what_followed(cells: UnitMonths) -> None:
    history = cells.until(440)
    told = explain_cell(history, DEADLY, (2, 3), 200, 1)
    single = [one for one in told.situations if one.first_month == one.last_month]
    assert len(single) > 3
    for one in single:
        row, place = cells.units.index(one.unit_id), one.first_month - cells.first_month
        assert one.last_month + 3 <= 440, "a situation whose future was not known at the origin"
        assert list(one.followed) == cells.values[row, [place + 2, place + 3]].tolist()


def test_situations_alone_foresee_what_the_forest_draws(cells: UnitMonths) -> None:
    """Each draw that follows a future taken as it was holds that future, damped where at war."""
    history = cells.until(440)
    cell = _found(history, DEADLY, (1, 2), 300, 1, grid.GridPool())
    component, picks = cell.sources()
    as_they_were = np.flatnonzero(component == grid.COMPONENTS.index("forest_count"))
    assert len(as_they_were) > 5
    damping = cell.drawing.damping[cell.row]
    futures = cell.drawing.held.futures[picks[as_they_were]].T
    assert (np.abs(cell.samples[:, as_they_were] - damping * futures) < 1).all()


def test_a_cell_far_from_any_deaths_is_zero_for_certain(cells: UnitMonths) -> None:
    far = cells.units[-1]
    told = explain_cell(cells.until(440), far, (1, 2), 50, 1)
    assert (told.state, told.mean, told.components, told.situations) == ("cell_far", 0.0, (), ())
    with pytest.raises(UnknownName):
        explain_cell(cells.until(440), "1", (1, 2), 50, 1)


@pytest.mark.slow
def test_the_command_explains_a_cell(own_store: Path, tocsin: Tocsin, tmp_path: Path) -> None:
    panel = ocean(months=120, side=12)
    counts = {
        unit: [int(value) for value in row]
        for unit, row in zip(panel.units, panel.values, strict=True)
    }
    hold(own_store, {("priogrid", "ged_sb"): counts}, "2024-12-31")
    page = tmp_path / "cell.html"
    asked = ("forecast", "explain", DEADLY, "--target", "ged_sb", "--as-of", "2025-01-31")
    done = tocsin(*asked, "--horizons", "1-3", "--lang", "en", "--out", str(page))
    assert done.exit_code == 0, said(done)
    assert "past situations of cells" in done.stdout
    assert "What changed since the forecast from data to" in done.stdout
    assert "<svg" in page.read_text()
    french = tocsin(*asked, "--horizons", "1-3", "--lang", "fr").stdout
    assert "des situations passées de mailles" in french


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_chart_alone_says_that_it_is_an_exercise(lang) -> None:
    from tocsin.briefs.drawing import Drawing
    from tocsin.briefs.explained import chart_alone, headline

    chart = Drawing(100, 50, "Deaths")
    chart.rect("bar", 1, 2, 3, 4)
    found = {"unit": "XEX.north", "name": "Nord", "target": "ged_sb", "origin": "2023-05"}
    said = headline(found, lang).partition(".")[0]
    marked, plain = (chart_alone(chart, lang, exercise=one) for one in (True, False))
    assert said.startswith("EXERCI")
    assert said in marked
    assert said not in plain
    assert 'viewBox="0 0 100 72"' in marked, "the words stand above the chart, not on it"
    assert plain == chart.for_document()
