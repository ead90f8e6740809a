"""The sheet that goes with a brief: what the record says of the place, each line with its source.

The brief itself stays on one page. This sheet says what became known since the last one, what is
owed, what is ahead, what is contested and who changed sides; it is written when the record holds
anything that may be shown under the brief's marking.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from markupsafe import Markup

from tocsin.briefs.drawing import light_tokens
from tocsin.briefs.facts import TAIL, Words
from tocsin.briefs.files import write_whole
from tocsin.briefs.html import styles
from tocsin.briefs.letters import faces_for
from tocsin.briefs.pdf import TLP_COLOURS
from tocsin.briefs.typesetting import set_on_paper
from tocsin.knowledge.agreements import CommitmentLine
from tocsin.knowledge.calendar import Plan
from tocsin.knowledge.citing import Cited
from tocsin.knowledge.digest import Digest
from tocsin.knowledge.sentences import dated
from tocsin.language import Lang, day, text, typeset

if TYPE_CHECKING:
    from jinja2 import Template

SCHEMA = "tocsin-record/1"
NEWEST = 30  # lines of what is new; the rest is counted and can be asked for
_WORDS = {
    "kind": "The record",
    "as_of": "as of",
    "foot": "Grades are Admiralty grades: source A–F, information 1–6. A statement opens by its "
    "letters: tocsin ledger show.",
}


@dataclass(frozen=True)
class Entry:
    """One line of the sheet, what is said beneath it, and its sources with their numbers."""

    text: str
    beneath: str
    sources: tuple[int, ...]
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the sheet."""

    title: str
    entries: tuple[Entry, ...]
    note: str = ""


@dataclass(frozen=True)
class RecordSheet:
    """The sheet in one language."""

    lang: Lang
    place: str
    place_id: str
    as_of: date
    tlp: str
    words: dict[str, str]
    sections: tuple[Section, ...]
    sources: tuple[str, ...]


def lay_out_record(
    digest: Digest, place_id: str, names: Words, tlp: str, lang: Lang
) -> RecordSheet:
    """The sheet in `lang`; parts that have nothing to say are left out."""
    return _Layout(digest, lang).sheet(place_id, names.in_(lang), tlp)


class _Layout:
    """Numbers the sources in the order in which lines cite them."""

    def __init__(self, digest: Digest, lang: Lang):
        self.digest, self.lang = digest, lang
        self.numbers: dict[tuple[str, str, str], int] = {}
        self.statements: dict[tuple[str, str, str], list[str]] = {}

    def sheet(self, place_id: str, place: str, tlp: str) -> RecordSheet:
        sections = (
            self.new(), self.owed(), self.ahead(), self.contested(), self.doubtful(), self.ties(),
        )  # fmt: skip
        return RecordSheet(
            lang=self.lang,
            place=place,
            place_id=place_id,
            as_of=date.fromisoformat(self.digest.as_of),
            tlp=tlp,
            words={key: self.say(template) for key, template in _WORDS.items()},
            sections=tuple(section for section in sections if section.entries),
            sources=self.listed(),
        )

    def say(self, template: str, **fields: object) -> str:
        return typeset(text(template, self.lang).format(**fields), self.lang)

    def entry(self, told: str, cited: Iterable[Cited], beneath: str = "") -> Entry:
        held = tuple(cited)
        numbers = dict.fromkeys(self.number(one) for one in held)
        return Entry(told[:1].upper() + told[1:], beneath, tuple(numbers), held)

    def number(self, one: Cited) -> int:
        key = (one.source, one.grade, one.known_at)
        ids = self.statements.setdefault(key, [])
        if one.statement not in ids:
            ids.append(one.statement)
        return self.numbers.setdefault(key, len(self.numbers) + 1)

    def listed(self) -> tuple[str, ...]:
        return tuple(
            self.say(
                "{source} [{grade}], known {date}: {ids}",
                source=source, grade=grade, date=dated(known, self.lang),
                ids=", ".join(one[-TAIL:] for one in self.statements[source, grade, known]),
            )
            for source, grade, known in self.numbers
        )  # fmt: skip

    def new(self) -> Section:
        shown = self.digest.new[-NEWEST:]
        left = len(self.digest.new) - len(shown)
        return Section(
            self.say("New since {date}", date=dated(self.digest.since, self.lang)),
            tuple(
                self.entry(
                    f"{self.when(one.on)} – {one.text.in_(self.lang)}",
                    one.cited,
                )
                for one in shown
            ),
            self.say("Earlier lines, not shown: {count}.", count=left) if left else "",
        )

    def when(self, on: str) -> str:
        """The day of a line; what has only an end is said to have been so until then."""
        if on.startswith("../"):
            return self.say("until {date}", date=dated(on.removeprefix("../"), self.lang))
        return dated(on, self.lang)

    def owed(self) -> Section:
        return Section(
            self.say("Open commitments"),
            tuple(
                self.entry(
                    self.pair(line.title.in_(self.lang), line.said.in_(self.lang)),
                    [line.cited],
                    self.owing(line),
                )
                for line in self.digest.commitments
            ),
        )

    def owing(self, line: CommitmentLine) -> str:
        who = ", ".join(name.in_(self.lang) for name in line.responsible_names)
        parts = [self.say("owed by {who}", who=who)]
        if line.deadline is not None:
            parts.append(self.say("due {date}", date=dated(line.deadline, self.lang)))
        if line.overdue:
            parts.append(self.say("overdue"))
        return ", ".join(parts)

    def ahead(self) -> Section:
        return Section(
            self.say("Calendar"),
            tuple(
                self.entry(
                    f"{plan.title.in_(self.lang)}, {plan.said.in_(self.lang)}",
                    [turn.cited for turn in plan.history],
                    self.waiting(plan),
                )
                for plan in self.digest.calendar
            ),
        )

    def waiting(self, plan: Plan) -> str:
        parts = []
        if plan.overdue:
            parts.append(self.say("overdue"))
        elif plan.days is not None:
            parts.append(self.say("in {days} days", days=plan.days))
        if plan.slipped:
            parts.append(self.say("moved by {days} days", days=plan.slipped))
        return ", ".join(parts)

    def contested(self) -> Section:
        return Section(
            self.say("Contested, side by side"),
            tuple(
                self.entry(
                    f"{one.case_title.in_(self.lang)} – {one.text.in_(self.lang)}",
                    [claim.cited for claim in one.claims],
                )
                for one in self.digest.contested
            ),
        )

    def doubtful(self) -> Section:
        return Section(
            self.say("Figures to read with care"),
            tuple(
                self.entry(one.text.in_(self.lang), one.cited) for one in self.digest.findings
            ),
        )  # fmt: skip

    def ties(self) -> Section:
        return Section(
            self.say("Actors: what changed"),
            tuple(
                self.entry(
                    one.text.in_(self.lang),
                    [cited for tie in (*one.before, *one.after) for cited in tie.cited],
                )
                for one in self.digest.ties
            ),
        )

    def pair(self, one: str, other: str) -> str:
        return f"{one}\u00a0: {other}" if self.lang == "fr" else f"{one}: {other}"


