"""Who fights: the most active pairs of sides, or the types of violence."""

from tocsin.briefs.contents import Contest, Fighting
from tocsin.briefs.facts import Line, Months, Quoted
from tocsin.briefs.grounds import Grounds


def fighting(grounds: Grounds) -> Fighting | None:
    if grounds.inputs.dyads is not None and len(grounds.inputs.dyads):
        return dyads(grounds)
    return kinds(grounds)


def dyads(grounds: Grounds) -> Fighting:
    assert grounds.inputs.dyads is not None
    rows = []
    top = grounds.inputs.dyads.sort(["deaths", "dyad"], descending=[True, False]).head(3)
    for index, (dyad, deaths, events) in enumerate(
        top.select("dyad", "deaths", "events").iter_rows(), start=1
    ):
        source = grounds.book.of_history(grounds.history, grounds.window.year)
        rows.append(
            Contest(
                Line("{dyad}", {"dyad": Quoted(dyad, dyad, source)}),
                grounds.fact(
                    f"deaths.dyad.{index}", deaths, "deaths", grounds.window.year, sources=source
                ),
                grounds.fact(
                    f"events.dyad.{index}", events, "events", grounds.window.year, sources=source
                ),
            )
        )
    last = Months(grounds.window.last, grounds.window.last)
    return Fighting(
        Line("**Dyads,** deaths · events"),
        tuple(rows),
        Line("Over the twelve months to {month}.", {"month": last}),
    )


def kinds(grounds: Grounds) -> Fighting | None:
    kinds = grounds.inputs.kinds
    if kinds is None:
        return None
    first, last = grounds.window.year
    rows = []
    for kind, label in (
        ("sb", "with the state"),
        ("ns", "between groups"),
        ("os", "against civilians"),
    ):
        chosen = kinds.filter((kinds["violence"] == kind) & kinds["month"].is_between(first, last))
        rows.append(
            Contest(
                Line(label),
                grounds.fact(
                    f"events.year.{kind}", int(chosen["events"].sum()), "events", (first, last)
                ),
                None,
            )
        )
    total = grounds.fact(
        "events.year", sum(row.counted.known for row in rows), "events", (first, last)
    )
    return Fighting(
        Line("**{events+}** in twelve months", {"events": total}),
        tuple(rows),
        why_no_dyads(grounds),
    )


def why_no_dyads(grounds: Grounds) -> Line:
    """Why the pairs of sides are not named."""
    if not grounds.inputs.events_held:
        return Line("Dyads are not named: these months are held as totals, without single events.")
    held = grounds.fact(
        "events.months_held", grounds.inputs.events_held, "months", grounds.window.year
    )
    return Line(
        "Dyads are not named: single events are held for only {held} of these twelve months.",
        {"held": held},
    )
