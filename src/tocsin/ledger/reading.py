"""The one read path: what a reader may see, as of two clocks, straight from the store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.selectable import FromClause

from tocsin.language import fold
from tocsin.ledger.engine import reading
from tocsin.ledger.filtering import as_sql, rights_of
from tocsin.ledger.rows import statement_of_row
from tocsin.ledger.schema import MARKINGS, RELEASES, STATEMENTS, STREAM_ITEMS
from tocsin.policy import Reader, readable
from tocsin.policy.visible import (
    ID,
    MOST_ALIKE,
    no_such_statement,
    part_of_id,
    the_only_one,
)
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, micros

_S = STATEMENTS
_SHOWN = (_S.c.content, _S.c.signature, _S.c.recorded, _S.c.derived_from)
_JOINED = _S.join(MARKINGS, MARKINGS.c.id == _S.c.marking)
_LATER, _MARKED = _S.alias("later"), MARKINGS.alias("marked")
WITHDRAWALS = ("recall", "retraction")
_AFTER_ALL = "\U0010ffff"
_BATCH = 1000


class Sealed(NamedTuple):
    """A statement as it was signed, for who carries it on."""

    id: str
    kind: str
    origin: str
    content: bytes
    signature: str
    hash: bytes


class StoreView:
    """Statements of one store that `reader` may see. See `tables.views.View`.

    Every answer is filtered by policy inside the database, counts and searches included; order,
    errors and numbers depend on visible statements alone.
    """

    def __init__(
        self,
        engine: Engine,
        own_org: str,
        reader: Reader,
        known_at: date | datetime | None = None,
        recorded_at: date | datetime | None = None,
    ):
        self.reader = reader
        self.known_at = None if known_at is None else end_of(known_at)
        self.recorded_at = None if recorded_at is None else end_of(recorded_at)
        self._engine = engine
        self._own = reader.org == own_org
        self._own_org = own_org
        self._policy = readable(reader)

    def statements(
        self,
        kind: str | Sequence[str] | None = None,
        subject: str | None = None,
        *,
        on: date | None = None,
        text: str = "",
        limit: int | None = None,
    ) -> list[Statement]:
        """Current statements; see `View.statements`."""
        return self._fetch(
            self._current(_SHOWN, kind, subject, on, text)
            .order_by(_S.c.known, _S.c.id)
            .limit(limit)
        )

    def each(
        self, kind: str | Sequence[str] | None = None, subject: str | None = None
    ) -> Iterator[Statement]:
        """Every statement the reader may see, corrections and retractions too, in flat memory."""
        query = self._seen(_SHOWN).where(*_about(kind, subject)).order_by(_S.c.known, _S.c.id)
        with self._asking() as connection:
            rows = connection.execution_options(stream_results=True).execute(query)
            for part in rows.partitions(_BATCH):
                yield from (self._statement(row) for row in part)

    def between(self, after: int, until: int) -> Iterator[Statement]:
        """What the reader may see of what was written between two places of the log, in order."""
        query = self._seen(_SHOWN).where(_S.c.seq > after, _S.c.seq <= until).order_by(_S.c.seq)
        with self._asking() as connection:
            rows = connection.execution_options(stream_results=True).execute(query)
            for part in rows.partitions(_BATCH):
                yield from (self._statement(row) for row in part)

    def unsent(self, stream: str, without: Sequence[str] = ()) -> Iterator[Sealed]:
        """What the reader may see now and a stream does not hold yet, in flat memory.

        Of what was corrected only the newest; of withdrawals only those of what the stream holds,
        whatever else the reader may see: who was sent a record is told that it is withdrawn.
        """
        columns = (_S.c.id, _S.c.kind, MARKINGS.c.origin, _S.c.content, _S.c.signature, _S.c.hash)
        asked = (*without, *WITHDRAWALS)
        current = self._current(columns, None, None, None, "").where(
            _S.c.kind.not_in(asked), ~_is_in_stream(stream, _S.c.id)
        )
        withdrawals = (
            select(*columns)
            .select_from(_JOINED)
            .where(
                _S.c.kind.in_(WITHDRAWALS),
                _S.c.content.is_not(None),
                _is_in_stream(stream, _S.c.replaces),
                ~_is_in_stream(stream, _S.c.id),
            )
        )
        with self._asking() as connection:
            streamed = connection.execution_options(stream_results=True)
            opens = _S.c.kind.in_(("group", "release_grant"))  # before the records that they open
            for query in (withdrawals, current.where(opens), current.where(~opens)):
                rows = streamed.execute(query.order_by(_S.c.known, _S.c.id))
                for part in rows.partitions(_BATCH):
                    yield from map(Sealed._make, part)

    def sent(self, stream: str, first: int) -> Iterator[tuple[int, bytes, Sealed | None]]:
        """A stream from a place on: place, leaf, and the statement if it may still be sent.

        None stands for what the reader may no longer see, or what was corrected or withdrawn.
        """
        columns = (_S.c.id, _S.c.kind, MARKINGS.c.origin, _S.c.content, _S.c.signature, _S.c.hash)
        allowed = self._current((_S.c.id,), None, None, None, "").where(
            _S.c.id == STREAM_ITEMS.c.statement, _S.c.kind.not_in(WITHDRAWALS)
        )
        withdrawal = and_(_S.c.kind.in_(WITHDRAWALS), _S.c.content.is_not(None))
        query = (
            select(
                STREAM_ITEMS.c.place,
                STREAM_ITEMS.c.leaf,
                or_(withdrawal, allowed.correlate(STREAM_ITEMS).exists()).label("allowed"),
                *columns,
            )
            .select_from(STREAM_ITEMS.outerjoin(_JOINED, _S.c.id == STREAM_ITEMS.c.statement))
            .where(STREAM_ITEMS.c.stream == stream, STREAM_ITEMS.c.place >= first)
            .order_by(STREAM_ITEMS.c.place)
        )
        with self._asking() as connection:
            rows = connection.execution_options(stream_results=True).execute(query)
            for part in rows.partitions(_BATCH):
                for place, leaf, may, *sealed in part:
                    yield place, leaf, Sealed._make(sealed) if may and sealed[3] else None

    def corrected_out_of_sight(self, stream: str) -> list[str]:
        """Statements of a stream whose correction the reader may not see, not recalled yet."""
        replaced = (
            _LATER.c.replaces == _S.c.id,
            _MARKED.c.origin == MARKINGS.c.origin,
        )
        later = _LATER.join(_MARKED, _MARKED.c.id == _LATER.c.marking)
        query = (
            select(_S.c.id)
            .select_from(_JOINED)
            .where(
                MARKINGS.c.origin == self._own_org,
                _is_in_stream(stream, _S.c.id),
                exists(
                    select(1)
                    .select_from(later)
                    .where(
                        *replaced,
                        _LATER.c.kind.not_in(WITHDRAWALS),
                        not_(self._allows(_MARKED, _LATER)),
                    )
                ),
                ~exists(
                    select(1).select_from(later).where(*replaced, _LATER.c.kind.in_(WITHDRAWALS))
                ),
            )
        )
        with self._asking() as connection:
            return list(connection.execute(query.order_by(_S.c.id)).scalars())

    def count(
        self,
        kind: str | Sequence[str] | None = None,
        subject: str | None = None,
        *,
        on: date | None = None,
        text: str = "",
    ) -> int:
        """How many `statements` would give."""
        with self._asking() as connection:
            query = self._current((func.count(),), kind, subject, on, text)
            return int(connection.execute(query).scalar_one())

    def counts(self) -> dict[str, int]:
        """How many current statements of each kind."""
        query = self._current((_S.c.kind, func.count()), None, None, None, "")
        with self._asking() as connection:
            rows = connection.execute(query.group_by(_S.c.kind).order_by(_S.c.kind))
            return {row[0]: int(row[1]) for row in rows}

    def subjects(self, kind: str | None = None) -> list[str]:
        """Subjects that have a current statement."""
        query = self._current((_S.c.subject,), kind, None, None, "").distinct()
        with self._asking() as connection:
            return [row[0] for row in connection.execute(query.order_by(_S.c.subject))]

    def history(self, subject: str) -> list[Statement]:
        """Everything about a subject, corrections and retractions too."""
        query = self._seen(_SHOWN).where(_S.c.subject == subject)
        return self._fetch(query.order_by(_S.c.known, _S.c.id))

    def statement(self, statement_id: str) -> Statement:
        """One statement, current or not."""
        found = self._fetch(self._seen(_SHOWN).where(_S.c.id == statement_id))
        if not found:
            raise no_such_statement(statement_id)
        return found[0]

    def named(self, text: str) -> Statement:
        """The one statement that a person names; see `View.named`."""
        return the_only_one(self.alike(text), text)

    def alike(self, text: str) -> list[Statement]:
        """Statements whose id is, begins with or ends in what somebody typed: a few, by id."""
        part = part_of_id(text)
        if not part:
            return []
        if ID.match(part):
            alike = _S.c.id == part
        else:
            alike = or_(_S.c.id.like(f"{part}%"), _S.c.id.like(f"%{part}"))
        return self._fetch(self._seen(_SHOWN).where(alike).order_by(_S.c.id).limit(MOST_ALIKE + 1))

    def released_to(self, names: Sequence[str], ids: Sequence[str] = ()) -> dict[str, str]:
        """Statements whose `rel_to` holds one of these names, or that are one of `ids`: kinds."""
        named = exists(
            select(1)
            .select_from(RELEASES)
            .where(RELEASES.c.marking == _S.c.marking, RELEASES.c.name.in_(sorted(names)))
        )
        query = self._seen((_S.c.id, _S.c.kind)).where(or_(named, _S.c.id.in_(sorted(ids))))
        with self._asking() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def narrowed(
        self,
        *to: ColumnElement[bool],
        kind: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> list[Statement]:
        """Current statements that also meet conditions on the log's own columns (`picking`)."""
        query = self._current(_SHOWN, kind, None, None, "").where(*to)
        return self._fetch(query.order_by(_S.c.id).limit(limit))

    def moment_of(self, kind: str, place: int) -> int | None:
        """When the `place`th newest statement of a kind became known, in microseconds; or None."""
        query = self._current((_S.c.known,), kind, None, None, "").order_by(_S.c.known.desc())
        with self._asking() as connection:
            return connection.execute(query.offset(place).limit(1)).scalar()

    def _current(
        self,
        columns: tuple[ColumnElement[Any], ...],
        kind: str | Sequence[str] | None,
        subject: str | None,
        on: date | None,
        text: str,
    ) -> Select[*tuple[Any, ...]]:
        """Seen, not replaced by anything seen, not itself a retraction, and as asked."""
        return self._seen(columns).where(
            _S.c.kind != "retraction",
            ~self._is_replaced(),
            *_about(kind, subject),
            *([] if on is None else [_holds_on(on)]),
            *(self._position(word) > 0 for word in fold(text).split()),
        )

    def _seen(self, columns: tuple[ColumnElement[Any], ...]) -> Select[*tuple[Any, ...]]:
        return (
            select(*columns)
            .select_from(_JOINED)
            .where(_S.c.content.is_not(None), *self._may_see(_S, MARKINGS), self._is_not_recalled())
        )

    def _may_see(self, statements: FromClause, markings: FromClause) -> list[ColumnElement[bool]]:
        limits = [self._allows(markings, statements)]
        if self.known_at is not None:
            limits.append(statements.c.known <= micros(self.known_at))
        if self.recorded_at is not None:
            limits.append(statements.c.recorded <= micros(self.recorded_at))
        return limits

    def _allows(self, markings: FromClause, statements: FromClause) -> ColumnElement[bool]:
        """Policy over these tables, as this database is asked."""
        dialect = self._engine.dialect.name
        return as_sql(self._policy, statements, markings.c.id, rights_of(self._engine), dialect)

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """A connection that has decided on every marking that its questions can meet."""
        with reading(self._engine, steady=True) as connection:
            rights_of(self._engine).refresh(connection)
            yield connection

    def _is_replaced(self) -> ColumnElement[bool]:
        """Whether the same originator corrected or withdrew it, as far as the reader may see.

        A correction that was purged still corrects: what it replaced does not come back.
        """
        return exists(
            select(1)
            .select_from(_LATER.join(_MARKED, _MARKED.c.id == _LATER.c.marking))
            .where(
                _LATER.c.replaces == _S.c.id,
                _MARKED.c.origin == MARKINGS.c.origin,
                *self._may_see(_LATER, _MARKED),
            )
        )

    def _is_not_recalled(self) -> ColumnElement[bool]:
        """What its originator has recalled is shown to the originator's own readers alone.

        Whatever the date asked about: a recall is there to protect, and looks back on purpose.
        """
        recall = _LATER.join(_MARKED, _MARKED.c.id == _LATER.c.marking)
        return or_(
            MARKINGS.c.origin == self.reader.org,
            ~exists(
                select(1)
                .select_from(recall)
                .where(
                    _LATER.c.replaces == _S.c.id,
                    _LATER.c.kind == "recall",
                    _MARKED.c.origin == MARKINGS.c.origin,
                    self._allows(_MARKED, _S),
                )
            ),
        )

    def _position(self, word: str) -> ColumnElement[int]:
        find = func.strpos if self._engine.dialect.name == "postgresql" else func.instr
        return find(_S.c.folded, word)

    def _fetch(self, query: Select[*tuple[Any, ...]]) -> list[Statement]:
        with self._asking() as connection:
            return [self._statement(row) for row in connection.execute(query)]

    def _statement(self, row: Row[*tuple[Any, ...]]) -> Statement:
        content, signature, recorded, derived_from = row
        return statement_of_row(content, signature, recorded, derived_from, self._own)


def _is_in_stream(stream: str, statement: ColumnElement[Any]) -> ColumnElement[bool]:
    held = (STREAM_ITEMS.c.stream == stream, STREAM_ITEMS.c.statement == statement)
    return exists(select(1).select_from(STREAM_ITEMS).where(*held))


def _about(kind: str | Sequence[str] | None, subject: str | None) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if isinstance(kind, str):
        asked.append(_S.c.kind == kind)
    elif kind is not None:
        asked.append(_S.c.kind.in_(sorted(kind)))
    if subject is not None and subject.endswith("*"):
        start = subject[:-1]
        asked += [_S.c.subject >= start, _S.c.subject < start + _AFTER_ALL]
    elif subject is not None:
        asked.append(_S.c.subject == subject)
    return asked


def _holds_on(on: date) -> ColumnElement[bool]:
    start = datetime(on.year, on.month, on.day, tzinfo=UTC)
    return and_(
        or_(_S.c.valid_from.is_(None), _S.c.valid_from <= micros(end_of(on))),
        or_(_S.c.valid_to.is_(None), _S.c.valid_to >= micros(start)),
    )
