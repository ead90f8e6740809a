"""Forms as data: questions with their choices in two languages, read from YAML and checked."""

from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import msgspec
import yaml

from tocsin.errors import UnknownName
from tocsin.tables.bodies import Words

# libyaml reads ten times as fast; where it was not built, the same in Python.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Kind = Literal["text", "count", "date", "one", "point", "media"]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,2}$")]


class Choice(msgspec.Struct, frozen=True, array_like=True):
    """One answer to choose: its short code, its name in the record, its words."""

    code: Code
    name: Name
    en: str
    fr: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. `sms` is its letter in a short message; without one it is not asked there."""

    name: Name
    type: Kind
    label: Words
    hint: Words = Words()
    required: bool = False
    choices: str = ""
    sms: str = ""
    only_if: tuple[str, str] | None = None  # asked when that question has that answer


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a situation report: a sign of conflict, or of peace."""

    name: Name
    side: Literal["conflict", "peace"]
    sms: Code
    label: Words


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form in one version; old versions stay readable beside it."""

    id: Name
    version: str
    sms: Code
    minutes: int
    title: Words
    choices: dict[str, tuple[Choice, ...]]
    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...] = ()

    def __post_init__(self) -> None:
        letters = [one.sms for one in self.questions] + [one.sms for one in self.indicators]
        letters = [one for one in letters if one]
        names = self.names
        for given, what in ((names, "name"), (letters, "short code")):
            if twice := {one for one in given if given.count(one) > 1}:
                raise ValueError(f"two questions share the {what} {sorted(twice)[0]!r}")
        for question in self.questions:
            if (question.type == "one") != bool(question.choices):
                raise ValueError(f"{question.name}: choices go with the type `one`")
            if question.choices and question.choices not in self.choices:
                raise ValueError(f"{question.name}: no list of choices {question.choices!r}")
        for listed, choices in self.choices.items():
            codes = [one.code for one in choices]
            if len(set(codes)) < len(codes):
                raise ValueError(f"two choices of {listed!r} share a short code")

    @property
    def names(self) -> list[str]:
        """Names of all questions and indicators, in their order."""
        return [one.name for one in self.questions] + [one.name for one in self.indicators]

    def question(self, name: str) -> Question | None:
        """The question of that name, if the form has it."""
        return next((one for one in self.questions if one.name == name), None)

    def options(self, question: Question) -> tuple[Choice, ...]:
        """What a question of type `one` lets people choose from."""
        return self.choices[question.choices] if question.choices else ()


@cache
def forms() -> tuple[Form, ...]:
    """Every form that ships, its newest version last.

    >>> [f"{form.id} {form.version}" for form in forms()]
    ['incident 2026.1', 'situation 2026.1', 'situation 2026.2']
    """
    folder = resources.files("tocsin.intake") / "forms"
    read = [
        msgspec.convert(yaml.load(file.read_text("utf-8"), _LOADER), Form)  # noqa: S506  (it is safe)
        for file in folder.iterdir()
        if file.name.endswith(".yml")
    ]
    return tuple(sorted(read, key=lambda form: (form.id, form.version)))


def form_as_filled(name: str, version: str) -> Form:
    """The form that somebody filled in: in its own version, so that an old answer stays readable.

    A version that is not ours (Kobo counts its own) means the newest.

    Raises
    ------
    UnknownName, if there is no such form.
    """
    ours = any((form.id, form.version) == (name, version) for form in forms())
    return form_named(name, version if ours else "")


def form_named(name: str, version: str = "") -> Form:
    """The form of that name: the version asked for, else the newest.

    Raises
    ------
    UnknownName, if there is none.
    """
    found = [form for form in forms() if form.id == name and version in ("", form.version)]
    if not found:
        raise UnknownName(
            "no form is named {name}",
            remedy="Known forms: {known}",
            name=f"{name} {version}".strip(),
            known=", ".join(sorted({form.id for form in forms()})),
        )
    return found[-1]
