"""Which files make up a release of a source, and from where they can be brought here.

A mirror is asked first, because it is near; what it does not hold comes from the publisher's own
address, where there is one. A source with no official file (an export under a user's own account)
is never brought: its user brings it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tocsin.errors import FetchFailed, TocsinError, UnknownName
from tocsin.sources.declaration import Declaration, OfficialFile
from tocsin.sources.fetch import Fetched, Patience, Report, fetch_url
from tocsin.sources.mirror import Copy, take_copy
from tocsin.sources.payload import payloads
from tocsin.sources.registry import recognise

_UNSAFE = re.compile(r"[^\w.()+ -]")


@dataclass(frozen=True)
class Wanted:
    """One file to bring, and where it is: a mirror's copy, or an official address."""

    source: str
    version: str  # empty where the name does not tell
    name: str  # of the file, as it will be called here
    place: Copy | str
    sha256: str = ""


def official_files(declaration: Declaration, version: str = "") -> list[Wanted]:
    """The publisher's own files of a release (default: the newest one that Tocsin knows).

    An address that holds a known version's number is also good for another version: publishers
    name their files alike from year to year.

    Raises
    ------
    UnknownName, if no address can be made for that version.  FetchFailed, if the publisher offers
    no file at an address of its own.
    """
    known = [file for file in declaration.files if file.url]
    if not known:
        raise FetchFailed(
            "{title} has no file at a fixed address",
            remedy="Get it from {home} and run `tocsin ingest FILE`, or set TOCSIN_MIRROR to a "
            "folder or address that holds a copy.",
            title=declaration.title,
            home=declaration.home,
        )
    wanted = version or max((file.version for file in known), key=_version_order)
    exact = [file for file in known if file.version == wanted]
    files = exact or [made for file in known[-1:] if (made := _renumbered(file, wanted))]
    if not files:
        raise UnknownName(
            "no address is known for version {version} of {title}",
            remedy="Known versions: {known}.",
            version=wanted,
            title=declaration.title,
            known=", ".join(file.version for file in known),
        )
    return [
        Wanted(declaration.key, file.version, file_name(file.url), file.url, file.sha256)
        for file in files
    ]


def mirrored_files(
    declarations: Sequence[Declaration], copies: Sequence[Copy], version: str = ""
) -> list[Wanted]:
    """The mirror's copies of official files of these sources: all of them, or of one version.

    A copy is told by its name, else by its content where it is on this machine. `declarations`
    are all that there are: a name may be another source's.
    """
    found = []
    for copy in copies:
        owner = _owner(copy, declarations)
        if owner is not None and (not version or owner[1] == version):
            name = _UNSAFE.sub("_", copy.name)
            found.append(Wanted(owner[0].key, owner[1], name, copy, copy.sha256))
    return found


def bring(
    wanted: Wanted,
    folder: Path,
    *,
    again: bool = False,
    patience: Patience | None = None,
    report: Report | None = None,
) -> Fetched:
    """The file in `folder`, under the folder of its source.

    Raises
    ------
    FetchFailed, StoreBusy, StoreFull: see `fetch_url`.
    """
    target = folder / wanted.source / wanted.name
    if isinstance(wanted.place, Copy):
        return take_copy(wanted.place, target, again=again, patience=patience, report=report)
    return fetch_url(
        wanted.place, target, sha256=wanted.sha256, again=again, patience=patience, report=report
    )


def file_name(url: str) -> str:
    """What a file behind an address is called here: no folder, nothing a file system minds.

    >>> file_name("https://ucdp.uu.se/downloads/ged/ged251-csv.zip?x=../y")
    'ged251-csv.zip'
    """
    last = PurePosixPath(urlsplit(url).path).name.lstrip(".")
    return _UNSAFE.sub("_", last) or "download"


def fetchable(declaration: Declaration) -> bool:
    """Whether a source has official files, here or on a mirror: a user's own export has none."""
    return bool(declaration.files)


def _owner(copy: Copy, declarations: Sequence[Declaration]) -> tuple[Declaration, str] | None:
    """The source that a copy belongs to, and its version where that is known."""
    for declaration in declarations:
        for file in declaration.files:
            names = {PurePosixPath(file.name).name, file_name(file.url) if file.url else ""}
            if copy.name in names - {""}:
                return declaration, file.version
    claims = [
        (declaration, number)
        for declaration in declarations
        if fetchable(declaration) and (number := declaration.versions.of_name(copy.name))
    ]
    if isinstance(copy.place, Path) and len(claims) != 1:
        key = _recognised(copy.place)
        versions = {declaration.key: number for declaration, number in claims}
        return next(
            ((each, versions.get(key, "")) for each in declarations if each.key == key), None
        )
    return claims[0] if claims else None


def _recognised(path: Path) -> str:
    """Key of the source that a file belongs to by its content, or empty."""
    with TemporaryDirectory() as scratch:
        try:
            for payload in payloads(path, Path(scratch)):
                return recognise(payload.sample()).key
        except TocsinError:
            return ""  # not a table, or nobody's: a mirror may hold other things too
    return ""


def _renumbered(file: OfficialFile, version: str) -> OfficialFile | None:
    """The same address for another version: `ged251-csv.zip` for 25.1 is `ged241-…` for 24.1.

    >>> known = OfficialFile(version="25.1", url="https://ucdp.uu.se/ged/ged251-csv.zip")
    >>> _renumbered(known, "24.1").url
    'https://ucdp.uu.se/ged/ged241-csv.zip'
    """
    if not re.fullmatch(r"[\w.-]{1,20}", version):
        return None
    for joint in (".", "_", ""):
        old, new = (text.replace(".", joint) for text in (file.version, version))
        head, slash, name = file.url.rpartition("/")
        if old in name:
            return OfficialFile(version=version, url=f"{head}{slash}{name.replace(old, new)}")
    return None


def _version_order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def each_or_all(names: Sequence[str], declarations: Sequence[Declaration]) -> Iterator[Declaration]:
    """The declarations named, or all that can be fetched where `all` is named.

    Raises
    ------
    UnknownName, for a source that has nothing to fetch.
    """
    known = {each.key: each for each in declarations}
    if "all" in names:
        yield from (each for each in declarations if fetchable(each))
        return
    for name in names:
        if not fetchable(known[name]):
            raise UnknownName(
                "{title} cannot be fetched",
                remedy="Export it yourself from {home}, then run `tocsin ingest FILE`.",
                title=known[name].title,
                home=known[name].home,
            )
        yield known[name]
