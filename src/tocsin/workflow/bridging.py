"""Partners who run MISP: what a reader may see goes out as events, and events come in.

What comes in is somebody else's until its statement's signature says otherwise: it is kept whole,
and as the STIX objects that MISP's own converter makes of it, under the markings and grades of its
tags, and never for more readers than its distribution means.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tocsin.errors import CheckFailed, SettingsError, TocsinError, ToolMissing, UnreadableFile
from tocsin.lake.whole import write_file
from tocsin.ledger.exchange import as_entered
from tocsin.sharing.misp.bundles import bundled, carried_by, markings_of, objects_of, said_in
from tocsin.sharing.misp.events import event_of
from tocsin.sharing.misp.keeping import events_kept, kept_objects
from tocsin.sharing.misp.reach import Reach, ReachMap, distribution_out, narrower, require_sound_map
from tocsin.sharing.misp.reading import (
    LARGEST,
    carried_in,
    document_in,
    events_in,
    holds_more,
    is_bundle,
    narrowed,
    reach_of,
    said_of,
)
from tocsin.sharing.misp.taxonomies import Said
from tocsin.sharing.stix.marking import Markings
from tocsin.sharing.stix.reading import canonical_text
from tocsin.tables.kinds import HOUSE_KINDS, StixObject
from tocsin.tables.months import parse_day
from tocsin.tables.statements import Statement
from tocsin.workflow.record_keeping import open_ledger, reader_named
from tocsin.workflow.standards import Accepting, Taken
from tocsin.workflow.widening import STAMPED, fresh, require_looked_at


def export_misp(
    out: Path | None,
    reader: str = "",
    as_of: str = "",
    kind: str = "",
    subject: str = "",
    *,
    map_file: Path | None = None,
    stix: bool = False,
) -> Iterator[bytes]:
    """What a reader may see as MISP events, in pieces; with `out` they go to that file.

    One event is written as such, several as a server answers them.

    stix : as one STIX bundle, as misp-stix makes it

    Raises
    ------
    SettingsError, if the map is wrong.  ToolMissing, if `stix` is asked for without misp-stix.
    """
    known = read_map(map_file)
    seen = open_ledger().view(reader_named(reader), parse_day(as_of) if as_of else None)
    told = _told(seen.statements(kind or None, subject or None), known)
    pieces = _as_bundle(told) if stix else _as_events(told)
    if out is None:
        return pieces
    write_file(out, lambda draft: _fill(draft, pieces))
    return iter(())


def _fill(draft: Path, pieces: Iterator[bytes]) -> None:
    with draft.open("wb") as file:
        file.writelines(pieces)


def _told(statements: Any, known: ReachMap) -> Iterator[dict[str, Any]]:
    """The events of statements, then those of others that are kept; nothing of the ledger's own."""
    kept: list[tuple[Statement, StixObject]] = []
    for one in statements:
        if isinstance(one.body, StixObject):
            kept.append((one, one.body))
        elif one.kind not in HOUSE_KINDS:
            yield event_of(one, known)
    for one, event in events_kept(kept):
        yield narrowed(event, distribution_out(one, known))


