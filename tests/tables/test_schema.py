import polars as pl
import pytest

from tocsin.errors import TableError
from tocsin.tables import TABLES, Column, Table

AREAS = Table(
    "areas",
    "Invented areas.",
    (
        Column("area", pl.String, "its name"),
        Column("deaths", pl.Int32, "a count", unit="deaths", required=False, minimum=0),
        Column("state", pl.String, "observed or not", one_of=("observed", "unknown")),
    ),
    key=("area",),
)
SOUND = AREAS.build({"area": ["a", "b"], "deaths": [1, None], "state": ["observed", "unknown"]})


def test_a_sound_table_passes_through() -> None:
    assert AREAS.require(SOUND) is SOUND


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_declared_table_is_sound_when_empty(table: Table) -> None:
    assert table.check(table.empty()) == []
    assert set(table.key) <= set(table.schema)
    assert all(column.meaning for column in table.columns)


@pytest.mark.parametrize(
    ("broken", "column", "problem"),
    [
        (SOUND.drop("deaths"), "deaths", "missing"),
        (SOUND.with_columns(extra=1), "extra", "unknown"),
        (SOUND.with_columns(pl.col("deaths").cast(pl.Int64)), "deaths", "type"),
        (SOUND.with_columns(deaths=pl.lit(-1, pl.Int32)), "deaths", "below 0"),
        (SOUND.with_columns(state=pl.lit("calm")), "state", "not one of"),
        (SOUND.with_columns(area=pl.lit(None, pl.String)), "area", "missing"),
        (SOUND.with_columns(area=pl.lit("a")), "area", "repeated"),
    ],
)
def test_what_breaks_the_declaration_is_found(
    broken: pl.DataFrame, column: str, problem: str
) -> None:
    findings = AREAS.check(broken)
    assert any(found.column == column and problem in found.problem for found in findings)
    with pytest.raises(TableError, match="areas"):
        AREAS.require(broken)
