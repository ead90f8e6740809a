"""`tocsin evaluate`: the challenge's windows, a file of forecasts, the store; and no look ahead."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from tocsin import models
from tocsin.challenge.judging import judge_files, judge_windows, level_given
from tocsin.challenge.long_form import to_long_files
from tocsin.challenge.windows import parse_window, parse_windows
from tocsin.cli.main import app
from tocsin.errors import LeakageError, NotEnoughData, UnreadableFile
from tocsin.models import named
from tocsin.workflow import evaluating

UNITS = (4, 9, 200, 201, 202, 203)
FIRST, LAST = 397, 480  # January 2013 to December 2019
Y2018 = parse_window("Y2018")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An invented challenge: numbers of countries that VIEWS has not given."""
    rng = np.random.default_rng(2)
    months = LAST - FIRST + 1
    folder = tmp_path / "data"
    folder.mkdir()
    for column, name, units in (
        ("country_id", "cm", UNITS),
        ("priogrid_gid", "pgm", (100001, 100002, 100721, 100722)),
    ):
        deaths = rng.negative_binomial(0.5, 0.02, (len(units), months))
        pl.DataFrame(
            {
                "month_id": np.tile(np.arange(FIRST, LAST + 1), len(units)),
                column: np.repeat(units, months),
                "ged_sb": deaths.reshape(-1),
            }
        ).write_parquet(folder / f"{name}.parquet")
    return folder


class Cheat:
    name = "cheat"

    def __init__(self, how: str):
        self.how = how

    def forecast(self, history, horizons, draws, seed):
        ahead = history.origin + 1
        if self.how == "at":
            history.at(ahead)
        elif self.how == "between":
            history.between(history.origin, ahead)
        else:
            history.until(ahead)
        raise AssertionError("the future was shown")


@pytest.mark.parametrize("level", ["country", "priogrid"])
@pytest.mark.parametrize("how", ["at", "between", "until"])
def test_a_model_that_looks_past_the_cut_is_caught(data, level, how) -> None:
    with pytest.raises(LeakageError, match="2017-10"):
        list(judge_windows(data, level, [Y2018], [Cheat(how)]))


def test_the_cut_is_before_the_window_whatever_the_files_hold(data) -> None:
    """Other deaths after the cut change the scores, never the draws."""
    windows = parse_windows("Y2018")
    before = next(judge_windows(data, "country", windows, [named("conflictology12")]))
    held = pl.read_parquet(data / "cm.parquet")
    later = pl.col("month_id") > Y2018.origin
    held.with_columns(
        pl.when(later).then(pl.col("ged_sb") + 1000).otherwise(pl.col("ged_sb")).alias("ged_sb")
    ).write_parquet(data / "cm.parquet")
    after = next(judge_windows(data, "country", windows, [named("conflictology12")]))
    assert before["q50"].to_list() == after["q50"].to_list()
    assert before["mean"].to_list() == after["mean"].to_list()
    assert (after["crps"] > before["crps"] + 500).all()
    with pytest.raises(NotEnoughData):
        list(judge_windows(data, "country", parse_windows("Y2020"), [named("zero")]))


def test_a_file_of_forecasts_is_judged_beside_the_baseline(data, tmp_path: Path) -> None:
    zero = named("zero")
    rows = pl.concat(judge_windows(data, "country", [Y2018], [zero]))
    draws = np.zeros((len(UNITS), 12, 20), np.int32)
    folder = tmp_path / "mine"
    path = to_long_files(folder, "country", Y2018, tuple(map(str, UNITS)), draws)
    single, text = tmp_path / "mine.parquet", tmp_path / "text.csv"
    pl.read_parquet(path).sample(fraction=1.0, shuffle=True, seed=1).write_parquet(single)
    pl.read_parquet(path).write_csv(text)
    for given in (folder, single, text):
        assert level_given(given) == "country"
        parts = list(judge_files(given, data, named("conflictology12")))
        names = [frame["model_id"][0] for _, frame in parts]
        assert names == [given.stem, "conflictology12"]
        np.testing.assert_allclose(
            parts[0][1].sort("unit_id", "month")["crps"], rows.sort("unit_id", "month")["crps"]
        )
        found, _ = evaluating.evaluate_file(given, data)
        assert found.basis == "file"
        assert found.scores[given.stem]["crps"] == pytest.approx(rows["crps"].mean(), rel=1e-5)


