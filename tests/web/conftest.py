"""A server over a store of its own, and tokens for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tocsin.lake.node import name_node
from tocsin.web.app import make_app
from tocsin.web.limits import Limits
from tocsin.workflow.letting_in import create_token

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
UNLIMITED = Limits(by_token=None, by_address=None, by_tries=None)
Make = Callable[..., dict[str, str]]


@pytest.fixture
def node(own_store: Path) -> Path:
    """A store that has an organisation."""
    name_node(own_store, "node-x")
    return own_store


@pytest.fixture
def client(node: Path) -> Iterator[TestClient[Any]]:
    with TestClient(make_app(UNLIMITED)) as made:
        yield made


@pytest.fixture
def bearer(node: Path) -> Make:
    """Headers with a new token of a role."""

    def make(role: str = "reporter", **more: Any) -> dict[str, str]:
        secret, _ = create_token(role=role, **more)
        return {"Authorization": f"Bearer {secret}"}

    return make


def serious_faults(page: Any) -> list[tuple[str, str]]:
    """What axe finds serious or critical on a page: the rule, and where it is broken first.

    `make setup` brings axe-core; without it the test fails, it is not passed over.
    """
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        (one["id"], one["nodes"][0]["html"][:160])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
