"""Running the application: processes, addresses, encryption, and a stop that finishes its work."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import ssl
from pathlib import Path

import uvicorn

from tocsin.errors import UsageError

LONGEST_STOP = 20  # seconds that requests under way are given when the server stops
IDLE = 15  # seconds a connection may stay open between requests
# Seconds that a worker may be deaf before it is replaced; on a busy machine five, uvicorn's own
# measure, would cut off whom it is serving.
LONGEST_PAUSE = 60
FACTORY = "tocsin.web.server:application"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_ready(host: str, port: int, certificate: Path | None, key: Path | None) -> None:
    """Check what would otherwise fail in a worker, far from who can mend it.

    Raises
    ------
    UsageError, if the address cannot be listened on, or the certificate cannot be used.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as tried:
            if os.name == "posix":  # elsewhere it would take the port from who has it
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        raise UsageError(
            "{address} cannot be listened on: {problem}",
            remedy="Give another --port or --host, or stop what listens there.",
            address=f"{host}:{port}",
            problem=error.strerror or str(error),
        ) from None
    if key is not None and certificate is None:
        raise UsageError("a key needs its certificate", remedy="Give --certificate as well.")
    if certificate is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
        except (ssl.SSLError, OSError):
            raise UsageError(
                "the certificate and its key cannot be used",
                where=str(certificate),
                remedy="Give a PEM certificate and, with --key, its private key.",
            ) from None


def application() -> object:
    """The application of one worker; each process makes its own."""
    from tocsin.web.app import make_app  # noqa: PLC0415 - in the worker, not in who starts it
    from tocsin.web.room.area_ready import make_ready_at_start  # noqa: PLC0415
    from tocsin.workflow.record_keeping import keep_databases_open  # noqa: PLC0415
    from tocsin.workflow.searching import make_words_ready  # noqa: PLC0415

    log = logging.getLogger("tocsin.web")
    if not log.handlers:
        line = logging.StreamHandler()
        line.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(line)
        log.propagate = False
    log.setLevel(logging.INFO)
    keep_databases_open()
    make_words_ready()
    make_ready_at_start()
    return make_app()


def run(
    host: str, port: int, workers: int = 1, certificate: Path | None = None, key: Path | None = None
) -> None:
    """Serve until stopped by SIGTERM or Ctrl-C; requests under way are answered first."""
    uvicorn.run(
        FACTORY,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,  # it would hold addresses and queries; ours holds neither
        log_level="warning",
        server_header=False,
        http="tocsin.web.writing:WholeAnswers",
        date_header=True,
        proxy_headers=True,  # from a reverse proxy on this machine only (uvicorn's default)
        timeout_graceful_shutdown=LONGEST_STOP,
        timeout_keep_alive=IDLE,
        timeout_worker_healthcheck=LONGEST_PAUSE,
        h11_max_incomplete_event_size=32 * 1024,
        ssl_certfile=str(certificate) if certificate else None,
        ssl_keyfile=str(key) if key else None,
    )
