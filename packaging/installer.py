"""Pack Tocsin and all it needs for a stick: `python packaging/installer.py` (or `make installer`).

One folder and its zip: wheels for one platform and one Python, scripts that install them without a
network, service files, checksums, versions and licences. With `--sign` the checksums are signed by
the node's key of the store that TOCSIN_HOME names; `docs/how-to/install-on-a-site.md` says how a
receiver checks that.

Wheels for another platform are asked for by pip's own names:

    python packaging/installer.py --platform win_amd64 --python 3.12
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name, parse_wheel_filename

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSION = str(PROJECT["version"])
EXTRAS = ("postgres",)
PURPOSE = "installer"  # what the node's key signs for
SUMS = "SHA256SUMS"
SCRIPTS = ("install.sh", "install.cmd", "install.ps1", "READ-ME-FIRST.txt")


def main() -> None:
    """Pack what the command line asks for, and say where it lies."""
    asked = _arguments()
    target = asked.platform or f"{platform.system().lower()}-{platform.machine().lower()}"
    folder = asked.out / f"tocsin-{VERSION}-{target}-py{asked.python}"
    wheels = folder / "wheels"
    shutil.rmtree(folder, ignore_errors=True)
    wheels.mkdir(parents=True)
    print(f"Tocsin {VERSION} for {target}, Python {asked.python}")
    own = _build_wheel(wheels)
    _download([f"{own}[{','.join(EXTRAS)}]"], wheels, asked)
    while lacking := sorted(_lacking(wheels, asked)):
        print("also:", ", ".join(lacking))
        _download(lacking, wheels, asked)
    _write_extras(folder, target, asked.python)
    _write_sums(folder)
    if asked.sign:
        _sign(folder)
    zipped = _zip(folder)
    print(f"{len(list(wheels.iterdir()))} wheels, {zipped.stat().st_size // 1_000_000} MB")
    print(folder)
    print(zipped)


def _arguments() -> argparse.Namespace:
    told = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    told.add_argument("--out", type=Path, default=ROOT / "dist" / "installer")
    told.add_argument("--platform", default="", help="default: this machine's; else win_amd64, …")
    told.add_argument("--python", default=here, help="default: this one's")
    told.add_argument("--sign", action="store_true", help="with the node's key of TOCSIN_HOME")
    return told.parse_args()


def _build_wheel(wheels: Path) -> Path:
    """Tocsin's own wheel, with the built layers; without them it would be a broken one."""
    if not (ROOT / "src/tocsin/geo/data/places.parquet").is_file():
        sys.exit("The boundary layers were not built: run make setup first.")
    _pip("wheel", "--no-deps", "-w", str(wheels), str(ROOT))
    [own] = wheels.glob("tocsin-*.whl")
    with zipfile.ZipFile(own) as held:
        names = set(held.namelist())
    needed = ("geo/data/places.parquet", "web/static/room.js", "web/static/room.css")
    if lacking := [name for name in needed if f"tocsin/{name}" not in names]:
        sys.exit(f"The wheel lacks {', '.join(lacking)}.")
    return own


def _download(requirements: list[str], wheels: Path, asked: argparse.Namespace) -> None:
    target = ["--only-binary", ":all:", "--find-links", str(wheels)]
    if asked.platform:
        names = _older_names(asked.platform)
        target += [word for name in names for word in ("--platform", name)]
        target += ["--python-version", asked.python, "--implementation", "cp"]
        requirements = [_without_path(one) for one in requirements]
    elif asked.python != f"{sys.version_info.major}.{sys.version_info.minor}":
        sys.exit("For another Python give --platform as well.")
    _pip("download", "-c", str(ROOT / "constraints.txt"), "-d", str(wheels), *target, *requirements)


def _without_path(requirement: str) -> str:
    """Elsewhere than on the machine it runs on, pip takes a name and version, no file."""
    if requirement.endswith("]") and "/" in requirement:
        return f"tocsin[{','.join(EXTRAS)}]=={VERSION}"
    return requirement


def _older_names(name: str) -> list[str]:
    """Wheels for an older system of the same kind serve a newer one: pip must be told each."""
    if name.startswith("manylinux"):
        machine = name.split("_", 3)[-1] if name.startswith("manylinux_") else name.split("_", 1)[1]
        return [f"manylinux_2_{minor}_{machine}" for minor in (28, 27, 26, 24, 17)] + [
            f"manylinux2014_{machine}"
        ]
    if name.startswith("macosx_"):
        machine = name.split("_", 3)[-1]
        return [f"macosx_{major}_0_{machine}" for major in (14, 13, 12, 11)] + [
            "macosx_10_12_universal2",
            "macosx_10_9_universal2",
        ]
    return [name]


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"pip {words[0]} failed; nothing was packed.")


