"""`tocsin doctor`: what is wrong with this node, and what to do about it."""

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.workflow.surroundings import Finding

_DOCTOR = say(
    "Say what is wrong with this node and what to do: machine, clock, store, vault, record, "
    "releases, backups, watch, keys, partners.\n\n"
    "It changes nothing and tells of no record. Exit code 1 if something is broken.\n\n"
    "Examples: tocsin doctor\n\n"
    "tocsin doctor --network --json"
)
# Never colour alone (ISO 22324): a shape and a word for each.
_SHOWN = {
    "ok": ("●", say("in order"), "green"),
    "warn": ("▲", say("look at it"), "yellow"),
    "fail": ("■", say("broken"), "red"),
}
_ABOUT = {
    "python": say("Python"),
    "memory": say("memory"),
    "disk": say("disk"),
    "encryption": say("encryption"),
    "clock": say("clock"),
    "layers": say("boundaries"),
    "fonts": say("typefaces"),
    "store": say("store"),
    "permissions": say("permissions"),
    "vault": say("vault"),
    "ledger": say("record"),
    "lake": say("releases"),
    "backup": say("backup"),
    "watch": say("watch"),
    "channels": say("channels"),
    "keys": say("keys"),
    "peers": say("partners"),
    "port": say("port"),
}


def register(app: typer.Typer) -> None:
    """Add `tocsin doctor` to `app`."""
    app.command("doctor", help=_DOCTOR)(doctor)


def doctor(
    network: Annotated[
        bool,
        typer.Option("--network", help=say("Also ask whether mail and message servers answer.")),
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help=say("The port of the server."))
    ] = 8765,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import doctoring

    found = doctoring.diagnose(network=network, port=port)
    if as_json:
        print_json([_plain(one) for one in found])
    else:
        _show(found)
    if not doctoring.is_well(found):
        raise typer.Exit(1)


def _plain(one: "Finding") -> dict[str, object]:
    return {
        "about": one.about,
        "state": one.state,
        "problem": _problem(one),
        "remedy": _said(one.remedy, one),
    }


def _show(found: list["Finding"]) -> None:
    wide = max(len(_ABOUT[one.about]) for one in found)
    word = max(len(told) for _, told, _ in _SHOWN.values())
    for one in found:
        shape, told, colour = _SHOWN[one.state]
        typer.secho(f"{shape} {told:<{word}}  ", fg=colour, nl=False)
        typer.echo(f"{_ABOUT[one.about]:<{wide}}  {_problem(one)}")
        if one.remedy:
            typer.echo(f"{'':<{word + wide + 6}}→ {_said(one.remedy, one)}")
    typer.echo(_summary(found))


def _summary(found: list["Finding"]) -> str:
    broken = sum(one.state == "fail" for one in found)
    doubtful = sum(one.state == "warn" for one in found)
    if not (broken or doubtful):
        return say("Nothing is wrong.")
    return say("Broken: {broken}. To look at: {doubtful}.").format(broken=broken, doubtful=doubtful)


def _problem(one: "Finding") -> str:
    said = _said(one.problem, one)
    return f"{one.where}: {said}" if one.where else said


def _said(template: str, one: "Finding") -> str:
    words = say(template) if template else ""
    return words.format_map(one.fields) if one.fields else words
