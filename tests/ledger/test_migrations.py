"""A store of every earlier schema is brought up to date, keeps its log, and reads the same."""

from pathlib import Path

import pytest
from sqlalchemy import column, insert, inspect, select, text
from sqlalchemy import table as sqltable
from tests.ledger import quick_tables
from tests.ledger.conftest import SIGNER, figure

from tocsin.errors import StoreError
from tocsin.ledger import Ledger
from tocsin.ledger import engine as engines
from tocsin.ledger.backup import TABLES
from tocsin.ledger.engine import open_engine, schema_version, upgrade
from tocsin.ledger.schema import HEAD, METADATA, STATEMENTS
from tocsin.ledger.upgrading import upgrade_for_all
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader
from tocsin.tables.kinds import Figure, Words

PLACES = ("", "MLI", "MLI.gao")
EARLIER = ["0001", "0002", "0003"]


def test_every_step_before_the_newest_is_tested():
    steps = Path(upgrade.__code__.co_filename).parent.glob("migrations/versions/step_*.py")
    names = sorted(path.stem.removeprefix("step_") for path in steps)
    assert [*EARLIER, HEAD] == names


@pytest.fixture(autouse=True)
def by_alembic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here every store runs its steps itself."""
    monkeypatch.setattr(engines, "_run_migrations", quick_tables.BY_ALEMBIC)


def test_the_tables_that_other_tests_copy_are_those_of_the_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def made(name: str):
        engine = open_engine(tmp_path / name)
        upgrade(engine)
        with engine.connect() as connection:
            assert schema_version(connection) == HEAD
            return quick_tables.lines_of(connection)

    of_the_steps = made("steps.db")
    monkeypatch.setattr(engines, "_run_migrations", quick_tables.run_migrations)
    assert made("first.db") == made("copied.db") == of_the_steps
    assert len(of_the_steps) > 20


def lying_in(place: str, value: float) -> Figure:
    title = Words(fr="Personnes déplacées", en="Displaced people")
    return Figure(quantity="displaced", title=title, unit="persons", value=value, place=place)


@pytest.mark.parametrize("step", EARLIER)
def test_an_earlier_store_is_brought_up_to_date(where: str | Path, step: str, tmp_path: Path):
    newest = Ledger(tmp_path / "newest.db", "cell", SIGNER)
    newest.append(
        [
            figure(value, rel_to=("north",), body=lying_in(PLACES[value % 3], value))
            for value in range(7)
        ]
    )
    engine = open_engine(where)
    upgrade(engine, to=step)
    with engine.begin() as old, newest.engine.connect() as new:
        held = inspect(old).get_table_names()
        columns = {each["name"] for each in inspect(old).get_columns("statements")}
        for table in TABLES:
            rows = [dict(row._mapping) for row in new.execute(select(table))]
            if rows and table.name in held:
                known = [c for c in table.columns if table is not STATEMENTS or c.name in columns]
                earlier = sqltable(table.name, *(column(c.name, c.type) for c in known))
                names = {c.name for c in known}
                old.execute(
                    insert(earlier),
                    [{name: row[name] for name in names} for row in rows],
                )
    engine.dispose()

    if isinstance(where, str):  # a shared ledger is upgraded only on request
        upgrade_for_all(where, copied=True)
    updated = Ledger(where, "cell", SIGNER)
    assert verify(updated).is_sound
    assert updated.head() == newest.head()
    for org in ("cell", "north", "stranger"):
        assert updated.view(Reader(org)).statements() == newest.view(Reader(org)).statements()
    with updated.engine.connect() as connection:
        assert schema_version(connection) == HEAD
    updated.close()
    newest.close()


def test_the_migrations_make_what_the_code_expects(ledger: Ledger):
    ledger.head()
    found = inspect(ledger.engine)
    for table in METADATA.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}, table.name
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= indexes


def test_a_store_of_a_newer_tocsin_is_left_alone(ledger: Ledger):
    ledger.head()
    with ledger.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ledger.close()
    with pytest.raises(StoreError, match="newer Tocsin"):
        ledger.head()
