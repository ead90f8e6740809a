"""The server as a process: killed, stopped, on a taken port, with two workers; and templates."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from tests.web.test_openrosa import PHOTO, filled, held, sent
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.web import server
from tocsin.workflow.letting_in import create_token

Start = Callable[..., tuple[str, subprocess.Popen[str]]]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def start(node: Path) -> Iterator[Start]:
    """Start a server on a free port, once it answers; it is stopped at the end."""
    begun: list[subprocess.Popen[str]] = []

    def begin(*options: str) -> tuple[str, subprocess.Popen[str]]:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "tocsin", "serve", "--port", str(port), *options],
            env=os.environ | {"TOCSIN_HOME": str(node)},
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                httpx.get(f"{address}/health", timeout=2)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        return address, process

    yield begin
    for process in begun:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)


def headers() -> dict[str, str]:
    secret, _ = create_token(role="reporter")
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.slow
def test_killed_while_a_report_comes_it_is_taken_in_once_afterwards(
    start: Start, node: Path
) -> None:
    address, process = start()
    good = headers()
    body = httpx.Request("POST", address, files=sent(filled(photo="a.jpg"), a=PHOTO))
    content = body.read()

    def broken() -> Iterator[bytes]:
        yield content[:-40]
        process.kill()
        yield content[-40:]

    with pytest.raises(httpx.TransportError):
        httpx.post(
            f"{address}/openrosa/submission",
            headers=good | {"Content-Type": body.headers["Content-Type"]},
            content=broken(),
            timeout=20,
        )
    again, _ = start()
    for status in (201, 202):
        answer = httpx.post(
            f"{again}/openrosa/submission",
            headers=good,
            files=sent(filled(photo="a.jpg"), a=PHOTO),
            timeout=60,
        )
        assert answer.status_code == status
    assert len(held("report")) == len(held("report_media")) == 1


@pytest.mark.slow
def test_two_workers_take_in_each_report_once(start: Start) -> None:
    address, _ = start("--workers", "2")
    good = headers()

    def send(at: int) -> int:
        files = sent(filled(f"uuid:n{at // 3}"))
        with httpx.Client(timeout=60) as client:  # connections of their own: both workers take part
            return client.post(
                f"{address}/openrosa/submission", headers=good, files=files
            ).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(send, range(24)))
    assert sorted(statuses) == [201] * 8 + [202] * 16
    assert len(held("report")) == 8


@pytest.mark.slow
def test_a_stop_answers_what_is_under_way(start: Start) -> None:
    address, process = start()
    body = httpx.Request("POST", address, files=sent(filled()))
    content = body.read()

    def slow() -> Iterator[bytes]:
        yield content[:200]
        process.send_signal(signal.SIGTERM)
        time.sleep(1.5)
        yield content[200:]

    answer = httpx.post(
        f"{address}/openrosa/submission",
        headers=headers() | {"Content-Type": body.headers["Content-Type"]},
        content=slow(),
        timeout=60,
    )
    assert answer.status_code == 201
    _, log = process.communicate(timeout=30)
    assert "Traceback" not in log
    assert "tocsin_" not in log
    assert len(held("report")) == 1


def test_what_would_fail_in_a_worker_is_told_at_once(node: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = CliRunner().invoke(app, ["serve", "--port", str(taken.getsockname()[1])])
    assert "cannot be listened on" in str(told.exception)
    (tmp_path / "no.pem").write_text("no certificate")
    told = CliRunner().invoke(
        app, ["serve", "--port", str(free_port()), "--certificate", str(tmp_path / "no.pem")]
    )
    assert "cannot be used" in str(told.exception)


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_an_open_address_without_encryption_is_warned_of(
    node: Path, monkeypatch: pytest.MonkeyPatch, host: str, warned: bool
) -> None:
    monkeypatch.setattr(server, "run", lambda *_: None)
    told = CliRunner().invoke(app, ["serve", "--host", host, "--port", str(free_port())])
    assert told.exit_code == 0
    assert ("nothing is encrypted" in told.output) is warned
