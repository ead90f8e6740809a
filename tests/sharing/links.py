"""A bad link: a proxy on loopback that is slow, cuts connections, delays and counts."""

import contextlib
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.sharing.conftest import free_port


class BadLink:
    """Carries connections to a port at so many bytes a second, and cuts a share of them.

    A connection that is to be cut is cut after a random number of bytes, in one direction or the
    other; `cuts` counts them, `carried` the bytes that were let through.
    """

    def __init__(self, target: int, rate: float, share_cut: float, seed: int):
        self.target, self.rate, self.share_cut = target, rate, share_cut
        self.cuts = self.connections = self.carried = 0
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._due = time.monotonic()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            is_cut = self._random.random() < self.share_cut
            allowed = self._random.randrange(200, 12_000) if is_cut else None
            threading.Thread(target=self._carry, args=(near, allowed), daemon=True).start()

    def _carry(self, near: socket.socket, allowed: int | None) -> None:
        far = socket.create_connection(("127.0.0.1", self.target))
        left = [allowed]
        ways = [threading.Thread(target=self._pipe, args=(*way, left), daemon=True)
                for way in ((near, far), (far, near))]  # fmt: skip
        for way in ways:
            way.start()
        for way in ways:
            way.join()
        near.close()
        far.close()

    def _pipe(self, source: socket.socket, sink: socket.socket, left: list[int | None]) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1024):
                self._wait(len(piece))
                if left[0] is not None:
                    piece = piece[: left[0]]
                    left[0] -= len(piece)
                sink.sendall(piece)
                self.carried += len(piece)
                if left[0] == 0:
                    self.cuts += 1
                    for end in (source, sink):
                        end.shutdown(socket.SHUT_RDWR)
                    return
            sink.shutdown(socket.SHUT_WR)

    def _wait(self, size: int) -> None:
        with self._lock:
            self._due = max(self._due, time.monotonic()) + size / self.rate
            wait = self._due - time.monotonic()
        time.sleep(max(0.0, wait))

    def close(self) -> None:
        self._server.close()


@contextlib.contextmanager
def serving(home: Path) -> Iterator[int]:
    """A real `tocsin serve` over a store; gives its port."""
    port = free_port()
    environment = os.environ | {"TOCSIN_HOME": str(home), "TOCSIN_LANG": "en"}
    environment.pop("TOCSIN_LEDGER", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            assert process.poll() is None, "the server did not start"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)