def test_what_is_no_forecast_is_refused(data, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        level_given(tmp_path / "nothing.parquet")
    with pytest.raises(UnreadableFile, match="no column"):
        level_given(_written(tmp_path / "other.csv", "a,b\n1,2\n"))
    with pytest.raises(UnreadableFile, match="cm/window"):
        level_given(data)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def run(*words: str):
    return CliRunner().invoke(app, ["evaluate", *words])


def test_the_command_writes_the_report(data, tmp_path: Path, monkeypatch) -> None:
    # The units are invented, so no country has their numbers.
    monkeypatch.setattr(evaluating, "_called", lambda unit, level, lang: f"Invented {unit}")
    # Whoever works on the models while this runs changes what made the draws, not this test.
    monkeypatch.setattr(models, "configuration", lambda level: f"0123456789{level[:2]}")
    words = (
        "challenge",
        "--data",
        str(data),
        "--windows",
        "Y2018,Y2019",
        "--models",
        "bootstrap12",
    )
    told = []
    for folder in ("a", "b"):
        done = run(*words, "--out", str(tmp_path / folder), "--json")
        assert done.exit_code == 0, done.output
        told.append(json.loads(done.stdout))
    assert told[0]["rows"] == 2 * 12 * len(UNITS)
    assert set(told[0]["scores"]) == {"bootstrap12", "conflictology12", "zero"}
    (kept,) = (path for path in told[0]["paths"] if path.endswith(".json"))
    assert "0123456789co" in Path(kept).read_text(), "the hash of the level that is judged"
    for path in map(Path, told[0]["paths"]):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
    shown = run(*words, "--out", str(tmp_path / "c"), "--lang", "fr")
    assert "conflictology12" in shown.output
    assert sorted(path.suffix for path in (tmp_path / "c").iterdir()) == [
        ".csv", ".html", ".json", ".pdf",
    ]  # fmt: skip


def test_the_command_says_what_it_lacks(tmp_path: Path) -> None:
    for words in (("challenge",), (), ("--from", "2018-01")):
        done = run(*words, "--out", str(tmp_path))
        assert done.exit_code != 0
        assert "Traceback" not in done.output


@pytest.mark.mirror
def test_the_store_is_judged_on_rolling_origins(mirror: Path, monkeypatch) -> None:
    from tocsin.workflow import arriving

    list(arriving.ingest([mirror / "ucdp" / "ged_25_1_country_month_1989_2024H1.csv.gz"]))
    found, judged = evaluating.evaluate_store(
        "country", "ged_all", "2018-01", "2019-06", models="last", area="SAHEL", step=6, draws=50
    )
    assert (found.first, found.last) == ("2018-01", "2019-06")
    assert found.models == ("last", "conflictology12", "zero")
    assert judged["month"].is_between(457, 474).all()
    monkeypatch.setattr(models, "named", lambda name, level: Cheat("at"))
    with pytest.raises(LeakageError):
        evaluating.evaluate_store("country", "ged_all", "2018-01", "2019-06", area="SAHEL")


@pytest.mark.mirror
def test_published_scores_of_a_baseline_come_out_again(mirror: Path) -> None:
    """Hegre et al., arXiv 2407.11045: conflictology12 reaches 14.483 for countries in 2018."""
    rows = next(
        judge_windows(mirror / "views_challenge", "country", [Y2018], [named("conflictology12")])
    )
    assert rows.height == 191 * 12
    assert rows["crps"].mean() == pytest.approx(14.483, rel=0.005)
