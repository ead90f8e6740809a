"""What another process writes is shown at once by a server that has the record open."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import Make
from tests.web.room.test_releasing import SAID

from tocsin.workflow import record_keeping
from tocsin.workflow.record_keeping import add_statement, keep_databases_open

WRITE = """
import json, sys
from tocsin.workflow.record_keeping import add_statement
print(add_statement(json.loads(sys.stdin.read())).ids[0])
"""


@pytest.fixture
def kept_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(record_keeping, "_KEPT_OPEN", None)
    kept = keep_databases_open()
    yield
    kept.close()


@pytest.mark.usefixtures("kept_open")
def test_a_search_between_two_writers_loses_nothing(client: TestClient[Any], bearer: Make) -> None:
    """A writer that ends alone takes the log beside the database away; it must not think so."""
    headers = bearer("release-authority", scopes=("pages",)) | {"Accept": "text/html"}
    add_statement(SAID)
    for word in ("first", "second"):
        assert client.get("/search", params={"q": "village"}, headers=headers).status_code == 200
        said = str(SAID | {"source": word}).replace("'", '"')
        written = subprocess.run(
            [sys.executable, "-c", WRITE], input=said, text=True, env=os.environ, check=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        name = written.stdout.strip()
        assert client.get(f"/statements/{name}", headers=headers).status_code == 200, word
