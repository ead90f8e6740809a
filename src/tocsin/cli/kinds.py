"""`tocsin ledger kinds`: what a statement may say, and how each field is written."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.asking import AsJson
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.tables.bodies import Body

_KINDS = say(
    "List the kinds of statements, or the fields of one.\n\nExample: tocsin ledger kinds figure"
)


def add_to(group: typer.Typer) -> None:
    """Add `kinds` to `tocsin ledger`."""
    group.command("kinds", help=_KINDS)(kinds)


def kinds(
    kind: Annotated[str, typer.Argument(help=say("A kind, to see its fields."))] = "",
    as_json: AsJson = False,
) -> None:
    import msgspec

    from tocsin.errors import UnknownName
    from tocsin.tables.kinds import KINDS

    if kind and kind not in KINDS:
        raise UnknownName(
            "no kind is named {kind}", remedy="Kinds: {known}.", kind=kind, known=", ".join(KINDS)
        )
    if as_json:
        asked = [KINDS[kind]] if kind else list(KINDS.values())
        typer.echo(json.dumps({one.kind: msgspec.json.schema(one) for one in asked}))
    elif kind:
        typer.echo(summary(KINDS[kind]))
        for field in msgspec.structs.fields(KINDS[kind]):
            needed = say("needed") if field.required else ""
            typer.echo(f"  {field.name:<18} {_written(field.type)}{needed and f' – {needed}'}")
    else:
        for name, body in sorted(KINDS.items()):
            typer.echo(f"{name:<20} {summary(body)}")


def summary(body: "type[Body]") -> str:
    """What a kind is for, in one line."""
    return say((body.__doc__ or "").splitlines()[0])


def _written(hint: Any) -> str:
    """How a field is written, in words."""
    import msgspec
    from msgspec import inspect

    from tocsin.tables.bodies import Words
    from tocsin.tables.when import PATTERN

    def told(one: inspect.Type) -> str:
        words = say("plain text")
        match one:
            case inspect.Metadata(type=inner):
                words = told(inner)
            case inspect.StructType(cls=cls) if cls is Words:
                words = say("both languages: {{fr: …, en: …}}").format()
            case inspect.StructType(cls=cls):
                names = ", ".join(field.name for field in msgspec.structs.fields(cls))
                words = say("fields: {names}").format(names=names)
            case inspect.VarTupleType(item_type=item):
                words = say("a list of: {what}").format(what=told(item))
            case inspect.LiteralType(values=values):
                words = say("one of: {values}").format(values=", ".join(map(str, values)))
            case inspect.UnionType(types=types):
                parts = {told(part) for part in types if not isinstance(part, inspect.NoneType)}
                words = say("a number") if len(parts) > 1 else parts.pop()
            case inspect.StrType(pattern=pattern) if pattern == PATTERN:
                words = say("a date: 2023, 2023-07 or 2023-07-21")
            case inspect.StrType(pattern=pattern) if pattern and "s" in pattern:
                words = say("a name without spaces")
            case inspect.IntType():
                words = say("a whole number")
            case inspect.FloatType():
                words = say("a number")
            case inspect.BoolType():
                words = say("true or false")
        return words

    return told(inspect.type_info(hint))
