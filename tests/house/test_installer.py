"""The installer, used as on a site: no network, a fresh folder, a store, a server that answers.

`make installer` packs it; CI does that before the tests. Without it these tests are counted as not
run.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
PACKED = ROOT / "dist" / "installer"
PACKING = ROOT / "packaging"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="unshare and systemd are Linux's")

# Every way out is closed: where the kernel lets us, a network of nothing at all; else proxies that
# do not answer, and pip told to look nowhere.
DEAD = {
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "PIP_NO_INDEX": "1",
    "PIP_NO_COMPILE": "1",  # half the time; what is used is compiled when it is
}


@pytest.fixture(scope="module")
def folder() -> Path:
    [found] = (one for one in PACKED.iterdir() if one.is_dir() and "linux" in one.name)
    return found


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine's folder with Tocsin installed from the stick, once for all workers of a run."""
    here = tmp_path_factory.getbasetemp()
    place = (here.parent if "PYTEST_XDIST_WORKER" in os.environ else here) / "site"
    with FileLock(f"{place}.lock"):
        if not (place / "installed").exists():
            place.mkdir(exist_ok=True)
            run = subprocess.run(
                [*no_network(), "sh", str(folder / "install.sh"), str(place / "program")],
                env=environment(place),
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 0, run.stderr
            (place / "installed").touch()
    return place


def no_network() -> list[str]:
    """What starts a command in a world without a network; nothing where that is not allowed."""
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    return ["unshare", "-rn"] if tried.returncode == 0 else []


def environment(place: Path) -> dict[str, str]:
    """Nothing of who runs the test: no store, no settings, no packages."""
    kept = {"PATH": os.environ["PATH"], "PYTHON": sys.executable, "LANG": "C.UTF-8"}
    return kept | DEAD | {
        "HOME": str(place), "TOCSIN_HOME": str(place / "store"), "TOCSIN_LANG": "en",
    }  # fmt: skip


def tocsin(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*no_network(), str(site / "program" / "bin" / "tocsin"), *words],
        env=environment(site), capture_output=True, text=True, check=False, cwd=site,
    )  # fmt: skip


@pytest.mark.installer
@pytest.mark.slow
def test_it_installs_and_works_without_a_network(site: Path) -> None:
    assert tocsin(site, "--version").stdout.startswith("tocsin ")
    assert tocsin(site, "init", "--org", "CELL").returncode == 0
    assert tocsin(site, "exercise", "hadaria").returncode == 0
    done = tocsin(site, "ingest", "hadaria")
    assert done.returncode == 0, done.stderr
    told = {one["about"]: one for one in json.loads(tocsin(site, "doctor", "--json").stdout)}
    well = {name for name, one in told.items() if one["state"] == "ok"}
    assert {"python", "layers", "fonts", "store", "ledger"} <= well, told


@pytest.mark.installer
@pytest.mark.slow
def test_the_server_answers_with_its_files_and_stops_when_asked(site: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(site / "program" / "bin" / "tocsin"), "serve", "--port", str(port)]
    running = subprocess.Popen(
        command, env=environment(site), stderr=subprocess.PIPE, cwd=site, text=True
    )
    try:
        assert b'"ok"' in answer(port, "/health")
        page = answer(port, "/sign-in").decode()
        styles = re.findall(r'href="(/static/[^"]+[.]css[^"]*)"', page)
        assert styles, page
        assert all(len(answer(port, style)) > 500 for style in styles)
    finally:
        running.send_signal(signal.SIGTERM)
    assert running.wait(30) in (0, -signal.SIGTERM)
    assert "Traceback" not in (running.stderr.read() if running.stderr else "")


def answer(port: int, path: str) -> bytes:
    """What the server says, once it has started."""
    for _ in range(150):
        asked = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            asked.request("GET", path, headers={"Accept": "text/html"})
            told = asked.getresponse()
            assert told.status == 200, (path, told.status)
            return told.read()
        except OSError:
            time.sleep(0.2)
        finally:
            asked.close()
    raise TimeoutError(path)


