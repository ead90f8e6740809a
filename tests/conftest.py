"""What a test may need from its machine, and an honest count of what could not run here.

A test that needs the data mirror, Chromium, Java, LibreOffice, poppler, the built boundary layers
or the packed installer is marked so. Where the thing is absent the test is skipped, and the last
lines of the run say how many were. With `TOCSIN_TEST_ALL=1` (as in `.ci/run`) such a skip fails
the run.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import argon2
import pyrage
import pytest
import typer.testing
from hypothesis import HealthCheck, settings
from tests.ledger import quick_tables
from tests.stretching import QuickHasher, seal

from tocsin.ledger import engine

ROOT = Path(__file__).resolve().parents[1]
MEMORY = Path("/dev/shm")
ROOM = 8 << 30  # bytes: what the suite writes in a run is a fifth of it

settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("house")


@cache
def mirror_folder() -> Path | None:
    """The folder of official files: `TOCSIN_MIRROR`, else the one beside the project."""
    given = os.environ.get("TOCSIN_MIRROR", "")
    folder = Path(given) if given else ROOT.parent / "shared" / "data"
    return folder if (folder / "ucdp").is_dir() else None


@cache
def chromium() -> str | None:
    """Path of a Chromium that Playwright can drive."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


NEEDS = {
    "mirror": mirror_folder,
    "chromium": chromium,
    "java": lambda: shutil.which("java") is not None,
    "libreoffice": lambda: shutil.which("soffice") is not None,
    "poppler": lambda: shutil.which("pdftoppm") is not None,
    "installer": lambda: next((ROOT / "dist/installer").glob("*/SHA256SUMS"), None),
    "geodata": (ROOT / "src/tocsin/geo/data/.ready").exists,
}


def missing_needs(item: pytest.Item) -> list[str]:
    return [name for name, met in NEEDS.items() if item.get_closest_marker(name) and not met()]


def pytest_configure(config: pytest.Config) -> None:
    """Lay what tests write into memory where there is plenty, unless somebody says where.

    A store syncs its files to the disk at every step, and the suite spent minutes waiting for that.
    Processes that tests start, and the other workers, take the place over from the environment.
    """
    if config.option.basetemp is None and "TMPDIR" not in os.environ and _in_memory_is_room():
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # asked anew


def _in_memory_is_room() -> bool:
    try:
        found = os.statvfs(MEMORY)
        words = Path("/proc/meminfo").read_text("ascii").split()
    except (OSError, AttributeError):
        return False  # not Linux
    free = int(words[words.index("MemAvailable:") + 1]) << 10
    may_run = not found.f_flag & os.ST_NOEXEC  # some tests start programs there
    return may_run and min(free, found.f_bavail * found.f_frsize) > ROOM


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if absent := missing_needs(item):
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(absent)}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    absent = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(absent.items()):
        terminalreporter.write_line(f"not run: {count} tests ({reason})", yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("TOCSIN_TEST_ALL") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("TOCSIN_TEST_ALL is set, and some tests could not run here", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport) -> str:
    return report.longrepr[2].removeprefix("Skipped: ") if report.longrepr else "skipped"


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of official files; its tests are marked `mirror`."""
    folder = mirror_folder()
    assert folder is not None, "mark this test with @pytest.mark.mirror"
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = chromium()
    assert path is not None, "mark this test with @pytest.mark.chromium"
    return path


@pytest.fixture(scope="session", autouse=True)
def quick_passphrases() -> Iterator[None]:
    """Tests spend no second on each passphrase; `tests/stretching.py` says what stays true."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyrage.passphrase, "encrypt", seal)
        patch.setattr(argon2, "PasswordHasher", QuickHasher)
        yield


@pytest.fixture(scope="session", autouse=True)
def tables_copied() -> Iterator[None]:
    """A new ledger's tables are copied from the first: `tests/ledger/quick_tables.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_run_migrations", quick_tables.run_migrations)
        yield


@pytest.fixture(scope="session", autouse=True)
def commands_built_once() -> Iterator[None]:
    """Typer builds its tree of commands anew at every call: 70 ms, more than most commands take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(typer.testing._get_command))
        yield


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a store of its own, and no settings of the person who runs it."""
    home = tmp_path / "store"
    monkeypatch.setenv("TOCSIN_HOME", str(home))
    monkeypatch.setenv("TOCSIN_LANG", "en")
    monkeypatch.setenv("NO_COLOR", "1")
    return home
