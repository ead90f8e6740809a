"""The sources of a product: statements, warnings, rules, and the releases that counts rest on."""

import re
from collections.abc import Iterable, Mapping, Sequence

from tocsin.briefs.facts import Fact, Line, Quoted, Source, Value, Words
from tocsin.knowledge.citing import Cited
from tocsin.knowledge.sentences import dated
from tocsin.policy.markings import NARROWER
from tocsin.products.document import Handling
from tocsin.products.picture import Picture
from tocsin.tables.bodies import Words as Told
from tocsin.tables.statements import Statement

# A writer types 1 600 with a plain space, where a line could break.
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)")
_PAP = ("CLEAR", "GREEN", "AMBER", "RED")


def unbroken(french: str) -> str:
    """French words whose thousands cannot be broken at the end of a line.

    >>> unbroken("1 600 hommes") == "1\u202f600 hommes"
    True
    """
    return _THOUSANDS.sub(lambda found: found[0].replace(" ", "\u202f"), french)


class Sources:
    """Gathers what a product cites, by key, and how what it cites is marked.

    The key of a statement is its id, that of a release the id of its snapshot.
    """

    def __init__(self, picture: Picture):
        self.picture = picture
        self.held: dict[str, Source] = {}
        self.marked: dict[str, Statement] = {}
        self.by_id: Mapping[str, Statement] = {one.id: one for one in picture.statements}
        if picture.gist is not None:
            self.held |= {source.key: source for source in picture.gist.sources}

    def statement(self, one: Statement) -> str:
        """The key of a statement, which the product now cites."""
        grade = f"{one.reliability}{one.credibility}"
        self._add(one.id, one.source, grade, one.known_at)
        self.marked[one.id] = one
        return one.id

    def cited(self, cited: Iterable[Cited]) -> tuple[str, ...]:
        """Keys of the statements behind an answer of `knowledge`."""
        keys = []
        for each in cited:
            if each.statement in self.by_id:
                self.statement(self.by_id[each.statement])
            else:
                self._add(each.statement, each.source, each.grade, each.known_at)
            keys.append(each.statement)
        return tuple(dict.fromkeys(keys))

    def ids(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Keys of statements by id, of those that the reader may see."""
        return tuple(self.statement(self.by_id[one]) for one in ids if one in self.by_id)

    def snapshots(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Keys of releases by id, of those that the store holds."""
        keys = []
        for one in ids:
            if one not in self.held and one in self.picture.snapshots:
                held = self.picture.snapshots[one]
                fields: dict[str, Value] = {
                    "title": Quoted(f"{held.title} {held.version}",
                                    f"{held.title} {held.version}", (one,)),
                    "released": held.released_on, "licence": held.licence,
                }  # fmt: skip
                line = Line("{title}, published {released}, {licence}.", fields)
                self.held[one] = Source(one, line, held.url, {"sha256": held.sha256})
            if one in self.held:
                keys.append(one)
        return tuple(keys)

    def rules(self) -> str:
        """The key of the rule texts in force, by their hash."""
        key = f"rules:{self.picture.rules.hash[:12]}"
        line = Line("Rule texts in force, {hash}.", {"hash": self.picture.rules.hash[:12]})
        self.held[key] = Source(key, line)
        return key

    def _add(self, key: str, source: str, grade: str, known_at: str) -> None:
        words: dict[str, Value] = {
            "source": source,
            "grade": grade,
            "known": Words(dated(known_at, "en"), dated(known_at, "fr")),
        }
        line = Line("{source} [{grade}], known {known}:", words)
        self.held[key] = Source(key, line, "", {"statement": key})

    def quote(self, told: Told, keys: Sequence[str]) -> Quoted:
        """Words of the record with what stands behind them."""
        return Quoted(told.in_("en"), unbroken(told.in_("fr")), tuple(keys))

    def plain(self, told: str, keys: Sequence[str]) -> Quoted:
        """A code of the record, the same in both languages."""
        return Quoted(told, told, tuple(keys))

    def dated(self, when: str, keys: Sequence[str]) -> Quoted:
        """A date of the record."""
        return Quoted(dated(when, "en"), dated(when, "fr"), tuple(keys))

    def amount(self, id_: str, value: float | None, unit: str, keys: Sequence[str]) -> Fact:
        """A number that follows from statements."""
        return Fact(
            id=id_, value=value, unit=unit, sources=tuple(keys),
            place=self.picture.scope.place.unit_id,
        )  # fmt: skip

    def handling(self) -> Handling:
        """The highest marking of what is cited; who it may be released to is what all allow."""
        marked = list(self.marked.values())
        if not marked:
            return Handling()
        tlp = max((one.tlp for one in marked), key=NARROWER.index)
        pap = max((str(one.pap) for one in marked), key=_PAP.index)
        limited = [set(one.rel_to) for one in marked if one.tlp != "CLEAR"]
        shared = set.intersection(*limited) if limited else set()
        caveats = {word for one in marked for word in one.caveats} - {"EXERCISE"}
        return Handling(tlp, pap, tuple(sorted(shared)), tuple(sorted(caveats)))
