"""`tocsin warnings`: list, show, explain, and the steps that people take."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.words import lang, say

At = Annotated[
    str,
    typer.Option(
        "--at", help=say("The moment it is (a date, or 2023-06-30T12:00Z); default: now.")
    ),
]
AsReader = Annotated[
    str,
    typer.Option("--reader", help=say("Who asks: ORG or ORG:ROLE (default: the node's analyst).")),
]
AsJson = Annotated[bool, typer.Option("--json", help=say("Print JSON."))]
Rules = Annotated[
    Path | None, typer.Option("--rules", help=say("A folder of rules in place of the store's own."))
]
Id = Annotated[str, typer.Argument(help=say("The warning's name, or a part that only it has."))]
Note = Annotated[str, typer.Option("--note", help=say("A note, without any person's name."))]

LEVEL_WORDS = {
    "watch": "watch",
    "elevated": "elevated",
    "alert": "alert",
    "imminent": "imminent",
}


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
    reader: AsReader = "",
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


def show(id: Id, at: At = "", reader: AsReader = "", as_json: AsJson = False) -> None:
    from tocsin.cli.telling import tell_warning
    from tocsin.workflow import watchkeeping

    found = watchkeeping.show(id, at, reader)
    typer.echo(_json(found) if as_json else tell_warning(found, lang()))


def explain(id: Id, at: At = "", reader: AsReader = "", as_json: AsJson = False) -> None:
    from tocsin.cli.telling import tell_evidence
    from tocsin.workflow import watchkeeping

    found = watchkeeping.show(id, at, reader)
    typer.echo(_json(found) if as_json else tell_evidence(found, lang()))


def acknowledge(id: Id, note: Note = "", at: At = "", reader: AsReader = "") -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    _done(
        watchkeeping.take_step(
            id, lambda held, who, now: steps.acknowledge(held, who, now, note), at, reader
        )
    )


def decide(
    id: Id,
    decision: Annotated[
        str, typer.Option("--decision", help=say("act, act_differently, monitor or no_action."))
    ],
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help=say(
                "Why nothing is done: no_asset, no_access, no_mandate, no_consent, not_credible, "
                "too_late or handled_by_others."
            ),
        ),
    ] = "",
    option: Annotated[str, typer.Option("--option", help=say("The response option chosen."))] = "",
    note: Note = "",
    at: At = "",
    reader: AsReader = "",
) -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    _done(
        watchkeeping.take_step(
            id,
            lambda held, who, now: steps.decide(held, who, now, decision, reason, option, note),
            at,
            reader,
        )
    )


def respond(
    id: Id,
    action: Annotated[str, typer.Option("--action", help=say("What was done."))],
    effect: Annotated[
        str, typer.Option("--effect", help=say("prevented, reduced, none or not_known."))
    ] = "",
    at: At = "",
    reader: AsReader = "",
) -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    _done(
        watchkeeping.take_step(
            id, lambda held, who, now: steps.respond(held, who, now, action, effect), at, reader
        )
    )


def feedback(
    id: Id,
    to: Annotated[str, typer.Option("--to", help=say("The reporter's handle."))],
    words: Annotated[str, typer.Option("--text", help=say("What the reporter is told."))],
    at: At = "",
    reader: AsReader = "",
) -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    _done(
        watchkeeping.take_step(
            id, lambda held, who, now: steps.give_feedback(held, who, now, to, words), at, reader
        )
    )


def close(
    id: Id,
    outcome: Annotated[
        str, typer.Option("--outcome", help=say("occurred, did_not_occur, averted or unknown."))
    ] = "unknown",
    note: Note = "",
    by: Annotated[
        str,
        typer.Option("--superseded-by", help=say("Another warning that asks in its place.")),
    ] = "",
    at: At = "",
    reader: AsReader = "",
) -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    if by:
        _done(watchkeeping.supersede(id, by, at, reader, note))
        return
    _done(
        watchkeeping.take_step(
            id,
            lambda held, who, now: steps.close(held, who, now, outcome, steps.both(note)),
            at,
            reader,
        )
    )


def issue(id: Id, at: At = "", reader: AsReader = "") -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    _done(watchkeeping.take_step(id, steps.issue, at, reader))


def hold(
    id: Id,
    reason: Annotated[str, typer.Option("--reason", help=say("Why."))],
    release: Annotated[
        bool, typer.Option("--release", help=say("Let the text go out again."))
    ] = False,
    at: At = "",
    reader: AsReader = "",
) -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    _done(
        watchkeeping.take_step(
            id, lambda held, who, now: steps.hold(held, who, now, not release, reason), at, reader
        )
    )


def dissent(
    id: Id,
    words: Annotated[str, typer.Option("--text", help=say("Why you disagree."))],
    at: At = "",
    reader: AsReader = "",
) -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    _done(
        watchkeeping.take_step(
            id, lambda held, who, now: steps.dissent(held, who, now, words), at, reader
        )
    )


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
    reader: AsReader = "",
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
    reader: AsReader = "",
) -> None:
    from tocsin.workflow import watchkeeping

    typer.echo(watchkeeping.write_silence(until, reason, problem, area, reader))


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
    reader: AsReader = "",
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
    from tocsin.workflow import watchkeeping

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
    for name, problem in book.problems.items():
        typer.echo(f"{name}: {problem.title.in_(lang())}")
        for level, held in problem.levels.items():
            typer.echo(f"  {say(level):<10} {held.entry.text.in_(lang())}")
    typer.echo(say("Rules {hash}").format(hash=book.hash))


def _done(after: dict[str, Any]) -> None:
    typer.echo(f"{after['id']}: {say(after['state'])} ({say(after['level'])})")


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
    (
        "acknowledge",
        acknowledge,
        "Say that you have it: its first clock stops.\n\n"
        "Example: tocsin warnings acknowledge camp-kidal --reader cell:duty-officer",
    ),
    (
        "decide",
        decide,
        "Decide: act, act differently, monitor, or no action with its reason.\n\n"
        "Example: tocsin warnings decide camp-kidal --decision act --option air-cover "
        "--reader cell:decision-maker",
    ),
    (
        "respond",
        respond,
        "Record what was done and its effect.\n\n"
        'Example: tocsin warnings respond camp-kidal --action "patrol sent" --effect reduced',
    ),
    (
        "feedback",
        feedback,
        "Record what the reporter was told.\n\n"
        'Example: tocsin warnings feedback mopti --to relay-7 --text "A patrol has been sent."',
    ),
    (
        "close",
        close,
        "Close a warning that was decided, with what came of it; or that another replaces.\n\n"
        "Examples: tocsin warnings close camp-kidal --outcome averted\n\n"
        "tocsin warnings close camp-kidal --superseded-by handover-attack/MLI",
    ),
    ("issue", issue, "Issue a draft.\n\nExample: tocsin warnings issue camp-kidal"),
    (
        "hold",
        hold,
        "Keep a warning's text back (release authority); its evidence stays.\n\n"
        'Example: tocsin warnings hold camp-kidal --reason "talks under way" '
        "--reader cell:release-authority",
    ),
    (
        "dissent",
        dissent,
        "Add a note of disagreement.\n\n"
        'Example: tocsin warnings dissent camp-kidal --text "Both sides want a calm handover."',
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
