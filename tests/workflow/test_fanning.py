"""One process, several, or a cluster that loses a worker half way: the same bytes."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.forecasting.conftest import hold
from tests.models.invented_grid import ocean
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import FetchFailed, ToolMissing, UsageError
from tocsin.evaluation import RollingOrigins, backtest
from tocsin.evaluation.fan import Fan, in_turn
from tocsin.lake.archive import Archive
from tocsin.models import grid, named
from tocsin.models.grid_forest import Forest
from tocsin.workflow.fanning import fan

PANEL = ocean()
ORIGINS = RollingOrigins(first=390, last=396, step=3, horizons=(1, 3), draws=40)


def grid_bytes(over: Fan) -> bytes:
    pool = grid.GridPool(forest=Forest(trees=60), fan=over)
    return pool.forecast(PANEL.until(400), (1, 2, 12), 200, 7).tobytes()


def backtest_rows(over: Fan) -> pl.DataFrame:
    models = [named("conflictology_n", "priogrid"), named("last", "priogrid")]
    return pl.concat(backtest(models, PANEL, ORIGINS, over))


@pytest.fixture(scope="module")
def alone() -> tuple[bytes, pl.DataFrame]:
    return grid_bytes(in_turn), backtest_rows(in_turn)


@pytest.mark.slow
def test_processes_give_the_same_bytes(alone: tuple[bytes, pl.DataFrame]) -> None:
    with fan(workers=2) as over:
        assert grid_bytes(over) == alone[0]
        assert backtest_rows(over).equals(alone[1])


def killing(over: Fan, victims: list[int]) -> Fan:
    """`over`, but once the first result is in, the next victim is killed."""

    def spread(work, pieces) -> Iterator[object]:
        for result in over(work, pieces):
            if victims:
                os.kill(victims.pop(), signal.SIGKILL)
            yield result

    return spread


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_and_may_lose_a_worker(
    alone: tuple[bytes, pl.DataFrame],
) -> None:
    from distributed import Client, LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        with Client(address, set_as_default=False) as client:
            workers = list(client.run(os.getpid).values())
        assert len(set(workers)) == 2
        with fan(scheduler=address) as over:
            assert backtest_rows(over).equals(alone[1])
            victims = [workers[0]]
            assert grid_bytes(killing(over, victims)) == alone[0]
            assert not victims
        with pytest.raises(ProcessLookupError):
            os.kill(workers[0], 0)


@pytest.mark.slow
def test_a_process_that_is_killed_is_told() -> None:
    with fan(workers=2) as over, pytest.raises(FetchFailed, match="killed"):
        list(over(os._exit, [1, 1]))


def test_wrong_wishes_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="together"), fan(workers=2, scheduler="tcp://a:1"):
        pass
    with pytest.raises(UsageError), fan(workers=0):
        pass
    with pytest.raises(FetchFailed, match="nowhere"), fan(scheduler="nowhere://here"):
        pass
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ToolMissing, match="cluster"), fan(scheduler="tcp://127.0.0.1:1"):
        pass


def data_folder(folder: Path, after: float) -> Path:
    """The grid's series to December 2022 in the challenge's columns; `after` October anything."""
    panel = ocean(months=140, side=12)
    first = 516 - 140 + 1
    months = np.arange(first, 517)
    values = np.where(months > 514, after, panel.values)
    folder.mkdir(parents=True)
    pl.DataFrame(
        {
            "month_id": np.tile(months, len(panel.units)),
            "priogrid_gid": np.repeat([int(unit) for unit in panel.units], len(months)),
            "ged_sb": values.ravel(),
        }
    ).write_parquet(folder / "series.parquet")
    return folder


@pytest.mark.slow
def test_the_command_writes_a_grid_window_whose_truth_is_unknown(tmp_path: Path) -> None:
    """Y2023 from data to October 2022: what November and December hold changes no byte."""
    written = []
    for name, after, more in (("calm", 0.0, []), ("war", 9e5, ["--workers", "2"])):
        data, out = data_folder(tmp_path / name, after), tmp_path / "out" / name
        asked = ["challenge", "forecast", "--data", str(data), "--level", "priogrid"]
        done = CliRunner().invoke(app, [*asked, "--windows", "Y2023", "--out", str(out), *more])
        assert done.exit_code == 0, done.output
        assert (out / "tocsin" / "submission_details.yml").is_file()
        (path,) = (out / "tocsin" / "pgm" / "window=Y2023").glob("*.parquet")
        written.append(path.read_bytes())
    assert written[0] == written[1]
    frame = pl.read_parquet(path)
    assert frame.columns == ["month_id", "priogrid_gid", "draw", "outcome"]
    assert frame.height == 144 * 12 * 1000
    assert (frame["month_id"].min(), frame["month_id"].max()) == (517, 528)
    assert frame["outcome"].min() == 0
    assert frame["outcome"].sum() > 0


@pytest.fixture
def grid_store(own_store: Path) -> Path:
    """Cells of open ocean in a store, as one invented release."""
    panel = ocean(months=120, side=12)
    cells = {
        unit: [int(value) for value in row]
        for unit, row in zip(panel.units, panel.values, strict=True)
    }
    hold(own_store, {("priogrid", "ged_sb"): cells}, "2024-12-31")
    return own_store


@pytest.mark.slow
def test_an_issue_of_cells_is_the_same_whoever_does_the_work(grid_store: Path) -> None:
    """`tocsin forecast run` alone, with two processes and over a cluster: three equal issues."""
    from distributed import LocalCluster

    def issue(*words: str) -> None:
        asked = ["forecast", "run", "--level", "priogrid", "--target", "ged_sb", "--draws", "40"]
        more = ["--horizons", "1-3", "--as-of", "2025-01-31", "--despite", "an exercise"]
        done = CliRunner().invoke(app, [*asked, *more, *words])
        assert done.exit_code == 0, f"{done.output} {done.exception}"

    issue()
    issue("--workers", "2")
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        issue("--scheduler", cluster.scheduler_address)
    held = Archive(grid_store).issues()
    assert len(held) == 3
    assert len({one.key for one in held}) == 1
    hashes = {tuple((part.path, part.sha256) for part in one.parts) for one in held}
    assert len(hashes) == 1
    draws = pl.read_parquet(grid_store / "forecasts" / "issued" / held[0].issue_id / "*.parquet")
    assert draws["unit_id"].n_unique() == 144
    assert draws["samples"].to_numpy().sum() > 0
