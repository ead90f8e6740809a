"""The public age vectors: what must open opens, what must not does not. Others: `tests/ledger`."""

import hashlib
import zlib
from pathlib import Path

import pyrage
import pytest

pytestmark = pytest.mark.mirror

# The library also reads an early form of the header. Its MAC is checked all the same, so that
# nobody but who wrote the file can choose that form: it lets nothing in.
LENIENT = {"stanza_missing_body", "stanza_missing_final_line"}


def parsed(path: Path) -> tuple[dict[str, list[str]], bytes]:
    head, _, body = path.read_bytes().partition(b"\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.decode().splitlines():
        name, _, value = line.partition(": ")
        fields.setdefault(name, []).append(value)
    if fields.get("compressed") == ["zlib"]:
        body = zlib.decompress(body)
    return fields, body


def test_age_files_open_exactly_if_they_should(mirror: Path):
    """X25519 is all that bundles use: armour, passphrases and post-quantum keys are left out."""
    seen = {"success": 0, "refused": 0}
    opened = set()
    for path in sorted((mirror / "vectors" / "age").iterdir()):
        fields, body = parsed(path)
        identities = fields.get("identity", [])
        if "armored" in fields or "passphrase" in fields or len(identities) != 1:
            continue
        if not identities[0].startswith("AGE-SECRET-KEY-1"):
            continue
        identity = pyrage.x25519.Identity.from_str(identities[0])
        (expected,) = fields["expect"]
        if expected == "success":
            content = pyrage.decrypt(body, [identity])
            assert hashlib.sha256(content).hexdigest() == fields["payload"][0], path.name
            seen["success"] += 1
        else:
            try:
                pyrage.decrypt(body, [identity])
            except pyrage.DecryptError:
                seen["refused"] += 1
            else:
                opened.add(path.name)
    assert opened == LENIENT
    assert seen["success"] >= 5
    assert seen["refused"] >= 20
