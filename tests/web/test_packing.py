"""Answers are packed for who takes them so, and hold nothing to be guessed by their size."""

import gzip
import re
from typing import Any

from litestar.testing import TestClient
from tests.web.conftest import Make

from tocsin.web.assets import ASSETS
from tocsin.web.speaking import link, static


def test_files_are_packed_once_and_kept(client: TestClient[Any]) -> None:
    for name in sorted(ASSETS):
        plain = client.get(link(name), headers={"Accept-Encoding": "identity"})
        packed = client.get(link(name), headers={"Accept-Encoding": "gzip"})
        assert plain.content == packed.content == static(name)
        letters = name.endswith(".woff")
        assert packed.headers.get("content-encoding") == (None if letters else "gzip"), name
        assert "immutable" in packed.headers["cache-control"]
        for one, accepts in ((plain, "identity"), (packed, "gzip")):
            held = {"If-None-Match": one.headers["etag"], "Accept-Encoding": accepts}
            again = client.get(link(name), headers=held)
            assert (again.status_code, again.content) == (304, b""), name


def test_pages_are_packed(client: TestClient[Any], bearer: Make) -> None:
    headers = bearer("analyst") | {"Accept": "text/html"}
    for accepts, packs in (("gzip, br", "gzip"), ("gzip;q=0", None), ("identity", None)):
        answer = client.get("/", headers=headers | {"Accept-Encoding": accepts})
        assert answer.headers.get("content-encoding") == packs
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.headers["cache-control"] == "no-store"
        assert b"</html>" in answer.content
    raw = client.build_request("GET", "/", headers=headers | {"Accept-Encoding": "gzip"})
    told = client.send(raw, stream=True)
    sent = b"".join(told.iter_raw())
    assert len(sent) < len(gzip.decompress(sent)) / 2


def test_a_secret_never_stands_twice_in_the_same_letters(
    client: TestClient[Any], bearer: Make
) -> None:
    headers = bearer("analyst") | {"Accept": "text/html"}
    told = [
        re.findall(r'name="csrf" value="(\w+)"', client.get("/search?q=a", headers=headers).text)
        for _ in range(3)
    ]
    assert all(told)
    assert len({token for page in told for token in page}) == 3