def render_record_html(sheet: RecordSheet, faces: str = "") -> bytes:
    """The sheet as one self-contained HTML file; `faces` as in `html.render_html`."""
    html = _template().render(
        sheet=sheet,
        words=sheet.words,
        as_of=day(sheet.as_of, sheet.lang),
        style=Markup("@@STYLE@@"),
        tlp_class=sheet.tlp.split("+", maxsplit=1)[0].lower(),
    )
    letters = "".join(sorted(set(html)))
    return html.replace("@@STYLE@@", styles() + faces_for(letters, faces)).encode("utf-8")


def render_record_pdf(sheet: RecordSheet) -> bytes:
    """The sheet as PDF/UA-1; the same bytes for the same sheet."""

    told = {
        "lang": sheet.lang,
        "place": sheet.place,
        "as_of": day(sheet.as_of, sheet.lang),
        "tlp": sheet.tlp,
        "tlp_colour": light_tokens()[TLP_COLOURS[sheet.tlp]],
        "tokens": light_tokens(),
        "words": sheet.words,
        "sections": [
            {
                "title": section.title,
                "note": section.note,
                "entries": [
                    {"t": one.text, "b": one.beneath, "s": list(one.sources)}
                    for one in section.entries
                ],
            }
            for section in sheet.sections
        ],
        "sources": list(sheet.sources),
    }
    template = files("tocsin.briefs").joinpath("record.typ").read_bytes()
    return set_on_paper(template, "record", told, sheet.as_of)


def record_as_json(digest: Digest, sheet: RecordSheet) -> bytes:
    """The digest as JSON, every text in both languages, with the place and the marking."""
    told = {
        "schema": SCHEMA,
        "place": sheet.place_id,
        "tlp": sheet.tlp,
        "digest": msgspec.to_builtins(digest),
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def write_record(digest: Digest, sheet: RecordSheet, folder: Path, faces: str = "") -> list[Path]:
    """Write `record-MLI-2023-06-30.fr.{html,pdf,json}`; each appears only when it is complete."""
    made = {
        "html": render_record_html(sheet, faces),
        "pdf": render_record_pdf(sheet),
        "json": record_as_json(digest, sheet),
    }
    stem = f"record-{sheet.place_id}-{sheet.as_of.isoformat()}.{sheet.lang}"
    return write_whole(folder, stem, made)


@cache
def _template() -> "Template":
    from jinja2 import Environment  # noqa: PLC0415  (50 ms: only when a page is written)

    source = files("tocsin.briefs").joinpath("record.html").read_text("utf-8")
    return Environment(autoescape=True, keep_trailing_newline=True).from_string(source)
