"""The record's sheet as a document, so that an editor can go on with it in a word processor.

The sheet itself is set by `briefs.record`; this holds the same lines with the same sources.
"""

from collections.abc import Iterable
from datetime import date

from tocsin.briefs.facts import Line, Quoted, Source, Words
from tocsin.briefs.inputs import Place, Tlp
from tocsin.briefs.record import Entry, RecordSheet, lay_out_record
from tocsin.knowledge.citing import Cited
from tocsin.knowledge.digest import Digest
from tocsin.knowledge.sentences import dated
from tocsin.products.document import (
    Block,
    Document,
    Handling,
    Item,
    Items,
    Paragraph,
    Section,
    with_numbers,
)
from tocsin.products.sourcing import unbroken


def record_document(digest: Digest, place: Place, tlp: Tlp) -> Document:
    """What the record says, as a document in both languages.

    Raises
    ------
    CheckFailed, if a number of it has no source.
    """
    english, french = (
        lay_out_record(digest, place.unit_id, place.names, tlp, lang) for lang in ("en", "fr")
    )
    as_of = date.fromisoformat(digest.as_of)
    return with_numbers(
        Document(
            product="record",
            kind=Line("The record"),
            place=place,
            as_of=as_of,
            handling=Handling(tlp),
            headline=Line("{place}: what the record says", {"place": place.names}),
            sections=tuple(_sections(english, french)),
            sources=_sources(english),
        )
    )


def _sections(english: RecordSheet, french: RecordSheet) -> Iterable[Section]:
    for number, (en, fr) in enumerate(zip(english.sections, french.sections, strict=True)):
        items = Items(tuple(map(_item, en.entries, fr.entries)))
        keys = tuple(one.statement for entry in en.entries for one in entry.cited)
        blocks: tuple[Block, ...] = (items,)
        if en.note:
            blocks = (Paragraph(_quoted(en.note, fr.note, keys[:1]), "note"), items)
        title = Line("{title}", {"title": Words(en.title, fr.title)})
        yield Section(f"part-{number}", title, blocks)


def _item(en: Entry, fr: Entry) -> Item:
    keys = tuple(dict.fromkeys(one.statement for one in en.cited))
    beneath = _quoted(en.beneath, fr.beneath, keys) if en.beneath else None
    return Item(_quoted(en.text, fr.text, keys), beneath)


def _quoted(en: str, fr: str, keys: tuple[str, ...]) -> Line:
    return Line("{told}", {"told": Quoted(en, unbroken(fr), keys)})


def _sources(sheet: RecordSheet) -> dict[str, Source]:
    entries = (entry for section in sheet.sections for entry in section.entries)
    return {one.statement: _source(one) for entry in entries for one in entry.cited}


def _source(one: Cited) -> Source:
    known = Words(dated(one.known_at, "en"), dated(one.known_at, "fr"))
    line = Line(
        "{source} [{grade}], known {known}:",
        {"source": one.source, "grade": one.grade, "known": known},
    )
    return Source(one.statement, line, details={"statement": one.statement})
