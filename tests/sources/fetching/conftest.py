"""A web server on the loopback that misbehaves on request."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

Answer = Callable[["Handler", bytes], None]


@dataclass
class Misbehaving:
    """What the server holds, how it answers (one answer a request, the last one for ever)."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    script: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def serve(self, path: str, content: bytes, *answers: Answer) -> str:
        self.files[path] = content
        self.script[path] = list(answers) or [whole]
        return self.address + path


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: Misbehaving

    def do_GET(self) -> None:
        self.state.asked.append((self.path, self.headers.get("Range")))
        if self.path not in self.files:
            self.send_error(404)
            return
        queue = self.state.script[self.path]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        try:
            answer(self, self.files[self.path])
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    @property
    def files(self) -> dict[str, bytes]:
        return self.state.files

    def head(self, status: int, length: int | None, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    """A reader that hangs up is what these tests are about: no word of it."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


def whole(handler: Handler, content: bytes) -> None:
    """The file, or the rest of it when a range is asked for."""
    asked = handler.headers.get("Range")
    if asked is None:
        handler.head(200, len(content), ETag='"one"')
        handler.wfile.write(content)
        return
    start = int(asked.removeprefix("bytes=").rstrip("-"))
    if start >= len(content):
        handler.head(416, 0, Content_Range=f"bytes */{len(content)}")
        return
    span = f"bytes {start}-{len(content) - 1}/{len(content)}"
    handler.head(206, len(content) - start, ETag='"one"', Content_Range=span)
    handler.wfile.write(content[start:])


def ignoring_range(handler: Handler, content: bytes) -> None:
    handler.head(200, len(content), ETag='"one"')
    handler.wfile.write(content)


def truncated(after: int) -> Answer:
    """Promises the whole, sends `after` bytes of what was asked for, hangs up."""

    def answer(handler: Handler, content: bytes) -> None:
        asked = handler.headers.get("Range")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        rest = content[start:]
        if start:
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            handler.head(206, len(rest), ETag='"one"', Content_Range=span)
        else:
            handler.head(200, len(rest), ETag='"one"')
        handler.wfile.write(rest[:after])
        handler.hang_up()

    return answer


def stalled(after: int) -> Answer:
    """Promises the whole, sends `after` bytes, then nothing more."""

    def answer(handler: Handler, content: bytes) -> None:
        handler.head(200, len(content), ETag='"one"')
        handler.wfile.write(content[:after])
        handler.wfile.flush()
        handler.state.closing.wait(5)
        handler.hang_up()

    return answer


def status(code: int, **headers: str) -> Answer:
    def answer(handler: Handler, content: bytes) -> None:
        handler.head(code, 0, **headers)

    return answer


def redirect(location: str, code: int = 302) -> Answer:
    return status(code, Location=location)


def page(handler: Handler, content: bytes) -> None:
    """A login page where the file should be."""
    handler.head(200, 19, Content_Type="text/html; charset=utf-8")
    handler.wfile.write(b"<html>Login</html>\n")


def listing(handler: Handler, content: bytes) -> None:
    """The server's own page about a folder."""
    handler.head(200, len(content), Content_Type="text/html")
    handler.wfile.write(content)


def wrong_range(handler: Handler, content: bytes) -> None:
    """Answers a range from another place than was asked for."""
    handler.head(206, len(content), Content_Range=f"bytes 0-{len(content) - 1}/{len(content)}")
    handler.wfile.write(content)


def another_release(handler: Handler, content: bytes) -> None:
    """Goes on in a newer file of another length, heedless of If-Range."""
    asked = handler.headers.get("Range")
    start = int((asked or "bytes=0-").removeprefix("bytes=").rstrip("-"))
    newer = content + b"newer"
    span = f"bytes {start}-{len(newer) - 1}/{len(newer)}"
    handler.head(206, len(newer) - start, ETag='"two"', Content_Range=span)
    handler.wfile.write(newer[start:])


def endless(handler: Handler, content: bytes) -> None:
    """Says no length and sends for ever (here: until the reader hangs up)."""
    handler.head(200, None, Connection="close")
    handler.hang_up()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        handler.wfile.write(b"x" * 65536)


@pytest.fixture
def answer() -> SimpleNamespace:
    """Every way of answering, by name."""
    return SimpleNamespace(
        whole=whole,
        ignoring_range=ignoring_range,
        truncated=truncated,
        stalled=stalled,
        status=status,
        redirect=redirect,
        page=page,
        listing=listing,
        wrong_range=wrong_range,
        another_release=another_release,
        endless=endless,
    )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Misbehaving]:
    """A server on 127.0.0.1; an office's proxy settings do not stand between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    state = Misbehaving()
    handler = type("Bound", (Handler,), {"state": state})
    with Quiet(("127.0.0.1", 0), handler) as service:
        state.address = f"http://127.0.0.1:{service.server_address[1]}"
        thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            state.closing.set()
            service.shutdown()
            thread.join()
