"""A warning as words that fit a mail, or a telephone: no names, no coordinates, no sources."""

from tocsin.language import Lang
from tocsin.language.likelihood import chance
from tocsin.language.text import text
from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.statements import Statement

SMS = 160  # characters of one message in the GSM alphabet
_PLAIN = str.maketrans(
    "’‘“”«»–—\u00a0\u202f…çÇâêîôûëïÂÊÎÔÛËÏœŒÀÈÙ", '\'\'""""--  .cCaeioueiAEIOUEIoOAEU'
)


def sms_text(one: Statement, lang: Lang) -> str:
    """At most 160 characters of the GSM alphabet: level, problem, window, name to answer with.

    The title is cut first; level, window and name never are.
    """
    body = _body(one)
    exercise = f"{text('EXERCISE', lang)} " if "EXERCISE" in one.caveats else ""
    head = f"{exercise}{text(body.level, lang).upper()} "
    name = one.subject.removeprefix("warning:")
    tail = f" > {body.window_to}. {name}"
    room = SMS - len(head) - len(tail)
    title = body.title.in_(lang)
    if len(title) > room:
        title = title[: max(0, room - 1)].rstrip() + "." if room > 1 else ""
    return (head + title + tail).translate(_PLAIN)[:SMS]


def mail_text(one: Statement, lang: Lang) -> tuple[str, str]:
    """Subject and text of a mail: what may come, how likely, why, and how to answer."""
    body = _body(one)
    exercise = f"[{text('EXERCISE', lang)}] " if "EXERCISE" in one.caveats else ""
    name = one.subject.removeprefix("warning:")
    subject = f"{exercise}[{text(body.level, lang)}] {body.title.in_(lang)}"
    lines = [
        body.title.in_(lang),
        f"{text('Level', lang)}: {text(body.level, lang)}",
        f"{text('Window', lang)}: {body.window_from} → {body.window_to}",
        f"{text('Likelihood', lang)}: {chance(body.likelihood_low, lang)} – "
        f"{chance(body.likelihood_high, lang)} ({text(body.likelihood_basis, lang)})",
        f"{text('Severity', lang)}: {body.severity.in_(lang)}",
        f"{text('Confidence', lang)}: {text(body.confidence, lang)}",
        "",
        *(f"• {each.title.in_(lang)}" for each in body.firings),
        "",
        f"TLP:{one.tlp}",
        f"tocsin warnings acknowledge {name}",
    ]
    return subject, "\n".join(lines) + "\n"


def _body(one: Statement) -> WarningVersion:
    assert isinstance(one.body, WarningVersion)
    return one.body
