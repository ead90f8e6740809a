"""Who is who: names, aliases and spellings in several languages, resolved and never guessed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import msgspec

from tocsin.errors import UnknownName
from tocsin.knowledge.places import country_in_sentence, place_words
from tocsin.knowledge.record import Entry, entries
from tocsin.language import fold
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import (
    Actor,
    Agreement,
    Alias,
    CalendarItem,
    Case,
    Commitment,
    DdrCaseload,
    Organisation,
)
from tocsin.tables.statements import Statement

How = Literal["exact", "suggested", "ambiguous", "unresolved"]
# Below this likeness (0-100) a name is no longer a misspelling but another name.
LIKENESS = 82
# What publishers write where no actor is meant or known.
NOBODY = frozenset({"civilians", "unknown", "unidentified", "xxx436"})
_NOISE = re.compile(r"[^\w]+")


class Candidate(msgspec.Struct, frozen=True):
    """An actor that a name may mean; likeness from 0 to 100."""

    subject: str
    name: str
    likeness: float


class Resolution(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a name means. Only *exact* has a subject; a suggestion waits for a person."""

    name: str
    how: How
    subject: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Identity:
    """One entry of the registry: an actor, a mission, an organisation, an agreement, a case."""

    subject: str
    name: Words
    short: str = ""
    type: str = ""
    countries: tuple[str, ...] = ()
    ucdp_id: int | None = None
    aliases: tuple[Entry[Alias], ...] = ()

    def label(self, lang: str) -> str:
        """The acronym in that language where there is one, else the short name, else the name."""
        own = [
            alias.body.name
            for alias in self.aliases
            if alias.body.scheme == "acronym" and alias.body.language == lang
        ]
        if self.type == "state" and len(self.countries) == 1:
            return place_words(self.countries[0]).in_(lang)
        if own and self.short and lang != "en":  # a short name is the English one
            return own[0]
        return self.short or self.name.in_(lang)


class Registry:
    """Names of a record and what they mean. Names are looked up whatever their date."""

    def __init__(
        self, identities: Mapping[str, Identity], titles: Mapping[str, Words] | None = None
    ):
        self.identities = dict(identities)
        self._titles = dict(titles or {})
        self._names: dict[str, set[str]] = {}
        self._spelled: dict[str, str] = {}
        for identity in identities.values():
            for name in _names_of(identity):
                key = name_key(name)
                self._names.setdefault(key, set()).add(identity.subject)
                self._spelled.setdefault(key, name)

    def __contains__(self, subject: str) -> bool:
        return subject in self.identities

    def label(self, subject: str, lang: str = "en") -> str:
        """A short name for a subject; the bare subject where it is not registered."""
        if (identity := self.identities.get(subject)) is not None:
            return identity.label(lang)
        if (title := self._titles.get(subject)) is not None:
            return title.in_(lang)
        return subject.partition(":")[2] or subject

    def words(self, subject: str) -> Words:
        """A short name in both languages."""
        return Words(fr=self.label(subject, "fr"), en=self.label(subject, "en"))

    def in_sentence(self, subject: str) -> Words:
        """A short name as a sentence needs it: a state is spoken of with its article in French."""
        one = self.identities.get(subject)
        if one is not None and one.type == "state" and len(one.countries) == 1:
            return country_in_sentence(one.countries[0])
        return self.words(subject)

    def words_of(self, subjects: str) -> Words:
        """Short names of a subject, or of several: `group:benin+germany`; nothing of nothing."""
        prefix, _, names = subjects.partition(":")
        if prefix != "group":
            return self.words(subjects) if subjects else Words()
        each = [self.words(f"actor:{name}") for name in names.split("+")]
        return Words(fr=", ".join(one.fr for one in each), en=", ".join(one.en for one in each))

    def resolve(self, name: str, country: str | None = None) -> Resolution:
        """What a name means: by name, alias, acronym, subject or `ucdp:ID`; else what it may mean.

        country : ISO 3166-1 alpha-3 of the place of the event; an actor that is registered for
        other countries only is then suggested, not taken
        """
        if name in self.identities:
            return Resolution(name, "exact", name)
        meant = self._names.get(name_key(name), set())
        here = {one for one in meant if self._is_at_home(one, country)}
        if len(here) == 1:
            return Resolution(name, "exact", next(iter(here)))
        if meant:
            told = tuple(Candidate(one, self.label(one), 100.0) for one in sorted(meant))
            return Resolution(name, "ambiguous" if len(meant) > 1 else "suggested", "", told)
        near = self._near(name)
        return Resolution(name, "suggested" if near else "unresolved", "", near)

    def require(self, name: str) -> Identity:
        """The identity that a name means.

        Raises
        ------
        UnknownName, with what may have been meant, if the name is not one of the record.
        """
        found = self.resolve(name)
        if found.how == "exact":
            return self.identities[found.subject]
        if found.candidates:
            raise UnknownName(
                "no name in the record is exactly {name}",
                remedy="Did you mean: {near}?",
                name=name,
                near=", ".join(f"{one.name} ({one.subject})" for one in found.candidates),
            )
        raise UnknownName(
            "nothing in the record is named {name}",
            remedy="See the names with: tocsin actors list",
            name=name,
        )

    def lookup(self, name: str, undated: "Registry | None" = None) -> Identity:
        """The identity of this record that a name means, by the names of any date.

        undated : a registry of every name, whenever it became known: an old record is found under
        a new name too, but nothing that it does not hold is ever named

        Raises
        ------
        UnknownName, as `require`, with names of this record only.
        """
        if undated is not None:
            found = undated.resolve(name)
            if found.how == "exact" and found.subject in self.identities:
                return self.identities[found.subject]
        return self.require(name)

    def _is_at_home(self, subject: str, country: str | None) -> bool:
        countries = self.identities[subject].countries
        return country is None or not countries or country in countries

    def _near(self, name: str) -> tuple[Candidate, ...]:
        from rapidfuzz import fuzz, process  # noqa: PLC0415  (only when a name is not known)

        key = name_key(name)
        if len(key) < 3:
            return ()
        best: dict[str, Candidate] = {}
        for spelled, score, _ in process.extract(
            key, list(self._names), scorer=fuzz.ratio, limit=10, score_cutoff=LIKENESS
        ):
            for subject in self._names[spelled]:
                told = Candidate(subject, self._spelled[spelled], round(score, 1))
                if subject not in best or best[subject].likeness < told.likeness:
                    best[subject] = told
        return tuple(sorted(best.values(), key=lambda one: (-one.likeness, one.subject)))[:3]


