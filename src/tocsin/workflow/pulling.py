"""Objects from partners' TAXII servers: what is new there comes in, page by page, and is kept.

Tokens lie in the vault. How far each collection was read lies in `feeds/pulled.json`; it is
written after the objects of a page are safe, so a pull that was killed repeats at most a page,
and repeating changes nothing. The file may be deleted: everything is then read once more.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from tocsin.errors import CheckFailed, StoreBusy, StoreDamaged, TocsinError, UnknownName, UsageError
from tocsin.settings import read_settings
from tocsin.sharing.channels import is_safe_address
from tocsin.sharing.stix.bundling import told_objects
from tocsin.sharing.taxii import (
    Caller,
    Collection,
    Partner,
    Told,
    collections_of,
    send_objects,
)
from tocsin.sharing.taxii_pages import Cursor, Pages, earlier_start
from tocsin.workflow.record_keeping import open_ledger, open_vault, reader_named
from tocsin.workflow.standards import Intake

_SECRETS = "taxii."
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}\Z")  # it is part of a file's name
MOST = 500_000  # objects of one collection in one pull; the next goes on from there
LONGEST = 3600.0  # seconds of one pull
# What a server was still writing, under an earlier date, while the last pull read.
BETWEEN_PULLS = timedelta(seconds=2)
SENT_AT_ONCE = 200
WAIT = 60.0  # seconds for a status to be complete


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a collection was read, and how the last pull went."""

    server: str
    root: str
    collection: str
    title: str = ""
    cursor: Cursor = Cursor()
    at: str = ""  # when it was last asked for
    is_whole: bool = False
    added: int = 0  # in all pulls
    refused: int = 0
    problem: str = ""  # why the last pull came to an early end: an English template,
    fields: dict[str, str] = {}  # and what fills it


class Pulled(msgspec.Struct, kw_only=True):
    """What one pull of one collection brought."""

    server: str
    collection: str
    title: str
    objects: int = 0
    added: int = 0
    known: int = 0
    passed_by: int = 0
    refused: int = 0
    is_whole: bool = False
    problems: list[TocsinError] = []


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A server's collections, and its API roots at other hosts, which are not called."""

    collections: list[Collection]
    elsewhere: list[str]


class Pushed(msgspec.Struct, kw_only=True):
    """What became of objects that were sent to a server."""

    sent: int = 0
    accepted: int = 0
    refused: int = 0
    pending: int = 0


def add_server(name: str, address: str, secret: str, user: str = "", authorities: str = "") -> None:
    """Keep a server and its token in the vault, in place of an earlier one of that name.

    Raises
    ------
    UsageError, if the name or the address will not do, or there is no token.
    """
    if not _NAME.match(name):
        raise UsageError(
            "{name!r} is no name for a server",
            remedy="Use small letters, digits and hyphens.",
            name=name,
        )
    if not is_safe_address(address):
        raise UsageError(
            "an address on the network must begin with https://, without user or password",
            remedy="Ask the partner for the address of its TAXII server.",
        )
    if not secret.strip():
        raise UsageError("no token was given", remedy="Ask the partner for one.")
    made = Partner(
        name=name, address=address, user=user, secret=secret.strip(), authorities=authorities
    )
    open_vault().keep(_SECRETS + name, msgspec.json.encode(made))


def remove_server(name: str) -> None:
    """Forget a server, its token and how far it was read; what came from it stays.

    Raises
    ------
    UnknownName.
    """
    _server(name)
    open_vault().forget(_SECRETS + name)
    with _alone(name):
        _keep([one for one in standings() if one.server != name])


def servers() -> list[Partner]:
    """Every server, by name."""
    held = open_vault().beginning(_SECRETS)
    return [msgspec.json.decode(held[name], type=Partner) for name in sorted(held)]


def list_collections(name: str) -> Listed:
    """What a server has for us.

    Raises
    ------
    UnknownName.  FetchFailed.
    """
    caller = Caller(_server(name))
    try:
        found, elsewhere = collections_of(caller)
    finally:
        caller.close()
    return Listed(collections=found, elsewhere=elsewhere)


def standings() -> list[Standing]:
    """How far every collection was read."""
    path = _state()
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Standing])
    except FileNotFoundError:
        return []
    except msgspec.MsgspecError:
        raise StoreDamaged(
            "the file that says how far servers were read is damaged",
            where=str(path),
            remedy="Delete it: everything is then read once more, and what is here stays.",
        ) from None


def pull(
    name: str,
    collection: str = "",
    *,
    named: bool = False,
    again: bool = False,
    most: int = MOST,
    longest: float = LONGEST,
    hear: Callable[[int], object] | None = None,
) -> list[Pulled]:
    """Take in what is new in a server's collections (or in one, by its id or title).

    named : this node is one of those whom the sender's TLP:RED objects are for
    again : from the beginning, whatever was read before

    Raises
    ------
    UnknownName.  FetchFailed, if the server does not even say what it has.  StoreBusy, if another
    pull of it is under way.
    """
    partner = _server(name)
    until = time.monotonic() + longest
    with _alone(name):
        caller = Caller(partner)
        intake = Intake(named=named)
        try:
            chosen = _chosen(collections_of(caller)[0], collection, name)
            return [
                _Pull(caller, intake, one, again).run(most, until, hear)
                for one in chosen
                if one.can_read
            ]
        finally:
            intake.close()
            caller.close()


