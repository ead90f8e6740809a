"""The statement: an envelope (who says it, when, how sure, who may know) around a typed body.

Nothing in the ledger is updated. A correction is a new statement that `supersedes` an older one,
a withdrawal one that `retracts` it. What is hashed and signed is the canonical JSON (RFC 8785)
of everything but `hash`, `signature`, `recorded_at` and `derived_from`: the first two seal it,
the last two belong to the node that holds it and never travel.
"""

import re
from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec

from tocsin.errors import TableError
from tocsin.tables.bodies import Body, Line, Slug, date_fields, settle_defaults
from tocsin.tables.kinds import KINDS, Recall
from tocsin.tables.when import When, last_moment

Reliability = Literal["A", "B", "C", "D", "E", "F"]
Credibility = Literal[1, 2, 3, 4, 5, 6]
Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
Pap = Literal["CLEAR", "GREEN", "AMBER", "RED"]
StatementId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        description="UUIDv7",
    ),
]
SEALS = ("hash", "signature", "recorded_at", "derived_from")
LOCAL = ("recorded_at", "derived_from")


class Envelope(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """Everything about a statement but its content; see `Statement`."""

    id: StatementId
    kind: Slug
    subject: Slug
    known_at: When
    source: Line
    origin: Slug
    author: Slug
    valid_from: When | None = None
    valid_to: When | None = None
    recorded_at: When | None = None
    reliability: Reliability = "F"
    credibility: Credibility = 6
    tlp: Tlp = "AMBER+STRICT"
    pap: Pap = "AMBER"
    rel_to: tuple[Slug, ...] = ()
    caveats: tuple[Slug, ...] = ()
    supersedes: StatementId | None = None
    retracts: StatementId | None = None
    derived_from: tuple[StatementId, ...] = ()
    salt: str = ""
    hash: str = ""
    signature: str = ""


class Statement(
    Envelope, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """One record of the ledger.

    `known_at` is when the source made it known (a partial date counts from its last day);
    `recorded_at` when this node wrote it; `valid_from` and `valid_to` when it holds in the world,
    both inclusive. `reliability` F and `credibility` 6 mean *cannot be judged*. `author` is a role
    handle, never a person's name. The default marking is the originator alone. `salt` keeps the
    hash of a purged statement from being guessed.

    >>> from tocsin.tables.kinds import Alias
    >>> one = Statement(
    ...     id="01890a5d-ac96-774b-bcce-b302099a8057", kind="alias", subject="actor:cma",
    ...     known_at="2023-07", source="an article", origin="cell", author="analyst",
    ...     body=Alias(name="CAM"),
    ... )
    >>> statement_from_json(statement_to_json(one)) == one
    True
    """

    body: Body

    def __post_init__(self) -> None:
        settle_defaults(self)
        for name in ("known_at", "valid_from", "valid_to", "recorded_at"):
            value = getattr(self, name)
            if value is not None:
                _require_date(value, name)
        if self.kind != type(self.body).kind:
            raise ValueError(f"the body is not of kind {self.kind!r} - at `$.kind`")
        both = self.valid_from is not None and self.valid_to is not None
        if both and last_moment(self.valid_from or "") > last_moment(self.valid_to or ""):
            raise ValueError("valid_to is before valid_from - at `$.valid_to`")
        if self.supersedes is not None and self.retracts is not None:
            raise ValueError("a statement supersedes or retracts, not both - at `$.retracts`")
        if (self.retracts is not None) != (self.kind == "retraction"):
            raise ValueError("`retracts` goes with the kind retraction - at `$.retracts`")


class _Sealed(Envelope, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An envelope whose body is still text: the kind decides how it is read."""

    body: msgspec.Raw


ENVELOPE_FIELDS = tuple(field.name for field in msgspec.structs.fields(Envelope))
_ENVELOPE_VALUES = attrgetter(*ENVELOPE_FIELDS)
ENVELOPE_DATES = ("known_at", "valid_from", "valid_to", "recorded_at")
_BLANK: dict[str, Any] = {
    "hash": "",
    "signature": "",
    "salt": "",
    "recorded_at": None,
    "derived_from": (),
}
_ENCODER = msgspec.json.Encoder(order="sorted")
_ENVELOPE = msgspec.json.Decoder(_Sealed)
_BODIES = {kind: msgspec.json.Decoder(body) for kind, body in KINDS.items()}
_AT = re.compile(r" - at `\$\.?(?P<path>.*)`$")


def replaced_by(statement: Statement) -> str | None:
    """The statement that this one corrects, withdraws or recalls."""
    recalled = statement.body.statement if isinstance(statement.body, Recall) else None
    return statement.supersedes or statement.retracts or recalled


def statement_from_json(line: bytes | str, where: str = "") -> Statement:
    """A statement from one JSON object.

    Raises
    ------
    TableError, naming the field, if the text is not a statement of a known kind.
    """
    at = ""
    try:
        sealed = _ENVELOPE.decode(line)
        reader = _BODIES.get(sealed.kind)
        if reader is None:
            raise msgspec.ValidationError(f"no kind is named {sealed.kind!r} - at `$.kind`")
        at = "body"
        body = reader.decode(sealed.body)
        at = ""
        return _with_body(sealed, body)
    except (msgspec.MsgspecError, ValueError) as error:
        raise _not_a_statement(error, at, where) from None


def statement_from_fields(fields: Mapping[str, Any], where: str = "") -> Statement:
    """A statement from a mapping, such as one entry of a YAML file; same errors as above."""
    given = dict(fields)
    body_type = KINDS.get(str(given.get("kind")))
    body_fields = given.pop("body", None)
    at = ""
    try:
        if body_type is None:
            raise ValueError(f"no kind is named {given.get('kind')!r} - at `$.kind`")
        at = "body"
        body = msgspec.convert(years_as_text(body_fields, date_fields(body_type)), body_type)
        at = ""
        sealed = msgspec.convert(years_as_text(given, ENVELOPE_DATES), Envelope)
        return _with_body(sealed, body)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise _not_a_statement(error, at, where) from None


def _with_body(envelope: Envelope, body: Body) -> Statement:
    fields = dict(zip(ENVELOPE_FIELDS, _ENVELOPE_VALUES(envelope), strict=True))
    return Statement(**fields, body=body)


def years_as_text(fields: Any, dated: tuple[str, ...]) -> Any:
    """YAML reads 2022 as a number; in a field that holds a date it is a year."""
    if not isinstance(fields, Mapping):
        return fields
    return {
        name: str(value) if name in dated and isinstance(value, int) else value
        for name, value in fields.items()
    }


def statement_to_json(statement: Statement, *, without: tuple[str, ...] = ()) -> bytes:
    """One line of JSON, keys sorted, defaults left out, and the fields named in `without`."""
    if without:
        blank = {name: _BLANK[name] for name in without}
        statement = msgspec.structs.replace(statement, **blank)
    return _ENCODER.encode(statement)


def _require_date(value: str, name: str) -> None:
    try:
        last_moment(value)
    except Exception:
        raise ValueError(f"{value!r} is not a date - at `$.{name}`") from None


def _not_a_statement(error: Exception, at: str, where: str) -> TableError:
    said = str(error)
    found = _AT.search(said)
    path = ".".join(part for part in (at, found["path"] if found else "") if part)
    return TableError(
        "field {field}: {problem}" if path else "not a statement: {problem}",
        where=where,
        remedy="Each kind's fields are listed by: tocsin ledger kinds",
        field=path,
        problem=_AT.sub("", said),
    )
