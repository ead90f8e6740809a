"""The steps that people take on a warning: each is one signed statement."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from tocsin.cli.asking import At, ReaderName
from tocsin.cli.words import say

Id = Annotated[str, typer.Argument(help=say("The warning's name, or a part that only it has."))]
Note = Annotated[str, typer.Option("--note", help=say("A note, without any person's name."))]


def acknowledge(id: Id, note: Note = "", at: At = "", reader: ReaderName = "") -> None:
    from tocsin.warning import steps

    _take(id, lambda held, who, now: steps.acknowledge(held, who, now, note), at, reader)


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
    reader: ReaderName = "",
) -> None:
    from tocsin.warning import steps

    _take(
        id,
        lambda held, who, now: steps.decide(held, who, now, decision, reason, option, note),
        at,
        reader,
    )


def respond(
    id: Id,
    action: Annotated[str, typer.Option("--action", help=say("What was done."))],
    effect: Annotated[
        str, typer.Option("--effect", help=say("prevented, reduced, none or not_known."))
    ] = "",
    at: At = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.warning import steps

    _take(id, lambda held, who, now: steps.respond(held, who, now, action, effect), at, reader)


def feedback(
    id: Id,
    to: Annotated[str, typer.Option("--to", help=say("The reporter's handle."))],
    words: Annotated[str, typer.Option("--text", help=say("What the reporter is told."))],
    at: At = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.warning import steps

    _take(id, lambda held, who, now: steps.give_feedback(held, who, now, to, words), at, reader)


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
    reader: ReaderName = "",
) -> None:
    from tocsin.warning import steps
    from tocsin.workflow import watchkeeping

    if by:
        _done(watchkeeping.supersede(id, by, at, reader, note))
        return
    _take(
        id,
        lambda held, who, now: steps.close(held, who, now, outcome, steps.both(note)),
        at,
        reader,
    )


def issue(id: Id, at: At = "", reader: ReaderName = "") -> None:
    from tocsin.warning import steps

    _take(id, steps.issue, at, reader)


def hold(
    id: Id,
    reason: Annotated[str, typer.Option("--reason", help=say("Why."))],
    release: Annotated[
        bool, typer.Option("--release", help=say("Let the text go out again."))
    ] = False,
    at: At = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.warning import steps

    _take(id, lambda held, who, now: steps.hold(held, who, now, not release, reason), at, reader)


def dissent(
    id: Id,
    words: Annotated[str, typer.Option("--text", help=say("Why you disagree."))],
    at: At = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.warning import steps

    _take(id, lambda held, who, now: steps.dissent(held, who, now, words), at, reader)


def _take(id: str, step: Callable[..., Any], at: str, reader: str) -> None:
    from tocsin.workflow import watchkeeping

    _done(watchkeeping.take_step(id, step, at, reader))


def _done(after: dict[str, Any]) -> None:
    typer.echo(f"{after['id']}: {say(after['state'])} ({say(after['level'])})")


STEPS = (
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
)