class _Pull:
    """One pull of one collection."""

    def __init__(self, caller: Caller, intake: Intake, collection: Collection, again: bool):
        self._caller, self._intake, self._collection = caller, intake, collection
        held = _standing_of(caller.name, collection)
        self._standing = msgspec.structs.replace(held, cursor=Cursor()) if again else held
        self._pulled = Pulled(
            server=caller.name, collection=collection.id, title=collection.title, problems=[]
        )

    def run(self, most: int, until: float, hear: Callable[[int], object] | None = None) -> Pulled:
        cursor = self._standing.cursor
        if not cursor.following:
            cursor = Cursor(earlier_start(cursor.after, BETWEEN_PULLS))
        pages = Pages(self._caller, self._collection, cursor, most=most, until=until)
        try:
            for page in pages:
                self._take(page.objects)
                self._write(self._later(page.cursor), is_whole=False)
                if hear is not None:
                    hear(page.came)
        except TocsinError as error:
            self._pulled.problems.append(error)
        if pages.problem is not None:
            self._pulled.problems.append(pages.problem)
        self._pulled.is_whole = pages.is_whole
        why = self._pulled.problems[-1] if self._pulled.problems and not pages.is_whole else None
        self._write(self._standing.cursor, is_whole=pages.is_whole, why=why)
        return self._pulled

    def _later(self, cursor: Cursor) -> Cursor:
        """A cursor that never goes back behind what an earlier pull had read."""
        held = self._standing.cursor.after
        after = max(held, cursor.after)  # both as we write them, so that text orders them
        return Cursor(after, cursor.following, cursor.since)

    def _take(self, objects: list[dict[str, object]]) -> None:
        taken = self._intake.take_page(objects, self._collection.title or self._collection.id)
        self._pulled.objects += taken.objects
        self._pulled.added += taken.added
        self._pulled.known += taken.known
        self._pulled.passed_by += taken.passed_by
        self._pulled.refused += taken.refused
        self._pulled.problems += taken.problems
        self._standing = msgspec.structs.replace(
            self._standing,
            added=self._standing.added + taken.added,
            refused=self._standing.refused + taken.refused,
        )

    def _write(self, cursor: Cursor, *, is_whole: bool, why: TocsinError | None = None) -> None:
        self._standing = msgspec.structs.replace(
            self._standing,
            cursor=cursor,
            at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            is_whole=is_whole,
            problem=why.problem if why else "",
            fields={name: str(value) for name, value in why.fields.items()} if why else {},
            title=self._collection.title,
        )
        _keep_standing(self._standing)


def push(name: str, collection: str, reader: str, *, kind: str = "", subject: str = "") -> Pushed:
    """Add what a reader may see to a partner's collection.

    The reader is to be named: a server shows what it holds to those whom it lets in, so what is
    sent is what that organisation may see, and no more.

    Raises
    ------
    UnknownName.  UsageError, if no reader is named.  CheckFailed, if the collection takes nothing.
    FetchFailed.
    """
    if not reader:
        raise UsageError(
            "say for whom it is sent",
            remedy="Name the partner as a reader: --reader ORG:peer",
        )
    caller = Caller(_server(name))
    try:
        (chosen,) = _chosen(collections_of(caller)[0], collection, name)[:1]
        if not chosen.can_write:
            raise CheckFailed(
                "{collection} takes nothing from us",
                where=name,
                remedy="Ask the partner for the right to write.",
                collection=collection,
            )
        seen = open_ledger().view(reader_named(reader))
        told = told_objects(seen.statements(kind or None, subject or None))
        pushed = Pushed()
        for part in _parts(one.content for one in told):
            _count(pushed, len(part), send_objects(caller, chosen, part, WAIT))
        return pushed
    finally:
        caller.close()


def _parts(objects: Iterable[bytes]) -> Iterable[list[bytes]]:
    part: list[bytes] = []
    for one in objects:
        part.append(one)
        if len(part) == SENT_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _count(pushed: Pushed, sent: int, told: Told) -> None:
    pushed.sent += sent
    pushed.accepted += told.success_count
    pushed.refused += told.failure_count
    pushed.pending += told.pending_count


def _server(name: str) -> Partner:
    held = open_vault().secret(_SECRETS + name)
    if held is None:
        raise UnknownName(
            "no TAXII server is named {name}",
            remedy="See them with: tocsin taxii list",
            name=name,
        )
    return msgspec.json.decode(held, type=Partner)


def _chosen(found: list[Collection], wanted: str, server: str) -> list[Collection]:
    chosen = [one for one in found if not wanted or wanted in (one.id, one.title)]
    if wanted and not chosen:
        raise UnknownName(
            "{server} has no collection {wanted}",
            remedy="See them with: tocsin taxii list {server}",
            wanted=wanted,
            server=server,
        )
    return chosen


def _standing_of(server: str, collection: Collection) -> Standing:
    for one in standings():
        if (one.server, one.root, one.collection) == (server, collection.root, collection.id):
            return one
    return Standing(server=server, root=collection.root, collection=collection.id)


def _keep_standing(standing: Standing) -> None:
    key = (standing.server, standing.root, standing.collection)
    with FileLock(_state().with_suffix(".lock")):
        others = [one for one in standings() if (one.server, one.root, one.collection) != key]
        _keep([*others, standing])


def _keep(all_of_them: list[Standing]) -> None:
    from tocsin.lake.whole import write_bytes

    write_bytes(_state(), msgspec.json.encode(all_of_them))


def _state() -> Path:
    folder = read_settings().home / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "pulled.json"


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One pull of a server at a time."""
    lock = FileLock(_state().with_name(f"pulled-{name}.lock"))
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        raise StoreBusy(
            "another pull of {name} is under way",
            remedy="Wait until it is done.",
            name=name,
        ) from None