@pytest.mark.installer
def test_a_changed_file_is_not_installed(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "stick"
    copy.mkdir()
    for one in folder.iterdir():
        if one.name == "wheels":
            (copy / "wheels").symlink_to(one)
        elif one.is_dir():
            shutil.copytree(one, copy / one.name)
        else:
            shutil.copy(one, copy / one.name)
    (copy / "NOTICE").write_text("another")
    run = subprocess.run(
        ["sh", str(copy / "install.sh"), str(tmp_path / "program")],
        env=environment(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode != 0
    assert not (tmp_path / "program").exists()


@pytest.mark.installer
def test_everything_on_the_stick_is_summed_and_its_licence_told(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    summed = dict(reversed(line.split("  ", 1)) for line in lines)
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    assert there - {"SHA256SUMS", "SHA256SUMS.sig", "SIGNER.txt"} == summed.keys()
    small = [name for name in summed if not name.startswith("wheels/")]
    for name in small:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == summed[name]
    table = (folder / "LICENCES.tsv").read_text("utf-8").splitlines()[1:]
    assert len(table) == len(list((folder / "wheels").glob("*.whl")))
    assert all(line.count("\t") == 2 for line in table)


def test_going_back_to_an_installed_version_is_one_command(tmp_path: Path) -> None:
    """Two versions side by side; `--use` points at one, and refuses what is not there."""
    script = (PACKING / "install.sh").read_text("utf-8").replace("@VERSION@", "0.2.0")
    (tmp_path / "install.sh").write_text(script.replace("@PYTHON@", "3.11"))
    into = tmp_path / "program"
    for version in ("0.1.0", "0.2.0"):
        program = into / "versions" / version / "bin" / "tocsin"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\necho tocsin {version}\n")
        program.chmod(0o755)

    def use(version: str) -> subprocess.CompletedProcess[str]:
        words = ["sh", str(tmp_path / "install.sh"), "--use", version, str(into)]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    for version in ("0.2.0", "0.1.0"):
        assert use(version).stdout == f"tocsin {version}\n"
        told = subprocess.run([into / "bin" / "tocsin"], capture_output=True, text=True, check=True)
        assert told.stdout == f"tocsin {version}\n"
    assert use("0.3.0").returncode == 2


def test_the_checksums_are_signed_so_that_openssl_can_tell(tmp_path: Path, own_store: Path) -> None:
    """The node's own signature, checked by another library in the way the page describes."""
    from base64 import b64decode
    from importlib.util import module_from_spec, spec_from_file_location

    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    spec = spec_from_file_location("packing", PACKING / "installer.py")
    assert spec is not None
    assert spec.loader is not None
    packing = module_from_spec(spec)
    spec.loader.exec_module(packing)
    (tmp_path / "stick").mkdir()
    sums = tmp_path / "stick" / "SHA256SUMS"
    sums.write_text("0" * 64 + "  VERSION\n")
    packing._sign(tmp_path / "stick")
    signed = (tmp_path / "stick" / "SHA256SUMS.sig").read_text().strip()
    public = bytes.fromhex((tmp_path / "stick" / "SIGNER.txt").read_text().split()[-1])
    key = Ed25519PublicKey.from_public_bytes(public)
    signature = b64decode(signed.partition(":")[2])
    key.verify(signature, b"tocsin installer v1\x00" + sums.read_bytes())
    with pytest.raises(InvalidSignature):
        key.verify(signature, sums.read_bytes())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_the_service_files_are_sound_and_closed(tmp_path: Path) -> None:
    for unit in (PACKING / "systemd").iterdir():
        here = unit.read_text("utf-8").replace("/opt/tocsin/bin/tocsin", "/bin/true")
        (tmp_path / unit.name).write_text(here)
    units = [str(one) for one in tmp_path.iterdir() if one.suffix in (".service", ".timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(tmp_path / "tocsin.service")],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    exposure = float(told.rpartition("exposure level for tocsin.service: ")[2].split()[0])
    assert exposure < 2.5, told  # 10 is wide open
