"""A dossier is a folder: `dossier.yml` says what it is, every other file holds statements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tocsin.dossiers.identity import BLANK_ID, with_own_id
from tocsin.dossiers.pages import At, Page, read_page
from tocsin.dossiers.problems import UNKNOWN_FIELD, Problem, nearest, suggestion_for
from tocsin.errors import CheckFailed, TableError, UnknownName
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import KINDS
from tocsin.tables.statements import Pap, Statement, Tlp, statement_from_fields

COVER = "dossier.yml"
SHIPPED = Path(__file__).parent


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where facts were read, and how far it is to be believed unless an entry says otherwise."""

    title: str
    reliability: str = "F"
    credibility: int = 6


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an entry is grounded if not simply read in its source; its note goes on the entry."""

    note: Words
    credibility: int
    source: str = ""
    reliability: str = ""


class Cover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The front page of a dossier: name, marking, sources with their grades.

    `origin` is the organisation whose record it is: the node's own where it is left out.
    """

    name: str
    title: Words
    author: str
    sources: dict[str, Source]
    bases: dict[str, Basis] = {}
    origin: str = ""
    tlp: Tlp = "AMBER+STRICT"
    pap: Pap = "AMBER"


@dataclass(frozen=True)
class Dossier:
    """A dossier that was read: its cover, its statements, and what was wrong with the rest."""

    cover: Cover
    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...] = ()
    places: dict[str, tuple[str, int]] = field(default_factory=dict)  # statement id: file, line


def shipped_dossiers() -> tuple[str, ...]:
    """Names of the dossiers that come with the package.

    >>> "mali" in shipped_dossiers()
    True
    """
    return tuple(sorted(cover.parent.name for cover in SHIPPED.glob(f"*/{COVER}")))


def dossier_folder(name: str) -> Path:
    """The folder of a shipped dossier, or of one on disk.

    Raises
    ------
    UnknownName, if there is neither.
    """
    if name in shipped_dossiers():
        return SHIPPED / name
    folder = Path(name).expanduser()
    if (folder / COVER).is_file():
        return folder
    raise UnknownName(
        "no dossier is named {name}",
        remedy="Shipped dossiers: {known}. Or give a folder that holds a dossier.yml.",
        name=name,
        known=", ".join(shipped_dossiers()),
    )


def read_dossier(folder: Path, own: str = "own") -> Dossier:
    """Everything in a dossier's folder, with what is wrong by file, line and field.

    own : the organisation that speaks where the cover names none

    Raises
    ------
    TableError or UnreadableFile, if the cover or a file cannot be read at all.
    """
    cover = _cover_of(read_page(folder / COVER))
    if not cover.origin:
        cover = msgspec.structs.replace(cover, origin=own)
    statements: list[Statement] = []
    problems: list[Problem] = []
    places: dict[str, tuple[str, int]] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name == COVER:
            continue
        page = read_page(path)
        for index, entry in enumerate(_entries_of(page, problems)):
            at: At = ("statements", index)
            found = _statement_of(entry, cover, page, at)
            if isinstance(found, Problem):
                problems.append(found)
            elif found.id in places:
                problems.append(
                    Problem(page.name, page.line(at), "", "the same statement stands twice")
                )
            else:
                statements.append(found)
                places[found.id] = (page.name, page.line(at))
    return Dossier(cover, tuple(statements), tuple(problems), places)


def require_dossier(folder: Path, own: str = "own") -> Dossier:
    """The dossier, if nothing is wrong with it; `own` as in `read_dossier`.

    Raises
    ------
    CheckFailed, with the first problem and the number of the others.
    """
    dossier = read_dossier(folder, own)
    if not dossier.problems:
        return dossier
    first = dossier.problems[0].error()
    raise CheckFailed(
        first.problem,
        where=first.where,
        remedy=first.remedy or "See them all with: tocsin dossier check {folder}",
        **first.fields,
        folder=folder,
    )


