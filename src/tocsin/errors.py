"""Every error Tocsin raises on purpose.

    TocsinError
    ├── UsageError               the command or call makes no sense            exit 2
    │   ├── UnknownName          no such source, model, area, month …
    │   └── SettingsError        an environment variable or setting is wrong
    ├── SourceError              a file or a server let us down                exit 3
    │   ├── UnreadableFile       truncated, empty, wrong encoding, too large
    │   ├── UnsafeArchive        path traversal, bomb, nested archive
    │   ├── UnknownFormat        no source recognises the file
    │   ├── SourceChanged        a column or category that we do not know
    │   ├── FetchFailed          the server, the mirror or the hash
    │   └── ToolMissing          something that must be installed first
    ├── CheckFailed              data that breaks a rule                       exit 1
    │   ├── TableError           a table does not match its declaration
    │   ├── ShapeMismatch        arrays that do not fit each other
    │   ├── NegativeCount        a count below zero
    │   ├── LeakageError         a model looked past its origin
    │   ├── NotEnoughData        nothing known for that place and date
    │   ├── NotLookedAt          others would read it, and nobody has seen the preview
    │   └── PageOverrun          a document that does not fit on its page
    └── StoreError               the store on disk                             exit 1
        ├── StoreBusy            another process is writing
        ├── StoreDamaged         a file does not match its manifest
        ├── StoreFull            no room or no permission to write
        ├── IdentityConflict     the same id with different content
        └── VaultClosed          no key, or the wrong one, for the vault

A message says what is wrong, where, and what to do. It is a template in English with named
fields; the reader's language is chosen where the message is shown, not where it is raised.
"""

from collections.abc import Callable
from typing import ClassVar


def _same(text: str) -> str:
    return text


class TocsinError(Exception):
    """What is wrong, where, and what to do.

    Parameters
    ----------
    problem : template in English, such as ``"no column named {column}"``
    where : file, row, field: whatever lets the reader find the place; empty if there is none
    remedy : template in English: what to do now
    fields : values for both templates

    >>> print(UnknownName("no source is named {name}", remedy="try: {near}", name="x", near="y"))
    no source is named x
    try: y
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, problem: str, /, *, where: str = "", remedy: str = "", **fields: object):
        super().__init__(problem)
        self.problem = problem
        self.where = where
        self.remedy = remedy
        self.fields = fields

    def message(self, translate: Callable[[str], str] = _same) -> str:
        """The message in the reader's language; `translate` maps an English template."""
        lines = [
            translate(self.problem).format_map(self.fields)
            if self.fields
            else translate(self.problem)
        ]
        if self.where:
            lines[0] = f"{self.where}: {lines[0]}"
        if self.remedy:
            remedy = translate(self.remedy)
            lines.append(remedy.format_map(self.fields) if self.fields else remedy)
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[Callable[..., "TocsinError"], tuple[object, ...]]:
        # Errors cross process borders when work fans out; keyword-only fields need help to do so.
        return _rebuild, (type(self), self.problem, self.where, self.remedy, self.fields)


def _rebuild(
    kind: type[TocsinError], problem: str, where: str, remedy: str, fields: dict[str, object]
) -> TocsinError:
    return kind(problem, where=where, remedy=remedy, **fields)


class UsageError(TocsinError):
    """The command or call makes no sense."""

    exit_code = 2


class UnknownName(UsageError):
    """No such source, model, area, month."""


class SettingsError(UsageError):
    """An environment variable or a setting is wrong."""


class SourceError(TocsinError):
    """A file or a server let us down."""

    exit_code = 3


class UnreadableFile(SourceError):
    """Truncated, empty, wrongly encoded or too large."""

    @staticmethod
    def because_of(error: OSError, where: str) -> "UnreadableFile":
        """The error of a file that the system does not let us read.

        >>> print(UnreadableFile.because_of(FileNotFoundError(2, "No such file"), "a.csv"))
        a.csv: the file cannot be read: No such file
        Check its name and permissions.
        """
        return UnreadableFile(
            "the file cannot be read: {reason}",
            where=where,
            remedy="Check its name and permissions.",
            reason=error.strerror or type(error).__name__,
        )


class UnsafeArchive(SourceError):
    """An archive that escapes its folder, explodes or nests."""


class UnknownFormat(SourceError):
    """No source recognises the file."""


class SourceChanged(SourceError):
    """The source has a column or category that we do not know."""


class FetchFailed(SourceError):
    """The server, the mirror or the hash let us down."""


class ToolMissing(SourceError):
    """Something that must be installed first."""


class CheckFailed(TocsinError):
    """Data that breaks a rule."""


class TableError(CheckFailed):
    """A table does not match its declaration."""


class ShapeMismatch(CheckFailed):
    """Arrays that do not fit each other."""


class NegativeCount(CheckFailed):
    """A count below zero."""


class LeakageError(CheckFailed):
    """A model looked past its origin."""


class NotEnoughData(CheckFailed):
    """Nothing is known for that place and date."""


class NotLookedAt(CheckFailed):
    """Others would read it, and nobody has looked at its preview yet."""


class PageOverrun(CheckFailed):
    """A document that does not fit on its page."""


class StoreError(TocsinError):
    """The store on disk."""


class StoreBusy(StoreError):
    """Another process is writing."""


class StoreDamaged(StoreError):
    """A file does not match its manifest."""


class StoreFull(StoreError):
    """No room, or no permission, to write."""


class IdentityConflict(StoreError):
    """The same id with different content."""


class VaultClosed(StoreError):
    """No key, or the wrong one, for the vault."""