def registry_of(statements: Iterable[Statement]) -> Registry:
    """The registry that statements make: the latest word on each identity, and all its aliases."""
    held = list(statements)
    aliases: dict[str, list[Entry[Alias]]] = {}
    for alias in entries(held, Alias):
        aliases.setdefault(alias.statement.subject, []).append(alias)
    found: dict[str, Identity] = {}
    for one in held:
        match one.body:
            case Actor(name=name, short=short, type=kind, countries=countries, ucdp_id=ucdp_id):
                made = Identity(one.subject, name, short, kind, countries, ucdp_id)
            case Organisation(name=name, short=short, type=kind):
                made = Identity(one.subject, name, short, kind)
            case Agreement(title=title):
                made = Identity(one.subject, title, "", "agreement")
            case Case(title=title):
                made = Identity(one.subject, title, "", "case")
            case _:
                continue
        found[one.subject] = replace(made, aliases=tuple(aliases.get(one.subject, ())))
    titles = {
        one.body.programme if isinstance(one.body, DdrCaseload) else one.subject: one.body.title
        for one in held
        if isinstance(one.body, Commitment | CalendarItem | DdrCaseload)
    }
    return Registry(found, {name: title for name, title in titles.items() if title.fr or title.en})


def resolve_names(
    names: Iterable[str], registry: Registry, country: str | None = None
) -> list[Resolution]:
    """Each name of an event file, once; a list of allies (`GATIA, MSA`) is taken apart.

    Names that stand for nobody (civilians, unidentified) are left out.
    """
    single = {part.strip() for name in names for part in _apart(name, registry)}
    return [
        registry.resolve(name, country)
        for name in sorted(single)
        if name and name_key(name) not in NOBODY
    ]


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """A name without accents, case, punctuation and spaces at its ends.

    >>> name_key("Jama’at Nusrat al-Islam") == name_key("jama'at nusrat al islam")
    True
    """
    return _NOISE.sub(" ", fold(name)).strip()


def _apart(name: str, registry: Registry) -> list[str]:
    return [name] if registry.resolve(name).how == "exact" else name.split(", ")


def _names_of(identity: Identity) -> list[str]:
    own = [identity.name.fr, identity.name.en, identity.short, identity.subject.partition(":")[2]]
    if identity.ucdp_id is not None:
        own.append(f"ucdp:{identity.ucdp_id}")
    return [name for name in (*own, *(alias.body.name for alias in identity.aliases)) if name]
