"""A client of TAXII that costs little: raw sockets, one connection, page after page.

    python -m benchmarks.taxii_client PORT PATH TOKEN SECONDS [SEED]

It begins somewhere in the collection, follows `X-TAXII-Date-Added-Last`, and begins anew at the
end. Prints milliseconds of each page as JSON.
"""

import json
import random
import socket
import sys
import time

HEAD_END = b"\r\n\r\n"
_EVERY = 40  # pages, then somewhere else: not all clients read the same part


def read_pages(port: int, path: str, token: str, seconds: float, starts: list[str]) -> list[float]:
    """Milliseconds of each page, as long as `seconds`; a server that hangs up is called again."""
    taken = []
    head = f" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\n".encode()
    head += b"Accept: application/taxii+json;version=2.1\r\n\r\n"
    buffer = bytearray(1 << 20)
    link, after = _called(port), random.choice(starts)
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        asked = f"GET {path}?limit=100" + (f"&added_after={after}" if after else "")
        link.sendall(asked.encode() + head)
        found = _answer(link, buffer)
        taken.append((time.perf_counter() - begun) * 1000)
        assert found.startswith(b"HTTP/1.1 200"), found[:200]
        after = _last(found) if len(taken) % _EVERY and len(starts) > 1 else random.choice(starts)
        if b"connection: close" in found.lower():
            link.close()
            link = _called(port)
    link.close()
    return taken


def _called(port: int) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", port), timeout=60)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return link


def _answer(link: socket.socket, buffer: bytearray) -> bytes:
    """The head of an answer, once the whole of it has come."""
    view, size = memoryview(buffer), 0
    while True:
        got = link.recv_into(view[size:])
        assert got, "the server hung up"
        size += got
        end = buffer.find(HEAD_END, 0, min(size, 8192))
        if end >= 0:
            break
    head = bytes(buffer[:end]).lower()
    at = head.index(b"content-length:") + 15
    whole = end + 4 + int(head[at : head.find(b"\r\n", at) if b"\r\n" in head[at:] else None])
    while size < whole:
        got = link.recv_into(view[size:])
        assert got, "the server hung up"
        size += got
    return bytes(buffer[:end]) if head.startswith(b"http/1.1 200") else bytes(buffer[:whole])


def _last(head: bytes) -> str:
    lower = head.lower()
    at = lower.find(b"x-taxii-date-added-last:")
    if at < 0:
        return ""
    line = head[at + 24 :].split(b"\r\n", 1)[0]
    return line.strip().decode().replace(":", "%3A")


def main() -> None:
    port, path, token, seconds, starts = sys.argv[1:6]
    random.seed(int(sys.argv[6]) if len(sys.argv) > 6 else 0)
    taken = read_pages(int(port), path, token, float(seconds), json.loads(starts))
    cost = time.process_time()
    print(json.dumps({"taken": taken, "cpu": cost}))


if __name__ == "__main__":
    main()
