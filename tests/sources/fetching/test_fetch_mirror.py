"""Copies from a folder, a stick or a neighbour's machine."""

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tocsin.errors import FetchFailed
from tocsin.sources.fetch import Patience
from tocsin.sources.mirror import Copy, find_copies, take_copy

HASTY = Patience(tries=2, first_pause=0.01, connect_seconds=2, silence_seconds=1.5)
EVENTS = b"id,country\n1,Hadaria\n"
SUM = hashlib.sha256(EVENTS).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stick = tmp_path / "stick"
    (stick / "ucdp").mkdir(parents=True)
    (stick / "ucdp" / "events.csv").write_bytes(EVENTS)
    (stick / "README.md").write_text("not data")
    (stick / ".trash").mkdir()
    (stick / ".trash" / "old.csv").write_bytes(EVENTS)
    return stick


def test_a_folder_is_read_to_its_depth_and_only_data_is_taken(folder: Path) -> None:
    assert [(copy.path, copy.sha256) for copy in find_copies(str(folder))] == [
        ("ucdp/events.csv", "")
    ]


def test_declared_hashes_are_checked_on_the_way(folder: Path, tmp_path: Path) -> None:
    (folder / "SHA256SUMS").write_text(f"{SUM}  ucdp/events.csv\n")
    (copy,) = find_copies(str(folder))
    assert take_copy(copy, tmp_path / "here.csv").sha256 == SUM
    (folder / "ucdp" / "events.csv").write_bytes(b"changed since")
    with pytest.raises(FetchFailed, match="SHA256SUMS declares"):
        take_copy(copy, tmp_path / "there.csv")
    assert not list(tmp_path.glob("there*"))


def test_a_copy_that_is_here_is_not_taken_again(folder: Path, tmp_path: Path) -> None:
    (copy,) = find_copies(str(folder))
    assert take_copy(copy, tmp_path / "here.csv").attempts == 1
    assert take_copy(copy, tmp_path / "here.csv").attempts == 0
    (tmp_path / "here.csv").write_bytes(b"damaged")
    assert take_copy(copy, tmp_path / "here.csv").attempts == 1


def test_a_stick_pulled_out_is_said_plainly(folder: Path, tmp_path: Path) -> None:
    (copy,) = find_copies(str(folder))
    (folder / "ucdp" / "events.csv").unlink()
    with pytest.raises(FetchFailed, match="cannot be read"):
        take_copy(copy, tmp_path / "here.csv")
    with pytest.raises(FetchFailed, match="is not there"):
        find_copies(str(folder / "absent"))


def test_an_address_with_sums_is_read_by_them(server: Any, tmp_path: Path) -> None:
    outside = f"{SUM}  ../../outside.csv\n{SUM}  /etc/passwd.csv\n"
    server.serve("/m/SHA256SUMS", f"{SUM} *ucdp/two words.csv\n{outside}".encode())
    server.serve("/m/ucdp/two%20words.csv", EVENTS)
    copies = find_copies(server.address + "/m", HASTY)
    assert [(copy.path, copy.sha256) for copy in copies] == [("ucdp/two words.csv", SUM)]
    assert take_copy(copies[0], tmp_path / "x.csv", patience=HASTY).sha256 == SUM


def test_an_address_without_sums_is_read_by_its_listing(
    server: Any, tmp_path: Path, answer: SimpleNamespace
) -> None:
    listing = (
        '<a href="../">up</a><a href="ucdp/">ucdp/</a><a href="note.md">note</a>'
        '<a href="http://elsewhere.example/x.csv">x</a><a href="?C=M">sort</a>'
        '<a href="%2e%2e/%2e%2e/secret.csv">s</a><a href="events.csv#top">e</a>'
    )
    server.serve("/m/", listing.encode(), answer.listing)
    server.serve("/m/ucdp/", b'<a href="ged.zip">ged.zip</a><a href="/m/">home</a>',
                 answer.listing)  # fmt: skip
    assert [copy.path for copy in find_copies(server.address + "/m/", HASTY)] == [
        "events.csv",
        "ucdp/ged.zip",
    ]


def test_an_address_that_is_not_there_says_so(server: Any, answer: SimpleNamespace) -> None:
    server.serve("/m/SHA256SUMS", b"", answer.status(503))
    with pytest.raises(FetchFailed, match="answers 503"):
        find_copies(server.address + "/m", HASTY)


def test_a_wrong_hash_behind_an_address_is_refused(server: Any, tmp_path: Path) -> None:
    url = server.serve("/m/events.csv", b"something else")
    with pytest.raises(FetchFailed, match="declared hash"):
        take_copy(Copy("events.csv", url, SUM), tmp_path / "x.csv", patience=HASTY)
