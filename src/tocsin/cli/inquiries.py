"""`tocsin ask`: requests for information, their answers, and what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.agreeing import Yes, once_looked_at
from tocsin.cli.asking import AsJson, AsOf, Language, ReaderName, chosen, print_json, said
from tocsin.cli.words import say
from tocsin.language.text import Lang

if TYPE_CHECKING:
    from tocsin.knowledge.inquiries import Inquiry

_GROUP = say("Ask partners for information by a deadline, answer them, and see what is overdue.")
_NEW = say(
    "Ask for information. It shows who will read the question and asks; without a terminal, agree "
    "with --yes and the preview’s digest. It goes to them with their next bundle.\n\n"
    "Example: tocsin ask new --en 'Which convoys crossed at the bridge?' --until 2027-01-31 "
    "--to NORTH --area MLI"
)
_LIST = say(
    "Requests that you may see, the soonest due first, each with its state.\n\n"
    "Examples: tocsin ask list --overdue\n\ntocsin ask list --as-of 2026-12-31 --json"
)
_SHOW = say("One request with its answers.\n\nExample: tocsin ask show 01890a5d")
_ANSWER = say(
    "Answer a request, in words, by records, or that there is nothing to say. The answer is for who"
    " asked unless you say otherwise; a record must be open to them already.\n\n"
    "Examples: tocsin ask answer 01890a5d --en 'None was seen.'\n\n"
    "tocsin ask answer 01890a5d --nothing"
)
_CLOSE = say(
    "Close a request of your own: nobody need answer any more.\n\n"
    "Example: tocsin ask close 01890a5d --en 'We know enough.'"
)

app = typer.Typer(name="ask", help=_GROUP, no_args_is_help=True)
Name = Annotated[
    str,
    typer.Argument(metavar="ID", help=say("The request: its id, or the beginning or end of it.")),
]
French = Annotated[str, typer.Option("--fr", help=say("The words in French."))]
English = Annotated[str, typer.Option("--en", help=say("The words in English."))]
To = Annotated[
    list[str] | None,
    typer.Option("--to", help=say("An organisation, or group:STEWARD/NAME; repeat it.")),
]


def register(root: typer.Typer) -> None:
    """Add `tocsin ask` to `root`."""
    app.command("new", help=_NEW)(new)
    app.command("list", help=_LIST)(list_)
    app.command("show", help=_SHOW)(show)
    app.command("answer", help=_ANSWER)(answer)
    app.command("close", help=_CLOSE)(close)
    root.add_typer(app)


def new(
    until: Annotated[str, typer.Option("--until", help=say("The last day for an answer."))],
    fr: French = "",
    en: English = "",
    to: To = None,
    area: Annotated[str, typer.Option("--area", help=say("The country or area meant."))] = "",
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help=say("What it is about; repeat it."))
    ] = None,
    since: Annotated[str, typer.Option("--from", help=say("First day of the period meant."))] = "",
    up_to: Annotated[str, typer.Option("--upto", help=say("Last day of the period meant."))] = "",
    tlp: Annotated[
        str, typer.Option("--tlp", help=say("CLEAR, GREEN, AMBER, AMBER+STRICT or RED."))
    ] = "AMBER",
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.tables.bodies import Words
    from tocsin.workflow import inquiring

    def write(agreed: str) -> str:
        return inquiring.ask(
            Words(fr=fr, en=en), until, to or (), area=area, topics=topic or (),
            period_from=since, period_to=up_to, tlp=tlp, reader=reader, agreed=agreed,
        )  # fmt: skip

    made = once_looked_at(write, yes, as_json)
    if as_json:
        print_json({"request": made})
    else:
        typer.echo(say("Asked: {id}. It goes with your next bundles.").format(id=made))


def list_(
    overdue: Annotated[
        bool, typer.Option("--overdue", help=say("Only those without an answer in time."))
    ] = False,
    unanswered: Annotated[
        bool, typer.Option("--unanswered", help=say("Only open and overdue ones."))
    ] = False,
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import inquiring

    wanted = {"overdue"} if overdue else {"open", "overdue"} if unanswered else None
    found = [one for one in inquiring.asked(reader, as_of) if not wanted or one.state in wanted]
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    for one in found:
        _line(one, spoken)
    if not found:
        typer.echo(said("Nothing is asked.", spoken), err=True)


def show(
    name: Name,
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import inquiring

    found = inquiring.inquiry(name, reader, as_of)
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    _line(found, spoken)
    about = [found.area, *found.topics, found.period_from or "", found.period_to or ""]
    if any(about):
        typer.echo(f"    {'  '.join(part for part in about if part)}")
    for one in found.replies:
        typer.echo(f"  {one.on[:10]}  {one.by}  {said(OUTCOMES[one.outcome], spoken)}  {one.id}")
        if words := one.text.in_(spoken):
            typer.echo(f"    {words}")
        for record in one.records:
            typer.echo(f"    → {record}")
    if found.closed_because is not None:
        typer.echo(f"  {said('closed', spoken)}  {found.closed_because.in_(spoken)}")


def answer(
    name: Name,
    fr: French = "",
    en: English = "",
    record: Annotated[
        list[str] | None, typer.Option("--record", help=say("A record’s whole id; repeat it."))
    ] = None,
    nothing: Annotated[
        bool, typer.Option("--nothing", help=say("There is nothing to say on it."))
    ] = False,
    to: To = None,
    tlp: Annotated[
        str, typer.Option("--tlp", help=say("CLEAR, GREEN, AMBER, AMBER+STRICT or RED."))
    ] = "",
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.tables.bodies import Words
    from tocsin.workflow import inquiring

    def write(agreed: str) -> str:
        return inquiring.answer(
            name, Words(fr=fr, en=en), record or (), nothing=nothing, to=to or (), tlp=tlp,
            reader=reader, agreed=agreed,
        )  # fmt: skip

    made = once_looked_at(write, yes, as_json)
    if as_json:
        print_json({"answer": made})
    else:
        typer.echo(say("Answered: {id}. It goes with your next bundles.").format(id=made))


def close(
    name: Name,
    fr: French = "",
    en: English = "",
    yes: Yes = "",
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.tables.bodies import Words
    from tocsin.workflow import inquiring

    def write(agreed: str) -> str:
        return inquiring.close(name, Words(fr=fr, en=en), reader, agreed)

    made = once_looked_at(write, yes, as_json)
    if as_json:
        print_json({"closure": made})
    else:
        typer.echo(say("Closed: {id}. It goes with your next bundles.").format(id=made))


def _line(one: Inquiry, lang: Lang) -> None:
    to = ", ".join(one.to) or f"TLP:{one.tlp}"
    state = said(STATES[one.state], lang)
    typer.secho(f"{one.id}  {state}  {one.deadline}  {one.asked_by} → {to}", bold=True)
    typer.echo(f"    {one.question.in_(lang)}")


OUTCOMES = {"answered": "answered", "nothing_to_say": "nothing to say"}
STATES = {
    "open": "no answer yet",
    "overdue": "overdue",
    "answered": "answered",
    "closed": "closed",
}
