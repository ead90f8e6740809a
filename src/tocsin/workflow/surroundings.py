"""What the machine under a store is like: its Python, room, clock, files. Nothing is changed.

Each check gives findings: what was looked at, how it stands, and what to do. Where a machine does
not tell, the finding says so; silence is not health.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Literal

State = Literal["ok", "warn", "fail"]

LEAST_PYTHON = (3, 11)
LEAST_ROOM, GOOD_ROOM = 500_000_000, 5_000_000_000  # bytes; below the first no photo is taken
LEAST_MEMORY = 3_500_000_000  # bytes of the machine: a server and a forecast beside it
BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that is right shows an earlier day


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    about  : the name of the check
    where  : the file that it is about, where there is one
    problem, remedy : templates in English with `fields`; the remedy is empty where all is well
    """

    about: str
    state: State
    problem: str
    remedy: str = ""
    fields: dict[str, object] = field(default_factory=dict)
    where: str = ""


def ok(about: str, told: str, /, **fields: object) -> Finding:
    """All is well."""
    return Finding(about, "ok", told, "", fields)


def warn(about: str, problem: str, remedy: str, /, **fields: object) -> Finding:
    """It works, and somebody should look."""
    return Finding(about, "warn", problem, remedy, fields)


def fail(about: str, problem: str, remedy: str, /, **fields: object) -> Finding:
    """Something does not work."""
    return Finding(about, "fail", problem, remedy, fields)


def check_python() -> Iterator[Finding]:
    """The interpreter, and whether every package that Tocsin asks for is there."""
    version = platform.python_version()
    bits = struct.calcsize("P") * 8
    if sys.version_info < LEAST_PYTHON or bits < 64:
        yield fail(
            "python",
            "Python {version} ({bits} bits) is too old or too narrow",
            "Install Python 3.11 or newer, 64 bits, and install Tocsin again.",
            version=version,
            bits=bits,
        )
    elif lacking := _packages_lacking():
        yield fail(
            "python",
            "packages are missing: {names}",
            "Install Tocsin again from its installer.",
            names=", ".join(lacking),
        )
    else:
        yield ok("python", "Python {version}, with all its packages", version=version)


def _packages_lacking() -> list[str]:
    try:
        asked = metadata.requires("tocsin") or []
    except metadata.PackageNotFoundError:
        return ["tocsin"]
    names = {_name_of(line) for line in asked if "extra ==" not in line}
    return sorted(name for name in names if not _is_installed(name))


def _name_of(requirement: str) -> str:
    """The package that a requirement names.

    >>> _name_of("polars>=1.30"), _name_of("psycopg[binary]>=3.2; os_name == 'posix'")
    ('polars', 'psycopg')
    """
    end = next((at for at, sign in enumerate(requirement) if sign in " <>=!~;[("), None)
    return requirement[:end]


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def check_room(home: Path) -> Iterator[Finding]:
    """Room on the disk of the store."""
    here = next((each for each in (home, *home.parents) if each.exists()), Path.cwd())
    free = shutil.disk_usage(here).free
    megabytes = free // 1_000_000
    if free < LEAST_ROOM:
        yield fail(
            "disk",
            "{megabytes} MB are left on the disk: nothing more can be taken in safely",
            "Make room, or move the store (TOCSIN_HOME).",
            megabytes=megabytes,
        )
    elif free < GOOD_ROOM:
        yield warn(
            "disk",
            "{megabytes} MB are left on the disk",
            "Make room before it is full: 5 GB are a good measure.",
            megabytes=megabytes,
        )
    else:
        yield ok("disk", "{megabytes} MB are free", megabytes=megabytes)