def _cover_of(page: Page) -> Cover:
    try:
        return msgspec.convert(page.content, Cover)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$.")
        at = tuple(part for part in path.rstrip("`").split(".") if part)
        raise TableError(
            "field {field}: {problem}",
            where=f"{page.name}:{page.line(at)}",
            remedy="A cover needs name, title, author and sources.",
            field=".".join(at),
            problem=said,
        ) from None


def _entries_of(page: Page, problems: list[Problem]) -> Iterator[Any]:
    content = page.content if isinstance(page.content, Mapping) else {}
    for word in content:
        if word != "statements":
            problems.append(
                Problem(
                    page.name, page.line((word,)), str(word), "unknown field",
                    suggestion=nearest(str(word), ["statements"]),
                )
            )  # fmt: skip
    entries = content.get("statements")
    if not isinstance(entries, list):
        problems.append(Problem(page.name, 1, "statements", "a list of statements is missing"))
        return
    yield from entries


def _statement_of(entry: Any, cover: Cover, page: Page, at: At) -> Statement | Problem:
    if not isinstance(entry, Mapping):
        return Problem(page.name, page.line(at), "", "an entry must be a mapping of fields")
    fields = dict(entry)
    basis = fields.pop("basis", None)
    for name, value, known in (
        ("basis", basis, cover.bases),
        ("source", fields.get("source"), cover.sources),
    ):
        if value is not None and value not in known:
            return Problem(
                page.name, page.line((*at, name)), name, "{value!r} is not on the cover",
                (("value", value),), nearest(str(value), known),
            )  # fmt: skip
    try:
        fields = _graded(fields, cover, cover.bases[basis] if basis else None)
        return with_own_id(statement_from_fields(fields))
    except TableError as error:
        return problem_of(error, fields, page, at)


def _graded(fields: dict[str, Any], cover: Cover, basis: Basis | None) -> dict[str, Any]:
    """The entry with its source's title and grade, its basis's note, and the cover's marking."""
    envelope: dict[str, Any] = {
        "id": BLANK_ID, "origin": cover.origin, "author": cover.author,
        "tlp": cover.tlp, "pap": cover.pap,
    }  # fmt: skip
    if (key := fields.pop("source", None)) is not None:
        source = cover.sources[key]
        envelope |= {"source": source.title, "reliability": source.reliability}
        envelope["credibility"] = source.credibility
    if basis is None:
        return envelope | fields
    envelope.setdefault("source", basis.source)
    envelope |= {"credibility": basis.credibility} | fields
    if basis.reliability and key is None:
        envelope["reliability"] = basis.reliability
    envelope["body"] = _with_note(envelope.get("body"), envelope.get("kind"), basis.note)
    return envelope


def _with_note(body: Any, kind: Any, note: Words) -> Any:
    """The body with the basis's note added to what it already says."""
    if not isinstance(body, Mapping) or kind not in KINDS:
        return body
    names = {one.name for one in msgspec.structs.fields(KINDS[kind])}
    place = next((name for name in ("note", "description", "text") if name in names), None)
    if place is None:
        return body
    said = body.get(place) or {}
    if not isinstance(said, Mapping):
        return body
    added = {
        lang: " ".join(part for part in (said.get(lang, ""), getattr(note, lang)) if part)
        for lang in ("fr", "en")
    }
    return {**body, place: added}


def problem_of(error: TableError, fields: Mapping[str, Any], page: Page, at: At) -> Problem:
    """What the strict reader complained about, with the line and what was probably meant."""
    path = str(error.fields.get("field", ""))
    said = str(error.fields.get("problem", error.problem))
    steps = tuple(int(part) if part.isdigit() else part for part in _steps(path))
    if unknown := UNKNOWN_FIELD.search(said):
        steps = (*steps, unknown["name"])
    named = suggestion_for(said, str(fields.get("kind")), path)
    return Problem(page.name, page.line((*at, *steps)), path, "{said}", (("said", said),), named)


def _steps(path: str) -> list[str]:
    return [part for part in path.replace("[", ".").replace("]", "").split(".") if part]
