"""`tocsin warnings`: what they rest on, what goes out, what the field says; steps beside them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.agreeing import Yes, once_looked_at, show_standing_release
from tocsin.cli.asking import AsJson, At, ReaderName, Rules
from tocsin.cli.warning_steps import STEPS, Id
from tocsin.cli.words import lang, say


def register(app: typer.Typer) -> None:
    """Add `tocsin warnings` to `app`."""
    group = typer.Typer(
        name="warnings",
        help=say("Warnings: what they rest on, and what becomes of them."),
        no_args_is_help=True,
    )
    for name, command, told in COMMANDS:
        group.command(name, help=say(told))(command)
    app.add_typer(group)


def list_warnings(
    at: At = "",
    reader: ReaderName = "",
    everything: Annotated[bool, typer.Option("--all", help=say("Closed ones too."))] = False,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import watchkeeping

    found = watchkeeping.warnings(at, reader, everything=everything)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo(say("No warnings."))
    for one in found:
        typer.echo(f"{say(one['level']):<10} {say(one['state']):<13} {one['id']}")
        typer.echo(f"{'':24} {one['title_' + lang()]} ({one['window_from']} → {one['window_to']})")


def show(id: Id, at: At = "", reader: ReaderName = "", as_json: AsJson = False) -> None:
    from tocsin.cli.telling import tell_warning
    from tocsin.workflow import watchkeeping

    found = watchkeeping.show(id, at, reader)
    typer.echo(_json(found) if as_json else tell_warning(found, lang()))


def explain(id: Id, at: At = "", reader: ReaderName = "", as_json: AsJson = False) -> None:
    from tocsin.cli.telling import tell_evidence
    from tocsin.workflow import watchkeeping

    found = watchkeeping.show(id, at, reader)
    typer.echo(_json(found) if as_json else tell_evidence(found, lang()))


def silences(at: At = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import watchkeeping

    found = watchkeeping.silences(at)
    if as_json:
        typer.echo(_json(found))
        return
    if not found:
        typer.echo(say("Nothing is silenced."))
    for one in found:
        typer.echo(tell_silence(one))


def tell_silence(one: dict[str, Any]) -> str:
    """A silence in one line: what it covers, until when, why, and who wrote it."""
    return say("{problem}, {area}: silenced until {until} ({reason}; {by})").format(
        problem=one["problem"] or say("every problem"),
        area=one["area"] or say("every area"),
        until=one["until"],
        reason=one["reason"],
        by=one["by"],
    )


def silence(
    until: Annotated[str, typer.Option("--until", help=say("Until this day, inclusive."))],
    reason: Annotated[str, typer.Option("--reason", help=say("Why."))],
    problem: Annotated[str, typer.Option("--problem", help=say("One problem; default: all."))] = "",
    area: Annotated[str, typer.Option("--area", help=say("An area; default: all."))] = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import watchkeeping

    typer.echo(watchkeeping.write_silence(until, reason, problem, area, reader))


def send(
    id: Id,
    role: Annotated[str, typer.Option("--to", help=say("A role, as duty-officer."))],
    channel: Annotated[
        str, typer.Option("--channel", help=say("One of its channels; default: all."))
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Only show what would go out."))
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help=say("Also where it has been sent before."))
    ] = False,
    at: At = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import delivering

    found = delivering.send_by_hand(
        id, role, channel=channel, at=at, reader=reader, dry_run=dry_run, again=again
    )
    if as_json:
        typer.echo(_json(found))
    else:
        for one in found:
            typer.echo(f"{one['to']}: {say(one['outcome'])} {one.get('detail', '')}".rstrip())
            if dry_run and "text" in one:
                typer.echo(f"\n{one['subject']}\n\n{one['text']}")
    if any(one["outcome"] in ("failed", "bounced") for one in found):
        raise typer.Exit(3)


def feed(
    out: Annotated[Path, typer.Option("--out", help=say("Folder for the feeds."))],
    reader: Annotated[
        str,
        typer.Option("--for", help=say("An organisation: what its peers may see; default: all.")),
    ] = "",
    base: Annotated[
        str, typer.Option("--base", help=say("Address under which the folder will be served."))
    ] = "",
    exercise: Annotated[
        bool, typer.Option("--exercise", help=say("Exercises only (default: none of them)."))
    ] = False,
    at: At = "",
) -> None:
    from tocsin.workflow import publishing

    for path in publishing.write_feed(out, reader=reader, base=base, at=at, exercise=exercise):
        typer.echo(path)


def drill(
    dossier: Annotated[
        str, typer.Argument(help=say("A dossier with an alert in it."))
    ] = "ogossagou",
    hours: Annotated[
        int, typer.Option("--hours", min=1, max=168, help=say("How long nobody answers."))
    ] = 24,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.cli.telling import tell_drill
    from tocsin.workflow import drilling

    found = drilling.drill(dossier, hours=hours, rules=rules)
    typer.echo(_json(found) if as_json else tell_drill(found, lang()))
    if not found["verified"]["sound"]:
        raise typer.Exit(1)


def alert(
    area: Annotated[str, typer.Option("--area", help=say("An area such as MLI.mopti."))],
    threat: Annotated[
        str,
        typer.Option(
            "--threat",
            help=say(
                "attack_on_civilians, attack_on_camp, attack_on_convoy, blockade, "
                "electoral_violence, arms_flow, depot_looted or spillover."
            ),
        ),
    ],
    words: Annotated[str, typer.Option("--text", help=say("What is said, without names."))],
    happened: Annotated[
        bool, typer.Option("--happened", help=say("It has just happened (default: it may come)."))
    ] = False,
    handle: Annotated[
        str, typer.Option("--reporter", help=say("The reporter's handle, never a name."))
    ] = "reporter",
    at: At = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import watchkeeping

    fields = {
        "nature": "event" if happened else "prevention",
        "area": area,
        "threat": threat,
        "text": {"fr": words, "en": words},
        "reporter": handle,
    }
    typer.echo(watchkeeping.write_alert(fields, at, reader))


def rules(
    folder: Annotated[
        Path | None, typer.Option("--check", help=say("Check this folder of rules."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import standing_release, watchkeeping

    if folder is not None:
        wrong = watchkeeping.check_rules(folder)
        for line in wrong:
            typer.echo(line, err=True)
        typer.echo(say("{count} problems found.").format(count=len(wrong)))
        raise typer.Exit(1 if wrong else 0)
    book = watchkeeping.rulebook()
    if as_json:
        typer.echo(_json({"hash": book.hash, "problems": list(book.problems)}))
        return
    waiting = standing_release.waiting_releases(book)
    for name, problem in book.problems.items():
        typer.echo(f"{name}: {problem.title.in_(lang())}")
        if name in waiting:
            line = say("  kept in the house until somebody agrees: tocsin warnings release {name}")
            typer.secho(line.format(name=name), fg="yellow")
        for level, held in problem.levels.items():
            typer.echo(f"  {say(level):<10} {held.entry.text.in_(lang())}")
    typer.echo(say("Rules {hash}").format(hash=book.hash))


def release(
    problem: Annotated[str, typer.Argument(help=say("The warning problem."))],
    reason: Annotated[str, typer.Option("--reason", help=say("Why; it is recorded."))] = "",
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import standing_release, watchkeeping

    def write(agreed: str) -> str:
        book = watchkeeping.rulebook()
        return standing_release.release_problem(book, problem, reader, agreed, reason)

    made = once_looked_at(write, yes, as_json, show_standing_release)
    if as_json:
        typer.echo(_json({"release": made}))
    else:
        typer.echo(say("Agreed: {id}. It holds for what is raised from now on.").format(id=made))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


COMMANDS = (
    ("list", list_warnings, "Warnings by name.\n\nExample: tocsin warnings list --all"),
    (
        "show",
        show,
        "One warning: what it says, to whom, and every step.\n\n"
        "Example: tocsin warnings show camp-kidal",
    ),
    (
        "explain",
        explain,
        "The chain behind a warning, down to its sources.\n\n"
        "Example: tocsin warnings explain camp-kidal",
    ),
    *STEPS,
    (
        "release",
        release,
        "Agree to whom a problem’s warnings go beyond your organisation, as its rules name them: "
        "once, for all that will be raised. Until then they are raised for your organisation alone."
        "\n\nExample: tocsin warnings release handover-attack --reader NORTH:release-authority",
    ),
    (
        "silence",
        silence,
        "Keep messages back until a day, for a reason; clocks run on.\n\n"
        'Example: tocsin warnings silence --area MLI.kidal --until 2023-07-15 --reason "exercise"',
    ),
    (
        "silences",
        silences,
        "Silences in force: what, until when, why, and who wrote it.\n\n"
        "Example: tocsin warnings silences",
    ),
    (
        "send",
        send,
        "Send a warning as it stands to a role, by its channels.\n\n"
        "What was sent before is not sent again. Exit code 3 if it did not get through.\n\n"
        "Example: tocsin warnings send camp-kidal --to decision-maker --dry-run",
    ),
    (
        "feed",
        feed,
        "Write the warnings that may be released as Atom feeds and signed CAP files.\n\n"
        "Example: tocsin warnings feed --out public",
    ),
    (
        "drill",
        drill,
        "An alert at hour zero that nobody answers: it climbs by itself, and the log proves it.\n\n"
        "By default the public record of Ogossagou, 14 February 2020. Nothing is written to the "
        "store.\n\n"
        "Example: tocsin warnings drill ogossagou --hours 24",
    ),
    (
        "alert",
        alert,
        "Enter an alert from the field.\n\n"
        "Example: tocsin warnings alert --area MLI.mopti --threat attack_on_civilians "
        '--text "armed men seen near the village" --reporter relay-7',
    ),
    (
        "rules",
        rules,
        "The rules in force, or what is wrong with a folder of rules.\n\n"
        "Example: tocsin warnings rules --check my-rules",
    ),
)
