"""Pulling over HTTP: from a Tocsin that serves, from medallion, and over a line that breaks."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import medallion
import pytest
from tests.sharing.stix.test_pulling import at, campaign
from tests.web import conftest, test_serving
from tests.web.test_serving import Start
from tests.web.test_taxii import say
from werkzeug.serving import make_server

from tocsin.errors import FetchFailed
from tocsin.lake.node import name_node
from tocsin.ledger.trusting import trust_key
from tocsin.sharing.taxii import Caller, Partner
from tocsin.workflow import pulling, record_keeping
from tocsin.workflow.letting_in import create_token

node = conftest.node
start = test_serving.start


def test_what_a_tocsin_serves_is_taken_in_by_another(
    node: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        say(number, tlp="AMBER", rel_to=["NORTH"])
    say(99, tlp="AMBER")  # not for them
    secret, _ = create_token(role="peer", org="NORTH", scopes=("taxii",))
    analyst, _ = create_token(role="analyst", scopes=("taxii",))
    ledger = record_keeping.open_ledger(to_write=True)
    own, public = record_keeping.own_organisation(), ledger.signer.public
    held = {one.id for one in record_keeping.view("NORTH:peer").statements("alias")}
    address, _ = start()

    there = tmp_path / "north"
    monkeypatch.setenv("TOCSIN_HOME", str(there))
    name_node(there, "NORTH")
    pulling.add_server("cell", f"{address}/taxii2/", secret)
    (pulled,) = pulling.pull("cell")
    assert (pulled.added, pulled.refused) == (0, 12)  # nobody compared the fingerprint yet
    ours = record_keeping.open_ledger(to_write=True)
    trust_key(ours, own, public, record_keeping.datetime.now(record_keeping.UTC))
    (pulled,) = pulling.pull("cell", again=True)
    assert (pulled.added, pulled.refused, pulled.is_whole) == (12, 0, True)
    assert {one.id for one in record_keeping.view().statements("alias")} == held
    assert pulling.pull("cell")[0].added == 0

    record_keeping.add_statement(
        {"kind": "alias", "subject": "actor:zed", "known_at": "2023-07", "source": "invented",
         "tlp": "CLEAR", "body": {"name": "ours"}}
    )  # fmt: skip
    with pytest.raises(pulling.CheckFailed):
        pulling.push("cell", "Tocsin", f"{own}:peer")
    with pytest.raises(pulling.UsageError):
        pulling.push("cell", "Tocsin", "")
    pulling.add_server("cell", f"{address}/taxii2/", analyst, user="any")
    pushed = pulling.push("cell", "Tocsin", f"{own}:peer", kind="alias", subject="actor:zed")
    # What came from there is known there; ours is not signed by a key that they trust.
    assert (pushed.sent, pushed.refused, pushed.pending) == (pushed.accepted + 1, 1, 0)


@pytest.fixture
def partner() -> Iterator[str]:
    """A medallion with 250 objects and a collection that may be written to."""
    application = medallion.application_instance
    held = [campaign(number) for number in range(250)]
    listed = [
        {"id": one["id"], "date_added": at(number), "version": one["modified"],
         "media_type": "application/stix+json;version=2.1"}
        for number, one in enumerate(held)
    ]  # fmt: skip
    for one, entry in zip(held, listed, strict=True):
        one["_manifest"] = entry
    collection = {
        "id": "91a7b528-80eb-42ed-a74d-c6fbd5a26116", "title": "Incoming", "can_read": True,
        "can_write": True, "media_types": ["application/stix+json;version=2.1"],
        "objects": held, "manifest": listed,
    }  # fmt: skip
    medallion.set_config(application, "taxii", {"taxii": {"max_page_size": 40}})
    medallion.set_config(application, "users", {"users": {"me": "word"}})
    back = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend"}
    medallion.set_config(application, "backend", {"backend": back | {"filename": None}})
    application.medallion_backend.data = {
        "/discovery": {"title": "m", "default": "/api/", "api_roots": ["/api/"]},
        "api": {
            "information": {
                "title": "api", "versions": ["application/taxii+json;version=2.1"],
                "max_content_length": 9_000_000,
            },
            "status": [], "collections": [collection],
        },
    }  # fmt: skip
    if not application.blueprints:
        medallion.register_blueprints(application)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/taxii2/"
    server.shutdown()


def test_medallion_is_read_whole_and_written_to(own_store: Path, partner: str) -> None:
    pulling.add_server("med", partner, "word", user="me")
    assert [one.title for one in pulling.list_collections("med").collections] == ["Incoming"]
    (pulled,) = pulling.pull("med")
    assert (pulled.added, pulled.refused, pulled.is_whole) == (250, 0, True), pulled.problems
    (again,) = pulling.pull("med")
    assert (again.added, again.is_whole) == (0, True)
    assert again.objects < 5
    record_keeping.add_statement(
        {"kind": "alias", "subject": "actor:zed", "known_at": "2023-07", "source": "invented",
         "tlp": "AMBER", "body": {"name": "canary"}}
    )  # fmt: skip
    pushed = pulling.push("med", "Incoming", "MED:peer", kind="alias")
    assert (pushed.refused, pushed.pending) == (0, 0)
    held = medallion.application_instance.medallion_backend.data["api"]["collections"][0]
    assert "canary" not in json.dumps(held["objects"], default=str)
    pulling.add_server("med", partner, "wrong", user="me")
    with pytest.raises(FetchFailed):
        pulling.pull("med")


@pytest.fixture
def breaking() -> Iterator[tuple[str, list[str]]]:
    """A server that does on each connection what is next on its list; empty, it answers."""
    listening = socket.create_server(("127.0.0.1", 0))
    todo: list[str] = []

    def answer(near: socket.socket) -> None:
        with contextlib.suppress(OSError), near:
            near.recv(65536)
            what = todo.pop(0) if todo else "well"
            if what == "cut":
                near.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            elif what == "nonsense":
                near.sendall(b"\x00\xff\x00 what?\r\n\r\n")
            elif what == "endless":
                near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while True:
                    near.sendall(b" " * 65536)
            elif what == "trickle":
                near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while True:
                    near.sendall(b" ")
                    time.sleep(0.02)
            elif what == "well":
                near.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listening.accept()
                threading.Thread(target=answer, args=(near,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/taxii2/", todo
    listening.close()


def test_a_line_that_breaks_is_tried_again_and_an_endless_answer_is_left(
    breaking: tuple[str, list[str]], monkeypatch: Any
) -> None:
    from tocsin.sharing import taxii

    monkeypatch.setattr(taxii, "LARGEST_ANSWER", 1_000_000)
    monkeypatch.setattr(taxii, "LASTING", 0.2)
    address, todo = breaking
    caller = Caller(Partner(name="p", address=address, secret="s3cret"), sleep=lambda _: None)
    todo += ["cut", "nonsense"]
    assert caller.get("/x").content == b"{}"
    for endless in ("endless", "trickle"):
        todo[:] = [endless] * 3
        with pytest.raises(FetchFailed) as error:
            caller.get("/x")
        assert "s3cret" not in str(error.value)
    caller.close()