def _as_events(events: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    begun = list(islice(events, 2))
    if len(begun) == 1:
        yield canonical_text({"Event": begun[0]}).encode() + b"\n"
        return
    yield b'{"response":['
    between = b"\n"
    for one in chain(begun, events):
        yield between + canonical_text({"Event": one}).encode()
        between = b",\n"
    yield b"\n]}\n"


def _as_bundle(events: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    met: set[str] = set()
    between = b""
    for event in events:
        for one in bundled(event):
            if one["id"] not in met:
                if not met:
                    yield f'{{"type":"bundle","id":"bundle--{event["uuid"]}","objects":[\n'.encode()
                met.add(one["id"])
                yield between + canonical_text(one).encode()
                between = b",\n"
    yield b"\n]}\n" if met else b'{"type":"bundle","id":"bundle--' + _NOTHING + b'"}\n'


_NOTHING = b"4f1a9c52-5b0f-4c3e-9d6c-0a4d6f1f7a11"  # the name of a bundle with nothing in it


def import_misp(
    path: Path,
    *,
    map_file: Path | None = None,
    named: bool = False,
    agreed: str = "",
    on_step: Callable[[int], object] | None = None,
) -> Taken:
    """Take in the events of a file; what cannot be taken in is told, and the rest kept.

    named : this node is one of those whom the sender's TLP:RED events are for
    agreed : the digest of the preview, where others than the house would read what comes in

    Raises
    ------
    UnreadableFile, if it holds no events.  SettingsError, if the map is wrong.  NotLookedAt, if
    others would read what comes in and nobody agreed to that: by the map, or as it is CLEAR.
    """
    known, found = read_map(map_file), document_in(_content(path), path.name)
    ledger = open_ledger(to_write=True)
    coming = _Coming(Accepting(ledger, named), known, path.name, named)
    statements = list(coming.statements(found))  # a file is bounded
    ours_to_show = [one for one in statements if one.origin == ledger.org and not one.signature]
    require_looked_at(ledger, fresh(ours_to_show), agreed, STAMPED)
    done = ledger.append((as_entered(one, ledger.signer) for one in statements), on_batch=on_step)
    coming.taken.added, coming.taken.known = len(done.added), len(done.known)
    return coming.taken


def check_misp(path: Path, *, map_file: Path | None = None, named: bool = False) -> Taken:
    """What `import_misp` would say of a file, without writing anything."""
    known, found = read_map(map_file), document_in(_content(path), path.name)
    coming = _Coming(Accepting(open_ledger(), named), known, path.name, named)
    for _ in coming.statements(found):
        coming.taken.added += 1
    return coming.taken


class _Coming:
    """What the events of one file become; `taken` counts what does not."""

    def __init__(self, accepting: Accepting, known: ReachMap, name: str, named: bool):
        self._accepting, self._known, self._name, self._named = accepting, known, name, named
        self._told_missing = False
        self.taken = Taken()

    def statements(self, found: Any) -> Iterator[Statement]:
        """The statements of a document, a bundle or events, one after another."""
        if is_bundle(found):
            yield from self._of_bundle(list(objects_of(found)))
            return
        for event in events_in(found, self._name):
            try:
                made = list(self._of_event(event, f"{self._name}:{event['uuid']}"))
            except TocsinError as error:
                self.taken.objects += 1
                self.taken.refuse(error)
            else:
                yield from made

    def _of_event(self, event: dict[str, Any], where: str) -> Iterator[Statement]:
        texts = carried_in(event)
        carried = [self._accepting.carried(text, where) for text in texts]
        self.taken.objects += len(carried)
        yield from carried
        if carried and not holds_more(event, carried):
            return
        said, reach = said_of(event), reach_of(event, self._known)
        self._require_named(reach.tlp, where)
        objects = list(kept_objects(event, said)) + self._as_stix(event)
        yield from self._kept(objects, said, reach, where)

    def _as_stix(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """What misp-stix makes of an event; nothing, and why, where it makes nothing."""
        try:
            return [one for one in bundled(event) if not carried_by(one)]
        except ToolMissing as error:
            if not self._told_missing:
                self._told_missing = True
                self.taken.problems.append(error)
        except CheckFailed as error:
            self.taken.problems.append(error)
        return []

    def _of_bundle(self, objects: list[dict[str, Any]]) -> Iterator[Statement]:
        """A bundle of misp-stix: its containers stand for events, and hold their tags."""
        said = said_in(objects)
        markings = Markings()
        for one in objects:
            if one.get("type") == "marking-definition":
                markings.learn(one)
        tlp = markings.tlp_for(markings_of(objects))
        others = []
        for number, one in enumerate(objects, start=1):
            if text := carried_by(one):
                self.taken.objects += 1
                try:
                    yield self._accepting.carried(text, f"{self._name}:{number}")
                except TocsinError as error:
                    self.taken.refuse(error)
            else:
                others.append(one)
        reach = Reach(narrower(said.tlp or tlp, tlp))
        try:
            self._require_named(reach.tlp, self._name)
        except CheckFailed as error:
            self.taken.objects += len(others)
            self.taken.refuse(error)
        else:
            yield from self._kept(others, said, reach, self._name)

    def _kept(
        self, objects: list[dict[str, Any]], said: Said, reach: Reach, where: str
    ) -> Iterator[Statement]:
        part = Taken()
        self._accepting.learn(objects)
        for one in self._accepting.accepted(objects, where, part):
            yield _limited(one, said, reach)
        self.taken.objects += part.objects
        self.taken.passed_by += part.passed_by
        for problem in part.problems:
            self.taken.refuse(problem)

    def _require_named(self, tlp: str, where: str) -> None:
        if tlp == "RED" and not self._named:
            raise CheckFailed(
                "it is TLP:RED, for those whom its sender named",
                where=where,
                remedy="If this node is one of them, say so: --named.",
            )


def _limited(one: Statement, said: Said, reach: Reach) -> Statement:
    """A kept object under the markings and grades of the event that it came with.

    What has no marking of its own has the event's; of two the narrower holds.
    """
    found = msgspec.json.decode(getattr(one.body, "object", "{}"))
    is_marked = bool(found.get("object_marking_refs") or found.get("granular_markings"))
    tlp = narrower(one.tlp, reach.tlp) if is_marked else reach.tlp
    pap = said.pap or one.pap
    if tlp == "CLEAR" and pap == "RED":  # for everyone, and for nobody to act on: the narrower
        tlp = "GREEN"
    return msgspec.structs.replace(
        one,
        tlp=tlp,
        rel_to=reach.rel_to if tlp == reach.tlp else (),
        pap=pap,
        reliability=said.reliability or one.reliability,
        credibility=said.credibility or one.credibility,
        source=f"MISP, {one.source}",
    )


def read_map(path: Path | None) -> ReachMap:
    """Who a MISP server's communities and groups are; without a file, nobody.

    Raises
    ------
    SettingsError, naming the field.  UnreadableFile.
    """
    if path is None:
        return ReachMap()
    try:
        found = msgspec.convert(yaml.safe_load(path.read_text("utf-8")) or {}, ReachMap)
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(
            "the map cannot be read: {problem}",
            where=path.name,
            remedy="Its fields are in the how-to on MISP.",
            problem=str(error),
        ) from None
    return require_sound_map(found, path.name)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None
