"""`tocsin fetch`: official files of the sources asked for, one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.errors import TocsinError
from tocsin.sources.declaration import Declaration
from tocsin.sources.fetch import Patience
from tocsin.sources.mirror import find_copies
from tocsin.sources.registry import source, sources
from tocsin.sources.releases import Wanted, bring, each_or_all, mirrored_files, official_files


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file, or of a source that has none to offer."""

    source: str
    status: Literal["fetched", "already here", "not offered", "failed"]
    version: str = ""
    path: str = ""
    origin: str = ""  # the address or the mirror's path that it came from
    bytes: int = 0
    sha256: str = ""
    problem: str = ""
    remedy: str = ""
    exit_code: int = 0


@dataclass(frozen=True)
class Fetching:
    """One run: from which mirror, into which folder, and whom to tell of progress."""

    downloads: Path
    mirror: str | None = None
    version: str = ""
    again: bool = False
    patience: Patience | None = None
    on_step: Callable[[str, int, int | None], object] | None = None  # name, bytes here, in all
    translate: Callable[[str], str] = str

    def sources(self, names: Sequence[str]) -> Iterator[Arrival]:
        """Every file of the sources named (`all`: of every source that has official files).

        Raises
        ------
        UnknownName, UsageError, if a name or version makes no sense; FetchFailed, StoreBusy,
        StoreFull, if one source alone was asked for. Among several, each failure is told and
        the others go on.
        """
        everything = [each.declaration for each in sources()]
        for name in names:
            if name != "all":
                source(name)  # raises with the nearest names
        wanted = list(each_or_all(list(dict.fromkeys(names)), everything))
        alone = len(wanted) == 1
        copies = find_copies(self.mirror, self.patience) if self.mirror else []
        mirrored = mirrored_files(everything, copies, self.version)
        for declaration in wanted:
            held = [each for each in mirrored if each.source == declaration.key]
            yield from self._source(declaration, held, alone, optional="all" in names)

    def _source(
        self, declaration: Declaration, held: list[Wanted], alone: bool, optional: bool
    ) -> Iterator[Arrival]:
        offered = any(file.url for file in declaration.files)
        if optional and not held and not offered:
            yield Arrival(source=declaration.key, status="not offered", remedy=declaration.home)
            return
        try:
            files = held or official_files(declaration, self.version)
        except TocsinError as error:
            if alone:
                raise
            yield self._failed(declaration.key, error)
            return
        for wanted in files:
            yield self._one(wanted, alone and len(files) == 1)

    def _one(self, wanted: Wanted, alone: bool) -> Arrival:
        def report(here: int, whole: int | None) -> None:
            if self.on_step is not None:
                self.on_step(wanted.name, here, whole)

        try:
            got = bring(
                wanted, self.downloads, again=self.again, patience=self.patience, report=report
            )
        except TocsinError as error:
            if alone:
                raise
            return self._failed(wanted.source, error, wanted)
        return Arrival(
            source=wanted.source,
            status="fetched" if got.attempts else "already here",
            version=wanted.version,
            path=str(got.path),
            origin=got.url,
            bytes=got.bytes,
            sha256=got.sha256,
        )

    def _failed(self, key: str, error: TocsinError, wanted: Wanted | None = None) -> Arrival:
        problem, _newline, remedy = error.message(self.translate).partition("\n")
        return Arrival(
            source=key,
            status="failed",
            version=wanted.version if wanted else self.version,
            problem=problem,
            remedy=remedy,
            exit_code=error.exit_code,
        )
