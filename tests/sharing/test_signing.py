"""Signed CAP messages: read by programs that are not ours, and refused when they were touched."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from lxml import etree
from tests.warning.test_messages import ended, warned

from tocsin.errors import CheckFailed, UnreadableFile
from tocsin.sharing.signing import XmlKey, make_key, require_signed, sign_xml
from tocsin.warning.cap import read_cap, to_cap

KEY = make_key("cell")


def messages() -> dict[str, bytes]:
    """An Alert, an Update and a Cancel, signed."""
    first, second = warned(), warned(version=2)
    found = {
        "alert": to_cap(first, "cell"),
        "update": to_cap(second, "cell", [first]),
        "cancel": to_cap(second, "cell", [first, second], ended(second)),
    }
    return {name: sign_xml(content, KEY) for name, content in found.items()}


@pytest.mark.parametrize("name", ["alert", "update", "cancel"])
def test_what_was_signed_comes_back_as_it_was_meant(name: str) -> None:
    content = messages()[name]
    meant = read_cap(require_signed(content, [KEY.certificate]))
    assert meant.message_type == name.title()
    assert meant == read_cap(content)


def test_a_touched_message_is_refused() -> None:
    content = messages()["alert"]
    for old, new in ((b"Severe", b"Minor"), (b"AMBER", b"CLEAR")):
        assert old in content
        with pytest.raises(CheckFailed):
            require_signed(content.replace(old, new, 1), [KEY.certificate])


def test_a_signature_by_a_stranger_or_by_nobody_is_refused() -> None:
    with pytest.raises(CheckFailed):
        require_signed(messages()["alert"], [make_key("cell").certificate])
    with pytest.raises(CheckFailed):
        require_signed(to_cap(warned(), "cell"), [KEY.certificate])
    with pytest.raises(CheckFailed):
        require_signed(messages()["alert"], [])
    with pytest.raises(UnreadableFile):
        require_signed(b"<alert>", [KEY.certificate])


def test_a_signature_moved_onto_another_message_covers_nothing() -> None:
    """Wrapping: the signed message is hidden inside one that was not signed."""
    signed = etree.fromstring(messages()["alert"])
    outer = etree.fromstring(to_cap(warned(title="Tout va bien"), "cell"))
    outer.append(signed)
    with pytest.raises(CheckFailed):
        require_signed(etree.tostring(outer), [KEY.certificate])


def test_the_key_survives_the_vault() -> None:
    again = XmlKey.from_pem(KEY.to_pem())
    assert require_signed(sign_xml(to_cap(warned(), "cell"), again), [KEY.certificate])


@pytest.mark.mirror
def test_signed_messages_are_valid_by_the_schema(mirror: Path) -> None:
    schema = etree.XMLSchema(etree.parse(mirror / "vectors" / "cap" / "cap12.xsd"))
    for content in messages().values():
        schema.assertValid(etree.fromstring(content))


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not installed")
def test_xmlsec1_agrees(tmp_path: Path) -> None:
    trusted = tmp_path / "cell.pem"
    trusted.write_bytes(KEY.certificate)

    def verified(content: bytes) -> bool:
        path = tmp_path / "message.xml"
        path.write_bytes(content)
        run = subprocess.run(
            ["xmlsec1", "--verify", "--trusted-pem", trusted, path],
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        return run.returncode == 0

    for content in messages().values():
        assert verified(content)
        assert not verified(content.replace(b"Severe", b"Minor", 1))


@pytest.fixture(scope="session")
def capvalidator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The WMO's capvalidator in an environment of its own; skipped where no registry answers."""
    folder = tmp_path_factory.mktemp("capvalidator")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    got = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--retries", "1", "--timeout", "15", "capvalidator==0.1.0.dev4"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if got.returncode:
        pytest.skip(f"capvalidator cannot be installed here: {got.stderr.strip()[-200:]}")
    return python


@pytest.mark.slow
def test_capvalidator_agrees(capvalidator: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from capvalidator import validate_cap_message as check\n"
        "found = check(open(sys.argv[1], 'rb').read(), strict=True)\n"
        "print(found.message); sys.exit(0 if found.passed else 1)"
    )

    def valid(content: bytes) -> bool:
        path = tmp_path / "message.xml"
        path.write_bytes(content)
        run = subprocess.run([capvalidator, "-c", code, path], check=False, timeout=60)
        return run.returncode == 0

    for content in messages().values():
        assert valid(content)
    broken = messages()["alert"].replace(b"Severe", b"Minor", 1)
    assert not valid(broken)
