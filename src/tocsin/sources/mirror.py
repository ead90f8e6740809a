"""Copies of official files: a folder, a stick, or an address on the office's own network.

A mirror is any folder of files, or the same folder behind a web server (`python -m http.server`
will do). Where it holds a file `SHA256SUMS` (the format of the `sha256sum` command), every copy
is checked against it; behind an address that file is also the list of what is there, and without
it the server's own listing of folders is read.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote, urljoin, urlsplit

from tocsin.errors import FetchFailed
from tocsin.sources.fetch import Fetched, Patience, Report, fetch_url, sha256_of

SUMS = "SHA256SUMS"
MOST_FILES = 20_000
MOST_FOLDERS = 500
_LIST_BYTES = 8 * 1024**2
_SUM_LINE = re.compile(r"\\?([0-9a-fA-F]{64}) [ *](.+)")
# What a data file is called; listings and notes beside the data are not data.
_DATA = (".csv", ".csv.gz", ".zip", ".parquet", ".json", ".geojson", ".tsv", ".txt")


@dataclass(frozen=True)
class Copy:
    """One file of a mirror: its path inside it, where it is, and its hash if declared."""

    path: str
    place: Path | str  # a path on this machine, or an address
    sha256: str = ""

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


def find_copies(mirror: str, patience: Patience | None = None) -> list[Copy]:
    """Every data file that the mirror holds, in the order of its paths.

    Raises
    ------
    FetchFailed, if the folder or the address cannot be read.
    """
    web = urlsplit(mirror).scheme in ("http", "https")
    found = _behind_address(mirror, patience) if web else _in_folder(Path(mirror).expanduser())
    return sorted(found, key=lambda copy: copy.path)


def take_copy(
    copy: Copy,
    target: Path,
    *,
    again: bool = False,
    patience: Patience | None = None,
    report: Report | None = None,
) -> Fetched:
    """Bring one copy to `target`, checked against its declared hash.

    Raises
    ------
    FetchFailed, if it cannot be read or is not the declared file.
    """
    if isinstance(copy.place, str):
        return fetch_url(
            copy.place, target, sha256=copy.sha256, again=again, patience=patience, report=report
        )
    if target.exists() and not again and _same_file(copy.place, target):
        return Fetched(target, str(copy.place), target.stat().st_size, sha256_of(target), 0)
    return _copy_file(copy, copy.place, target)


def _copy_file(copy: Copy, place: Path, target: Path) -> Fetched:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(place, part)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise FetchFailed(
            "the copy cannot be read: {reason}",
            where=str(place),
            remedy="Check the stick or the folder that TOCSIN_MIRROR names.",
            reason=fault.strerror or str(fault),
        ) from fault
    actual = sha256_of(part)
    if copy.sha256 and actual != copy.sha256.lower():
        part.unlink()
        raise FetchFailed(
            "the copy does not have the hash that {sums} declares (declared {declared}, "
            "found {actual})",
            where=str(place),
            remedy="Make the copy again: it was damaged or changed on its way.",
            sums=SUMS,
            declared=copy.sha256.lower(),
            actual=actual,
        )
    size = part.stat().st_size
    part.replace(target)
    return Fetched(target, str(place), size, actual, attempts=1)


def _same_file(copy: Path, target: Path) -> bool:
    try:
        return copy.stat().st_size == target.stat().st_size and sha256_of(copy) == sha256_of(target)
    except OSError:
        return False  # copying will say what is wrong


def _in_folder(folder: Path) -> Iterator[Copy]:
    if not folder.is_dir():
        raise FetchFailed(
            "the mirror {mirror} is not there",
            remedy="Plug in the stick, or set TOCSIN_MIRROR to a folder or address that holds "
            "copies.",
            mirror=str(folder),
        )
    sums = _parse_sums(_read_text(folder / SUMS))
    # Sorted, so that a folder read up to its bound is read the same way everywhere.
    for count, path in enumerate(sorted(folder.rglob("*"))):
        if count >= MOST_FILES:
            raise _too_large(str(folder))
        inside = path.relative_to(folder).as_posix()
        if _is_data(inside) and path.is_file():
            yield Copy(inside, path, sums.get(inside, ""))


def _behind_address(address: str, patience: Patience | None) -> Iterator[Copy]:
    root = address.rstrip("/") + "/"
    text = _fetch_text(root + SUMS, patience)
    if text is not None:
        for path, sha256 in _parse_sums(text).items():
            if _is_data(path):
                yield Copy(path, urljoin(root, quote(path)), sha256)
        return
    for path, place in _listed(root, patience):
        yield Copy(path, place)


def _listed(root: str, patience: Patience | None) -> Iterator[tuple[str, str]]:
    """Files named on the server's listings of folders, never above or beside the root."""
    folders, seen, files = [root], {root}, 0
    while folders:
        here = folders.pop()
        links = _Links()
        links.feed(_fetch_text(here, patience, page=True) or "")
        for link in links.found:
            place = urljoin(here, link).partition("#")[0].partition("?")[0]
            path = unquote(place.removeprefix(root))
            if not place.startswith(root) or place in seen or not path or ".." in path.split("/"):
                continue
            seen.add(place)
            files += 1
            if files > MOST_FILES or len(folders) > MOST_FOLDERS:
                raise _too_large(root)
            if place.endswith("/"):
                folders.append(place)
            elif _is_data(path):
                yield path, place


class _Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _fetch_text(url: str, patience: Patience | None, page: bool = False) -> str | None:
    """A short text behind an address; None where there is none."""
    with TemporaryDirectory() as folder:
        try:
            got = fetch_url(
                url, Path(folder) / "text", limit=_LIST_BYTES, patience=patience, page=page
            )
        except FetchFailed as fault:
            if fault.fields.get("status") in (404, 410):
                return None
            raise
        return _read_text(got.path)


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _parse_sums(text: str) -> dict[str, str]:
    """Path to hash, from the lines that `sha256sum` writes; paths that lead outside are left out.

    >>> _parse_sums("0" * 64 + "  ./ucdp/ged.csv\\n" + "0" * 64 + "  ../../etc/passwd").keys()
    dict_keys(['ucdp/ged.csv'])
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        if match := _SUM_LINE.fullmatch(line.strip()):
            path = PurePosixPath(match[2].replace("\\", "/"))
            if not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]:
                found[path.as_posix()] = match[1].lower()
    return found


def _is_data(path: str) -> bool:
    parts = path.split("/")
    return parts[-1].lower().endswith(_DATA) and not any(part.startswith(".") for part in parts)


def _too_large(mirror: str) -> FetchFailed:
    return FetchFailed(
        "the mirror {mirror} holds more than {most} files",
        remedy="Point TOCSIN_MIRROR at the folder of official files itself.",
        mirror=mirror,
        most=MOST_FILES,
    )