def check_memory() -> Iterator[Finding]:
    """Memory of the machine."""
    total = memory_of_the_machine()
    if total is None:
        yield warn(
            "memory", "the machine does not tell its memory", "Tocsin wants 4 GB; look yourself."
        )
    elif total < LEAST_MEMORY:
        yield warn(
            "memory",
            "the machine has {megabytes} MB of memory",
            "4 GB are a good measure for a server and forecasts; serve with one worker.",
            megabytes=total // 1_000_000,
        )
    else:
        yield ok("memory", "{megabytes} MB of memory", megabytes=total // 1_000_000)


def memory_of_the_machine() -> int | None:
    """Bytes of memory, or None where the system does not say."""
    if sys.platform == "win32":
        return _memory_of_windows()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _memory_of_windows() -> int | None:
    import ctypes

    kilobytes = ctypes.c_ulonglong()
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only Windows has it
    told = kernel.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
    return kilobytes.value * 1024 if told else None


def check_clock(now: datetime, written: datetime | None) -> Iterator[Finding]:
    """Whether the clock can be right: not before this version, not before what it has written.

    written : when this node last wrote to its record; None if it has not, or nobody can tell
    """
    zone = now.astimezone().strftime("UTC%z")
    if now < BUILT:
        yield fail(
            "clock",
            "the clock says {now}, which is before this version was made",
            "Set the clock; warnings and deadlines go by it.",
            now=f"{now:%Y-%m-%d %H:%M} UTC",
        )
    elif written is not None and (written - now).total_seconds() > 60:
        yield fail(
            "clock",
            "the clock says {now}, and this node has written at a later time",
            "Set the clock; warnings and deadlines go by it.",
            now=f"{now:%Y-%m-%d %H:%M} UTC",
        )
    else:
        yield ok(
            "clock",
            "{now}, the machine’s own zone {zone}",
            now=f"{now:%Y-%m-%d %H:%M} UTC",
            zone=zone,
        )


def check_layers() -> Iterator[Finding]:
    """Boundary layers and gazetteer, which maps and places need."""
    from tocsin.geo import built

    names = (built.COUNTRIES, built.PARTS, built.PLACES)
    if lacking := [name for name in names if not (built.FOLDER / name).is_file()]:
        yield fail(
            "layers",
            "boundary layers are missing: {names}",
            "Install Tocsin from its installer, or build them: make setup.",
            names=", ".join(lacking),
        )
    else:
        yield ok("layers", "boundaries and gazetteer are there")


def check_letters() -> Iterator[Finding]:
    """Typefaces of pages and documents."""
    from tocsin.briefs.letters import FACES, font_file

    lacking = []
    for face in FACES:
        try:
            there = font_file(face).is_file()
        except AssertionError:
            there = False
        lacking += [] if there else [face]
    if lacking:
        yield fail(
            "fonts",
            "typefaces are missing: {names}",
            "Install Tocsin again from its installer.",
            names=", ".join(lacking),
        )
    else:
        yield ok("fonts", "all typefaces are there")


def check_port(host: str, port: int) -> Iterator[Finding]:
    """Whether the server's port is free, or held by a server of Tocsin."""
    try:
        with socket.socket() as tried:
            if os.name == "posix":  # elsewhere it would take the port from who has it
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        if _is_ours(host, port):
            yield ok("port", "tocsin serve answers on port {port}", port=port)
            return
        yield warn(
            "port",
            "port {port} cannot be listened on: {problem}",
            "Stop what listens there, or serve elsewhere: tocsin serve --port 8766",
            port=port,
            problem=error.strerror or str(error),
        )
        return
    yield ok("port", "port {port} is free; no server runs there", port=port)


def _is_ours(host: str, port: int) -> bool:
    from http.client import HTTPConnection, HTTPException

    asked = HTTPConnection(host, port, timeout=3)
    try:
        asked.request("GET", "/health")
        told = asked.getresponse().read(200)
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()
    return b'"status"' in told and b'"version"' in told


def check_encryption(home: Path) -> Iterator[Finding]:
    """Whether the store's disk is encrypted, where the system tells it to anybody."""
    if is_disk_encrypted(home):
        yield ok("encryption", "the store’s disk is encrypted")
    else:
        yield warn(
            "encryption",
            "nothing says that the store’s disk is encrypted",
            "Encrypt it (LUKS, BitLocker, FileVault): who takes the machine takes the record.",
        )


def is_disk_encrypted(home: Path, system: Path = Path("/sys/dev/block")) -> bool:
    """Whether the disk is known to be encrypted. Linux tells; elsewhere nobody but its keeper.

    system : where Linux lists block devices by number
    """
    here = next((each for each in (home, *home.parents) if each.exists()), None)
    if sys.platform != "linux" or here is None:
        return False
    number = here.stat().st_dev
    return _is_crypt(system / f"{os.major(number)}:{os.minor(number)}")


def _is_crypt(device: Path, depth: int = 0) -> bool:
    try:
        if (device / "dm" / "uuid").read_text("ascii").startswith("CRYPT-"):
            return True
    except (OSError, UnicodeDecodeError):
        pass
    if depth == 8 or not (device / "slaves").is_dir():
        return False
    below = list((device / "slaves").iterdir())
    return bool(below) and all(_is_crypt(each, depth + 1) for each in below)
