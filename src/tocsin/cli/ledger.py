"""`tocsin ledger`: who said what and when it was known; what went in, what is proved."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli import audit, keeping, kinds, trust
from tocsin.cli.agreeing import Yes, once_looked_at
from tocsin.cli.asking import AsJson, AsOf, Kind, OutFile, ReaderName, Subject
from tocsin.cli.progress import bar_of
from tocsin.cli.words import lang, say

if TYPE_CHECKING:
    from tocsin.tables.statements import Statement
    from tocsin.workflow.record_keeping import Entered

Recorded = Annotated[
    str,
    typer.Option("--recorded-by", help=say("What this node had written by the end of that day.")),
]


def register(app: typer.Typer) -> None:
    """Add `tocsin ledger` to `app`."""
    group = typer.Typer(
        name="ledger",
        help=say("The record of who said what: one append-only log of signed statements."),
        no_args_is_help=True,
    )
    group.command("add", help=_ADD)(add)
    group.command("retract", help=_RETRACT)(retract)
    group.command("annotate", help=_ANNOTATE)(annotate)
    group.command("show", help=_SHOW)(show)
    group.command("history", help=_HISTORY)(history)
    group.command("export", help=_EXPORT)(export)
    group.command("import", help=_IMPORT)(import_)
    kinds.add_to(group)
    trust.add_to(group)
    audit.add_to(group)
    keeping.add_to(group)
    app.add_typer(group)


_ADD = say(
    "Write statements: files of YAML or JSON Lines, or one statement given by its fields.\n\n"
    "Nothing is written if one entry is wrong; each is named by file, line and field. The same "
    "file twice changes nothing. What others than your own organisation may read is shown first "
    "and written once you agree; without a terminal, with --yes and the preview’s digest.\n\n"
    "Examples: tocsin ledger add figures.yml\n\n"
    "tocsin ledger add --kind alias --subject actor:cma --known 2023-07 --source 'an article' "
    "--body @alias.json"
)
_RETRACT = say(
    "Withdraw a statement of your organisation. It stays in the history.\n\n"
    "Example: tocsin ledger retract 01890a5d-ac96-774b-bcce-b302099a8057 --reason 'entered twice'"
)
_ANNOTATE = say(
    "Remark on any statement that you can read: contest it, support it, explain it. It stays as it "
    "is; your remark stands beside it, under your organisation's name.\n\n"
    "Example: tocsin ledger annotate 01890a5d-ac96-774b-bcce-b302099a8057 --stance contests "
    "--source 'field visit, May 2023' --text 'Two villages were not counted.'"
)
_SHOW = say(
    "Show what is known: current statements, neither corrected nor retracted.\n\n"
    "An id may be given by its last characters, as products print them.\n\n"
    "Examples: tocsin ledger show --text 'moura' --as-of 2023-06-30\n\n"
    "tocsin ledger show 099a8057\n\n"
    "tocsin ledger show --kind figure --subject 'figure:*' --reader ecowas:peer --json"
)
_HISTORY = say(
    "Everything ever said about a subject, corrections and retractions too.\n\n"
    "Example: tocsin ledger history figure:turnout"
)
_EXPORT = say(
    "Write every statement that a reader may see as JSON Lines.\n\n"
    "Example: tocsin ledger export --reader ecowas:peer --out for-ecowas.jsonl"
)
_IMPORT = say(
    "Take in a JSON Lines export. Nothing is written unless every line is what its originator "
    "signed, with a key that is trusted here (tocsin ledger trust); what is already there is left "
    "alone.\n\n"
    "Example: tocsin ledger import from-partner.jsonl"
)


def add(
    files: Annotated[
        list[Path] | None, typer.Argument(help=say("Files: .yml, .yaml or .jsonl."))
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help=say("Kind of the one statement."))] = "",
    subject: Annotated[str, typer.Option("--subject", help=say("What it is about."))] = "",
    known: Annotated[
        str,
        typer.Option("--known", help=say("When its source made it known: 2023-06-30, 2023-07.")),
    ] = "",
    source: Annotated[str, typer.Option("--source", help=say("Who says so."))] = "",
    body: Annotated[str, typer.Option("--body", help=say("Its content as JSON, or @FILE."))] = "",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help=say("Any other field, as tlp=GREEN or rel_to=ecowas,union.")),
    ] = None,
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.errors import UsageError
    from tocsin.workflow import widening

    if files and kind:
        raise UsageError("give files or one statement, not both", remedy="Run the command twice.")
    if files:

        def write(agreed: str) -> "Entered":
            with bar_of(say("Writing"), 0, quiet=as_json) as step:
                return widening.enter_files(files, reader, step, agreed)

        _report(once_looked_at(write, yes, as_json), as_json)
        return
    if not kind:
        raise UsageError(
            "nothing to add", remedy="Give files, or --kind, --subject, --known, --source, --body."
        )
    given = {"kind": kind, "subject": subject, "known_at": known, "source": source}
    fields = {name: value for name, value in given.items() if value}
    fields |= {"body": _json(body)} | dict(_field(pair) for pair in field or [])
    done = once_looked_at(
        lambda agreed: widening.enter_statement(fields, reader, agreed), yes, as_json
    )
    _report(done, as_json)


def retract(
    statement_id: Annotated[str, typer.Argument(help=say("Id of the statement."))],
    reason: Annotated[str, typer.Option("--reason", help=say("Why; it is recorded."))],
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_keeping

    _report(record_keeping.retract(statement_id, reason, reader), as_json)


def annotate(
    statement_id: Annotated[str, typer.Argument(help=say("Id of the statement."))],
    text: Annotated[str, typer.Option("--text", help=say("What you have to say of it."))],
    source: Annotated[str, typer.Option("--source", help=say("On whose word."))],
    stance: Annotated[
        str, typer.Option("--stance", help=say("contests, supports or explains."))
    ] = "explains",
    known: Annotated[
        str, typer.Option("--known", help=say("When its source made it known (default: today)."))
    ] = "",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help=say("Any other field, as tlp=GREEN or rel_to=ecowas,union.")),
    ] = None,
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import widening

    given: dict[str, object] = {"text": {lang(): text}, "stance": stance}
    more = dict(_field(pair) for pair in field or [])

    def write(agreed: str) -> "Entered":
        return widening.enter_annotation(statement_id, given, source, known, more, reader, agreed)

    _report(once_looked_at(write, yes, as_json), as_json)


def show(
    statement_id: Annotated[str, typer.Argument(help=say("Id of one statement."))] = "",
    kind: Kind = "",
    subject: Subject = "",
    text: Annotated[
        str, typer.Option("--text", help=say("Words to find, accents and case set aside."))
    ] = "",
    as_of: AsOf = "",
    on: Annotated[str, typer.Option("--on", help=say("What holds in the world on that day."))] = "",
    recorded: Recorded = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help=say("At most so many."))] = 1000,
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.tables.months import parse_day
    from tocsin.workflow import record_keeping

    view = record_keeping.view(reader, as_of, recorded)
    if statement_id:
        _print([view.named(statement_id)], as_json)
        return
    day = parse_day(on) if on else None
    asked: dict[str, Any] = {"kind": kind or None, "subject": subject or None}
    found = view.statements(**asked, on=day, text=text, limit=limit)
    _print(found, as_json)
    if not as_json:
        total = view.count(**asked, on=day, text=text)
        typer.echo(say("{shown} of {total} statements").format(shown=len(found), total=total))


def history(
    subject: Annotated[str, typer.Argument(help=say("The subject, such as figure:turnout."))],
    as_of: AsOf = "",
    recorded: Recorded = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_keeping

    _print(record_keeping.view(reader, as_of, recorded).history(subject), as_json)


def export(
    out: OutFile = None,
    kind: Kind = "",
    subject: Subject = "",
    as_of: AsOf = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import exchanging

    for line in exchanging.export_statements(out, reader, as_of, kind, subject):
        sys.stdout.buffer.write(line)


def import_(
    file: Annotated[Path, typer.Argument(help=say("A file of JSON Lines."))],
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import exchanging

    lines = exchanging.lines_of(file)
    with bar_of(say("Checking, then writing"), 2 * lines, quiet=as_json) as step:
        entered = exchanging.import_statements(file, step)
    _report(entered, as_json)


def _report(entered: "Entered", as_json: bool) -> None:
    """What was written; what was wrong, one line each, and exit code 1."""
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "added": entered.added,
                    "known": entered.known,
                    "ids": entered.ids,
                    "left_out": entered.left_out,
                    "problems": [problem.message(say) for problem in entered.problems],
                }
            )
        )
    else:
        for problem in entered.problems:
            typer.secho(problem.message(say), fg="red", err=True)
        typer.echo(
            say("{added} written, {known} already there").format(
                added=entered.added, known=entered.known
            )
        )
        if entered.left_out:
            told = say(
                "{count} left out: of a shipped dossier, in an edition that this version of Tocsin "
                "does not have. Update Tocsin, then load the dossier."
            )
            typer.secho(told.format(count=entered.left_out), fg="yellow", err=True)
    if entered.problems:
        raise typer.Exit(1)


def _print(statements: list["Statement"], as_json: bool) -> None:
    from tocsin.tables.statements import statement_to_json

    if as_json:
        lines = ",\n".join(statement_to_json(one).decode() for one in statements)
        typer.echo(f"[{lines}]")
        return
    for one in statements:
        held = "" if one.valid_from is None and one.valid_to is None else _period(one)
        grade = f"{one.reliability}{one.credibility}"
        typer.secho(f"{one.known_at:<10} {one.kind:<18} {one.subject}{held}", bold=True)
        if said := _headline(one):
            typer.echo(f"           {said}")
        typer.secho(
            f"           {one.source} · {grade} · {marked_as(one)} · {one.origin}", dim=True
        )
        typer.secho(f"           {one.id}", dim=True)


def marked_as(one: "Statement") -> str:
    """What whoever reads a statement must know of it: who may see it, and what may be done."""
    return " ".join([f"TLP:{one.tlp}", f"PAP:{one.pap}", *one.caveats])


def _period(one: "Statement") -> str:
    return f"  [{one.valid_from or ''}..{one.valid_to or ''}]"


def _headline(one: "Statement") -> str:
    """The words and the number of a statement, in the terminal's language."""
    from tocsin.language import number
    from tocsin.tables.bodies import Words

    values = [getattr(one.body, name) for name in one.body.__struct_fields__]
    words = [value.in_(lang()) for value in values if isinstance(value, Words)]
    parts = [text for text in words if text][:2]
    if not parts:
        parts = [value for value in values if isinstance(value, str) and value][:3]
    value = getattr(one.body, "value", None)
    if value is not None:
        shown = number(value, lang()) if isinstance(value, int) else f"{value:g}"
        parts.insert(1, f"{shown} {getattr(one.body, 'unit', '')}".strip())
    return " · ".join(parts)


def _json(text: str) -> Any:
    from tocsin.errors import UsageError

    try:
        if text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        return json.loads(text or "{}")
    except (ValueError, OSError) as error:
        raise UsageError(
            "the body is not JSON: {problem}",
            remedy="See the fields of a kind: tocsin ledger kinds KIND",
            problem=error,
        ) from None


def _field(pair: str) -> tuple[str, Any]:
    """`rel_to=a,b` as a field; lists where the envelope wants a list."""
    name, _, value = pair.partition("=")
    if name in ("rel_to", "caveats", "derived_from"):
        return name, [part for part in value.split(",") if part]
    return name, int(value) if name == "credibility" and value.isdigit() else value
