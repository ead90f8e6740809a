"""The examples in docstrings run, and give what they show."""

import doctest
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import numpy as np
import pytest

import tocsin

# Alembic's own scripts run only within a migration.
ELSEWHERE = "tocsin.ledger.migrations"


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(tocsin.__path__, "tocsin."):
        if not found.name.startswith(ELSEWHERE) and found.name != "tocsin.__main__":
            yield found.name


def examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    held = (one for name in modules() for one in finder.find(import_module(name)))
    return [one for one in held if one.examples]


@pytest.mark.usefixtures("own_store")
def test_every_example_gives_what_it_shows() -> None:
    found = examples()
    assert len(found) > 200
    failed = []
    with np.printoptions(legacy="1.25"):  # a number of numpy is shown as a number
        for one in found:
            told: list[str] = []
            runner = doctest.DocTestRunner(verbose=False)
            if runner.run(one, out=told.append).failed:
                failed.append("".join(told))
    assert not failed, "\n".join(failed)