def _lacking(wheels: Path, asked: argparse.Namespace) -> Iterator[str]:
    """What the packed wheels ask for on the target and is not there.

    Pip judges `; sys_platform == "win32"` by the machine it runs on; this judges by the target.
    """
    there = {parse_wheel_filename(one.name)[0] for one in wheels.glob("*.whl")}
    world = _world(asked)
    for wheel in wheels.glob("*.whl"):
        extras = EXTRAS if wheel.name.startswith("tocsin-") else ("",)
        for line in _metadata(wheel).get_all("Requires-Dist") or []:
            one = Requirement(line)
            holds = one.marker is None or any(
                one.marker.evaluate({**world, "extra": extra}) for extra in extras
            )
            if holds and canonicalize_name(one.name) not in there:
                yield f"{one.name}{one.specifier}"


def _world(asked: argparse.Namespace) -> dict[str, str]:
    world = {"python_version": asked.python, "python_full_version": f"{asked.python}.0"}
    name = asked.platform
    if name.startswith("win"):
        world |= {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows",
                  "platform_machine": "AMD64"}  # fmt: skip
    elif name.startswith("macosx"):
        world |= {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin",
                  "platform_machine": name.rsplit("_", 1)[1]}  # fmt: skip
    elif name:
        world |= {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}
    else:
        del world["python_full_version"]
    return world


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as held:
        [name] = [one for one in held.namelist() if one.endswith(".dist-info/METADATA")]
        return HeaderParser().parsestr(held.read(name).decode("utf-8"))


def _write_extras(folder: Path, target: str, python: str) -> None:
    """Scripts, service files, what is in it and under which licence."""
    for name in SCRIPTS:
        content = (HERE / name).read_text("utf-8")
        content = content.replace("@VERSION@", VERSION).replace("@PYTHON@", python)
        ends = "\r\n" if name.endswith((".cmd", ".ps1", ".txt")) else "\n"
        (folder / name).write_text(content, encoding="utf-8", newline=ends)
    (folder / "install.sh").chmod(0o755)
    for kind in ("systemd", "launchd"):
        shutil.copytree(HERE / kind, folder / "services" / kind)
    for name in ("LICENSE", "NOTICE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("install-on-a-site.md", "upgrade-and-roll-back.md", "serve.md"):
        (folder / "docs").mkdir(exist_ok=True)
        shutil.copy(ROOT / "docs" / "how-to" / name, folder / "docs" / name)
    lines = ["package\tversion\tlicence"]
    for wheel in sorted((folder / "wheels").glob("*.whl"), key=lambda one: one.name.lower()):
        told = _metadata(wheel)
        lines.append(f"{told['Name']}\t{told['Version']}\t{_licence(told)}")
    (folder / "LICENCES.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    (folder / "VERSION").write_text(
        f"tocsin {VERSION}\nplatform {target}\npython {python}\ncommit {commit or 'unknown'}\n"
    )


def _licence(told: Message) -> str:
    """The licence that a wheel states: its expression, its classifiers, or its first line."""
    if expression := told["License-Expression"]:
        return str(expression)
    kinds = [one for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    if kinds:
        return "; ".join(one.rpartition(" :: ")[2] for one in kinds)
    return (told["License"] or "not stated").strip().splitlines()[0][:100]


def _write_sums(folder: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _sign(folder: Path) -> None:
    """The node's word for the checksums, made for this purpose and no other."""
    from tocsin.ledger import Signer
    from tocsin.ledger.trusting import key_line
    from tocsin.vault import node_secret
    from tocsin.workflow.record_keeping import open_vault, own_organisation

    signer = Signer(node_secret(open_vault()))
    signed = signer.sign_for(PURPOSE, (folder / SUMS).read_bytes())
    (folder / f"{SUMS}.sig").write_text(signed + "\n", encoding="ascii")
    (folder / "SIGNER.txt").write_text(key_line(own_organisation(), signer.public))


def _zip(folder: Path) -> Path:
    out = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:  # wheels are packed already
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                made.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return out


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
