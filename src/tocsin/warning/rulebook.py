"""The rulebook: indicators, problems and clocks, read strictly from YAML that a person edits.

    indicators.yml   indicators: NAME → rule
    clocks.yml       hours per level and role, and the chain along which a warning escalates
    problems/*.yml   one problem a file, named by its file

A folder of one's own replaces files of the same name and adds others.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from tocsin.dossiers.pages import At, Page, page_of, read_page
from tocsin.dossiers.problems import UNKNOWN_FIELD, nearest, words_of
from tocsin.errors import CheckFailed, TableError, UnknownName
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import KINDS
from tocsin.warning.asked import counts_unverified, not_asked_by_forms
from tocsin.warning.indicators import FAMILIES, HazardRule, Rule, SilenceRule, StatementRule
from tocsin.warning.problems import Clocks, Problem, names_in

T = TypeVar("T")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+|\.\.\.)\]")
INDICATORS, CLOCKS, PROBLEMS = "indicators.yml", "clocks.yml", "problems/"


class _Indicators(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    indicators: dict[str, Rule]


@dataclass(frozen=True)
class Rulebook:
    """Every rule that is in force, and the hash of their texts."""

    indicators: Mapping[str, Rule]
    problems: Mapping[str, Problem]
    clocks: Clocks
    hash: str

    def problem(self, name: str) -> Problem:
        """The problem of that name.

        Raises
        ------
        UnknownName, with what was probably meant.
        """
        if name not in self.problems:
            raise UnknownName(
                "no warning problem is named {name}",
                remedy="The problems are: {known}.",
                name=name,
                known=", ".join(self.problems),
            )
        return self.problems[name]

    def used_by(self, name: str) -> tuple[str, ...]:
        """Indicators that a problem's levels name, in order."""
        levels = self.problems[name].levels.values()
        return tuple(dict.fromkeys(one for level in levels for one in names_in(level.entry.when)))

    def hash_for(self, name: str) -> str:
        """SHA-256 over one problem's rules alone: its own and those of its indicators."""
        held = {each: self.indicators[each] for each in self.used_by(name)}
        return sha256(msgspec.json.encode([self.problems[name], held], order="sorted")).hexdigest()


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the rules, in one place."""

    file: str
    line: int
    field: str
    problem: str  # template in English
    fields: tuple[tuple[str, object], ...] = ()
    suggestion: str = ""

    def error(self) -> TableError:
        """The finding as an error that a person can read."""
        named = dict(self.fields) | {"field": self.field, "suggestion": self.suggestion}
        return TableError(
            f"field {{field}}: {self.problem}" if self.field else self.problem,
            where=f"{self.file}:{self.line}",
            remedy="Did you mean {suggestion}?" if self.suggestion else "",
            **named,
        )


def shipped_pages() -> dict[str, Page]:
    """The rules that come with the package."""
    folder = files("tocsin.warning") / "rules"
    texts = {name: (folder / name).read_text("utf-8") for name in (INDICATORS, CLOCKS)}
    for file in sorted((folder / "problems").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yml"):
            texts[PROBLEMS + file.name] = file.read_text("utf-8")
    return {name: page_of(text, name) for name, text in texts.items()}


def own_pages(folder: Path) -> dict[str, Page]:
    """The rules in a user's folder; none if it does not exist.

    Raises
    ------
    UnreadableFile, naming file and line.
    """
    named = [folder / INDICATORS, folder / CLOCKS, *sorted((folder / "problems").glob("*.yml"))]
    return {
        path.relative_to(folder).as_posix(): read_page(path) for path in named if path.is_file()
    }


@cache
def shipped_rulebook() -> Rulebook:
    """The rulebook that comes with the package."""
    return require_rulebook(shipped_pages())


def require_rulebook(pages: Mapping[str, Page]) -> Rulebook:
    """The rulebook of these pages, if nothing is wrong with it.

    Raises
    ------
    CheckFailed, with the first finding (file, line, suggestion) and the number of the others.
    """
    book, findings = read_rulebook(pages)
    if book is None or findings:
        first = findings[0].error()
        raise CheckFailed(
            first.problem,
            where=first.where,
            remedy=first.remedy or "See everything with: tocsin warnings rules --check",
            **first.fields,
        )
    return book


def read_rulebook(pages: Mapping[str, Page]) -> tuple[Rulebook | None, list[Finding]]:
    """The rulebook, where every page could be read, and everything that is wrong with it."""
    found: list[Finding] = []
    indicators = _converted(pages.get(INDICATORS), _Indicators, INDICATORS, found)
    clocks = _converted(pages.get(CLOCKS), Clocks, CLOCKS, found)
    problems = {
        name.removeprefix(PROBLEMS).removesuffix(".yml"): _converted(page, Problem, name, found)
        for name, page in sorted(pages.items())
        if name.startswith(PROBLEMS)
    }
    sound = {name: problem for name, problem in problems.items() if problem is not None}
    if indicators is not None:
        for name, rule in indicators.indicators.items():
            found += _check_indicator(name, rule, pages[INDICATORS])
        for name, problem in sound.items():
            found += _check_problem(problem, pages[f"{PROBLEMS}{name}.yml"], indicators, sound)
    found.sort(key=lambda finding: (finding.file, finding.line))
    if indicators is None or clocks is None:
        return None, found
    return Rulebook(indicators.indicators, sound, clocks, hash_of(pages)), found


def hash_of(pages: Mapping[str, Page]) -> str:
    """SHA-256 over the content of every page, by name: a comment changes nothing."""
    content = {name: pages[name].content for name in sorted(pages)}
    return sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _converted(page: Page | None, kind: type[T], name: str, found: list[Finding]) -> T | None:
    if page is None:
        found.append(Finding(name, 1, "", "the file is missing"))
        return None
    try:
        return msgspec.convert(page.content, kind)
    except (msgspec.ValidationError, ValueError) as error:
        found.append(_finding(str(error), page))
        return None


def _finding(said: str, page: Page) -> Finding:
    """What the converter complained about, with the line and what was probably meant."""
    said, _, path = said.partition(" - at `")
    path = path.rstrip("`").removeprefix("$")
    at = _steps(path, page)
    suggestion = ""
    if unknown := UNKNOWN_FIELD.search(said):
        at = (*at, unknown["name"])
        suggestion = nearest(unknown["name"], _fields_at(at[:-1], page))
    elif "nvalid enum value" in said or "nvalid value" in said:
        word = str(_value_at(at, page))
        owner = _struct_at(at[:-1], page)
        suggestion = nearest(word, words_of(owner, str(at[-1]) if at else ""))
        if at and at[-1] == "over":
            suggestion = nearest(word, FAMILIES)
    return Finding(
        page.name, page.line(at), ".".join(map(str, at)), "{said}", (("said", said),), suggestion
    )


def _steps(path: str, page: Page) -> At:
    """A path such as `levels[...].entry` as steps into the page.

    The converter does not say which key `[...]` was: it is the first whose value it refuses.
    """
    steps: list[str | int] = []
    for name, index in _STEP.findall(path):
        if name:
            steps.append(name)
        elif index != "...":
            steps.append(int(index))
        else:
            steps.append(_refused_key(tuple(steps), page))
    return tuple(steps)


def _refused_key(at: At, page: Page) -> str:
    kind = _hint_at(at, page)
    held = _value_at(at, page)
    for key, value in held.items() if isinstance(held, dict) else ():
        try:
            msgspec.convert(value, _inner(kind, key))
        except (msgspec.ValidationError, ValueError, TypeError):
            return str(key)
    return "?"


def _value_at(at: At, page: Page) -> Any:
    value = page.content
    for step in at:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return value


def _struct_at(at: At, page: Page) -> type[msgspec.Struct] | None:
    """The Struct that a place in the page is read as."""
    hint = _hint_at(at, page)
    if hint == Rule:
        value = _value_at(at, page)
        hint = FAMILIES.get(str(value.get("over")) if isinstance(value, dict) else "")
    return hint if isinstance(hint, type) and issubclass(hint, msgspec.Struct) else None


def _hint_at(at: At, page: Page) -> Any:
    """The type that a place in the page is read as."""
    hint: Any = {INDICATORS: _Indicators, CLOCKS: Clocks}.get(page.name, Problem)
    for step in at:
        hint = _inner(hint, step)
    return hint


def _inner(hint: Any, step: str | int) -> Any:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = {field.name: field.type for field in msgspec.structs.fields(hint)}
        return hints.get(str(step))
    arguments = get_args(hint)
    if get_origin(hint) is dict:
        return arguments[1]
    return arguments[0] if arguments else None


def _fields_at(at: At, page: Page) -> list[str]:
    owner = _struct_at(at, page)
    return [field.name for field in msgspec.structs.fields(owner)] if owner else []


def _check_indicator(name: str, rule: Rule, page: Page) -> Iterator[Finding]:
    at: At = ("indicators", name)
    if bool(rule.title.fr) != bool(rule.title.en):
        yield Finding(page.name, page.line((*at, "title")), f"{name}.title", _ONE_LANGUAGE)
    if isinstance(rule, StatementRule | SilenceRule):
        if rule.kind not in KINDS:
            yield Finding(
                page.name, page.line((*at, "kind")), f"{name}.kind", "no kind is named {kind}",
                (("kind", rule.kind),), nearest(rule.kind, KINDS),
            )  # fmt: skip
        elif isinstance(rule, StatementRule):
            yield from _check_filter(rule.kind, rule.where, page, (*at, "where"))
    for field, asked, known in not_asked_by_forms(rule):
        yield Finding(
            page.name, page.line((*at, field)), f"{name}.{field}", "no form asks for {name}",
            (("name", asked),), nearest(asked, known),
        )  # fmt: skip
    bounds = [getattr(rule, bound, None) for bound in ("at_least", "at_most")]
    if (
        hasattr(rule, "at_most")
        and getattr(rule, "measure", "") != "stopped"
        and bounds == [None, None]
    ):
        yield Finding(
            page.name, page.line(at), name, "say at_least or at_most: the rule has no threshold"
        )


def _check_filter(kind: str, where: Mapping[str, Any], page: Page, at: At) -> Iterator[Finding]:
    """Fields and values that the kind of statement really has."""
    names = [field.name for field in msgspec.structs.fields(KINDS[kind])]
    for name, values in where.items():
        line = page.line((*at, name))
        field = ".".join(map(str, (*at, name)))
        if name not in names:
            yield Finding(
                page.name, line, field, "a statement of kind {kind} has no field {name}",
                (("kind", kind), ("name", name)), nearest(name, names),
            )  # fmt: skip
            continue
        allowed = words_of(KINDS[kind], name)
        for value in values if isinstance(values, list | tuple) else (values,):
            if allowed and str(value) not in allowed:
                yield Finding(
                    page.name, line, field, "{value} is not a value of {name}",
                    (("value", value), ("name", name)), nearest(str(value), allowed),
                )  # fmt: skip


def _check_problem(
    problem: Problem, page: Page, indicators: _Indicators, problems: Mapping[str, Problem]
) -> Iterator[Finding]:
    for level, held in problem.levels.items():
        for name in names_in(held.entry.when):
            if name not in indicators.indicators:
                at: At = ("levels", level, "entry", "when")
                yield Finding(
                    page.name, _line_of(page, at, name), ".".join(map(str, at)),
                    "no indicator is named {name}", (("name", name),),
                    nearest(name, indicators.indicators),
                )  # fmt: skip
            if level != "watch" and counts_unverified(indicators.indicators.get(name)):
                at = ("levels", level, "entry", "when")
                yield Finding(
                    page.name, _line_of(page, at, name), ".".join(map(str, at)),
                    "{name} counts reports that nobody has verified: it can open a watch, no more",
                    (("name", name),),
                )  # fmt: skip
    for name in problem.inhibited_by:
        if name not in problems:
            yield Finding(
                page.name, page.line(("inhibited_by",)), "inhibited_by",
                "no problem is named {name}", (("name", name),), nearest(name, problems),
            )  # fmt: skip
    if problem.chance and not isinstance(indicators.indicators.get(problem.chance), HazardRule):
        hazards = [
            name for name, rule in indicators.indicators.items() if isinstance(rule, HazardRule)
        ]
        yield Finding(
            page.name, page.line(("chance",)), "chance", "no hazard indicator is named {name}",
            (("name", problem.chance),), nearest(problem.chance, hazards),
        )  # fmt: skip
    for part, kind, where in (
        ("where", problem.where.kind, problem.where.filter),
        ("outcome", problem.outcome.kind, problem.outcome.filter),
    ):
        if kind and kind not in KINDS:
            yield Finding(
                page.name, page.line((part, "kind")), f"{part}.kind", "no kind is named {kind}",
                (("kind", kind),), nearest(kind, KINDS),
            )  # fmt: skip
        elif kind:
            yield from _check_filter(kind, where, page, (part, "filter"))
    if problem.outcome.kind in KINDS:
        yield from _check_filter(
            problem.outcome.kind, problem.outcome.otherwise, page, ("outcome", "otherwise")
        )
    yield from _untranslated(problem, page, ())


_ONE_LANGUAGE = "one language is missing"


def _untranslated(value: Any, page: Page, at: At) -> Iterator[Finding]:
    if isinstance(value, Words):
        if bool(value.fr) != bool(value.en):
            yield Finding(page.name, page.line(at), ".".join(map(str, at)), _ONE_LANGUAGE)
    elif isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(type(value)):
            yield from _untranslated(getattr(value, field.name), page, (*at, field.name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _untranslated(inner, page, (*at, key))


def _line_of(page: Page, at: At, name: str) -> int:
    """The line on which `name` stands somewhere below `at`."""
    for place, line in page.lines.items():
        if place[: len(at)] == at and _value_at(place, page) == name:
            return line
    return page.line(at)
