"""What every typed body shares: frozen, unknown fields forbidden, dates that exist."""

from functools import cache
from math import isfinite
from typing import Annotated, Any, ClassVar, get_args

import msgspec

from tocsin.errors import UsageError
from tocsin.tables.when import When, last_moment

Slug = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f]+$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Number = int | float


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The same words in French and English; where one is missing the other is shown.

    >>> Words(fr="Kidal", en="Kidal").in_("fr")
    'Kidal'
    """

    fr: str = ""
    en: str = ""

    def in_(self, lang: str) -> str:
        return (self.fr or self.en) if lang == "fr" else (self.en or self.fr)


class Body(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """The typed content of a statement. `kind` is its name in the envelope."""

    kind: ClassVar[str] = ""

    def __post_init__(self) -> None:
        settle_defaults(self)
        for name in _dated_fields(type(self)):
            value = getattr(self, name)
            if value is not None:
                try:
                    last_moment(value)
                except UsageError:
                    raise ValueError(f"{value!r} is not a date - at `$.{name}`") from None
        for name in _number_fields(type(self)):
            value = getattr(self, name)
            if isinstance(value, float) and not isfinite(value):
                raise ValueError(f"{value!r} is not a number - at `$.{name}`")


def settle_defaults(struct: msgspec.Struct) -> None:
    """Let a value that equals its default *be* the default, so that it is left out when written.

    Encoding leaves out defaults by identity; the same content must give the same text, whether
    or not its writer spelled a default out.
    """
    for name, default in _defaults(type(struct)):
        value = getattr(struct, name)
        if value is not default and value == default:
            msgspec.structs.force_setattr(struct, name, default)


@cache
def _defaults(struct: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """Fields with a default of which Python may hold more than one copy."""
    fields = msgspec.structs.fields(struct)
    single = (None, "", (), msgspec.NODEFAULT)
    return tuple(
        (field.name, field.default)
        for field in fields
        if all(field.default is not s for s in single)
    )


@cache
def _dated_fields(body: type[Body]) -> tuple[str, ...]:
    """Fields of `body` that hold a date, a month or a year."""
    hints = {field.name: field.type for field in msgspec.structs.fields(body)}
    return tuple(name for name, hint in hints.items() if hint == When or hint == When | None)


@cache
def _number_fields(body: type[Body]) -> tuple[str, ...]:
    """Fields of `body` that may hold a number with a fraction."""
    hints = {field.name: field.type for field in msgspec.structs.fields(body)}
    return tuple(name for name, hint in hints.items() if _may_be_float(hint))


def _may_be_float(hint: Any) -> bool:
    return hint is float or any(map(_may_be_float, get_args(hint)))


def date_fields(body: type[Body]) -> tuple[str, ...]:
    """Fields of `body` that hold a date: YAML would read their 2022 as a number."""
    return _dated_fields(body)
