"""Pages about the forecasts: the live scorecard. One self-contained HTML file each."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from tocsin.briefs.html import styles
from tocsin.language import Lang, number, percent, text, typeset

_STYLE = (
    "main{max-width:64rem;margin:0 auto;padding:var(--s5)}main>*+*{margin-top:var(--s4)}"
    "body{background:var(--paper)}h1{font-size:var(--t5)}svg.chart{max-width:48rem}"
    "h2{font-weight:600;color:var(--ink);font-size:var(--t3)}.data{width:100%;"
    "border-collapse:collapse;font-size:var(--t1)}.data .r{text-align:right;white-space:nowrap;"
    "padding-left:var(--s4)}.data th{font-weight:400;color:var(--ink-3)}.scroll{overflow-x:auto}"
)


def render_scorecard(found: Mapping[str, Any], lang: Lang) -> str:
    """The live scorecard as a page: standings first, worst misses by name below.

    Parameters
    ----------
    found : as `scoring.score_issued` gives it
    """
    head = (
        "made", "level", "target", "forecasts", "CRPS", "IGN", "MIS", "90 % interval held",
        "skill over the best baseline",
    )  # fmt: skip
    rows = [
        (
            _say("live" if row["live"] else "in hindsight", lang),
            row["level"],
            row["target"],
            number(row["forecasts"], lang),
            number(row["crps"], lang, 3),
            number(row["ign"], lang, 3),
            number(row["mis"], lang, 2),
            percent(100 * row["coverage"], lang, 1),
            told_skill(row, lang),
        )
        for row in found["standings"]
    ]
    missed = [
        (
            row["unit"], row["month"], row["target"], number(row["horizon"], lang),
            number(row["observed"], lang), number(row["crps"], lang, 1), row["vintage"],
        )
        for row in found["worst"]
    ]  # fmt: skip
    worst = ("area", "month", "target", "horizon", "deaths", "CRPS", "vintage")
    parts = [
        _paragraph(
            _say(
                "Truth as released by {as_of}. {waiting} forecasts still wait for theirs. Smaller "
                "scores are better; a skill above 0 beats the best baseline.",
                lang,
            ).format(as_of=found["as_of"], waiting=number(found["waiting"], lang))
        ),
        table([_say(name, lang) for name in head], rows, words=3),
        _paragraph(
            _say(
                "Live: issued before the month ended. In hindsight: made later, from data of then.",
                lang,
            )
        ),
        f"<h2>{escape(_say('Worst misses', lang))}</h2>",
        table([_say(name, lang) for name in worst], missed, words=3),
    ]
    return page(_say("Scorecard of the issued forecasts", lang), parts, lang)


def told_skill(row: Mapping[str, Any], lang: Lang) -> str:
    """A skill with its 90 % interval and the baseline it is over; a dash where there is none."""
    if row.get("skill") is None:
        return "–"
    said = percent(100 * row["skill"], lang, 1, signed=True)
    if row.get("skill_low") is not None:
        low, high = (percent(100 * row[end], lang, 1) for end in ("skill_low", "skill_high"))
        said += " " + _say("({low} to {high})", lang).format(low=low, high=high)
    return f"{said} {row['best_baseline']}"


def page(title: str, parts: Iterable[str], lang: Lang) -> str:
    """A whole page in the house's style; `title` is plain text, `parts` are HTML."""
    shown = escape(typeset(title, lang))
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{shown}</title><style>{styles()}{_STYLE}</style></head>\n"
        f"<body><main><h1>{shown}</h1>\n" + "\n".join(parts) + "\n</main></body></html>\n"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int) -> str:
    """A table whose first `words` columns are words, and the others numbers."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=r' if place >= words else ''}>{escape(cell)}</{tag}>"
            for place, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return (
        f'<div class="scroll"><table class="data"><thead><tr>{cells("th", head)}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _paragraph(said: str) -> str:
    return f"<p>{escape(said)}</p>"


def _say(template: str, lang: Lang) -> str:
    return typeset(text(template, lang), lang)
