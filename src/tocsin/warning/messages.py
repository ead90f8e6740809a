"""A warning as words that fit a mail, or a telephone: no names, no coordinates, no sources."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.language import Lang
from tocsin.language.likelihood import chance
from tocsin.language.text import text
from tocsin.language.typography import typeset
from tocsin.tables.kinds.warnings import Closure, Dissent, Escalation, WarningVersion
from tocsin.tables.statements import Statement
from tocsin.warning.abouts import name_of
from tocsin.warning.problems import rank

SMS = 160  # characters of one message in the GSM alphabet
# GSM 03.38, the characters that take one place each and that every telephone shows alike.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_PLAIN = str.maketrans("’‘“”«»–—\u00a0\u202f\u2009[]{}~^|\\`œŒ·•→", "''\"\"\"\"--   ()()-'/-'oO..>")


@dataclass(frozen=True)
class Told:
    """What a message tells of: a warning's newest text, and the step for which it is sent."""

    version: Statement
    step: Statement
    dissent: tuple[Statement, ...] = ()

    @property
    def body(self) -> WarningVersion:
        """What the warning says."""
        return _body(self.version)

    @property
    def name(self) -> str:
        """The warning's name, as people type it."""
        return self.version.subject.removeprefix("warning:")


def gsm(words: str) -> str:
    """`words` in the one-place characters of the GSM alphabet; what has no likeness is a `?`.

    >>> gsm("Été à Gao → [œuvre] 水")
    'Été à Gao > (ouvre) ?'
    """
    found = []
    for letter in words.translate(_PLAIN):
        if letter in _GSM:
            found.append(letter)
            continue
        bare = [part for part in unicodedata.normalize("NFKD", letter) if part in _GSM]
        if bare:
            found += bare
        elif not unicodedata.combining(letter):
            found.append("?")
    return "".join(found)


def sms_text(one: Statement, lang: Lang) -> str:
    """At most 160 characters of the GSM alphabet: level, problem, window, name to answer with.

    The title is cut first; level, window and name never are.
    """
    return _sms(one, "", lang)


def sms_of(told: Sequence[Told], lang: Lang) -> str:
    """One telephone message for one or several warnings."""
    if len(told) == 1:
        return _sms(told[0].version, _sms_mark(told[0].step, lang), lang)
    first = told[0]
    exercise = f"{text('EXERCISE', lang)} " if "EXERCISE" in first.version.caveats else ""
    most = max((each.body.level for each in told), key=rank)
    head = exercise + text("{count} warnings, {place}, the highest: {level}", lang).format(
        count=len(told), place=_place(first.body, lang), level=text(most, lang).upper()
    )
    tail = " > tocsin duty"
    room = SMS - len(gsm(tail))
    titles = "; ".join(dict.fromkeys(each.body.title.in_(lang) for each in told))
    return _cut(gsm(f"{head}. {titles}"), room) + gsm(tail)


def _sms(one: Statement, mark: str, lang: Lang) -> str:
    body = _body(one)
    exercise = f"{text('EXERCISE', lang)} " if "EXERCISE" in one.caveats else ""
    head = gsm(f"{exercise}{mark}{text(body.level, lang).upper()} ")
    name = one.subject.removeprefix("warning:")
    tail = gsm(f" > {body.window_to}. {name}")
    return (head + _cut(gsm(body.title.in_(lang)), SMS - len(head) - len(tail)) + tail)[:SMS]


def _sms_mark(step: Statement, lang: Lang) -> str:
    if isinstance(step.body, Closure):
        return f"{text('END', lang)} "
    return f"{text('UNANSWERED', lang)} " if isinstance(step.body, Escalation) else ""


def _cut(words: str, room: int) -> str:
    if len(words) <= room:
        return words
    return words[: max(0, room - 1)].rstrip() + "." if room > 1 else ""


def mail_text(one: Statement, lang: Lang) -> tuple[str, str]:
    """Subject and text of a mail: what may come, how likely, why, and how to answer."""
    return letter([Told(one, one)], lang)


def letter(
    told: Sequence[Told], lang: Lang, roles: Sequence[str] = (), *, answer: bool = True
) -> tuple[str, str]:
    """Subject and text of a message on one or several warnings, in the order given.

    With `answer` it says how to answer: not for those who are only to know.
    """
    first = told[0]
    exercise = f"[{text('EXERCISE', lang)}] " if "EXERCISE" in first.version.caveats else ""
    most = max((each.body.level for each in told), key=rank)
    title = first.body.title.in_(lang)
    if len(told) > 1:
        title = text("{count} warnings, {place}", lang).format(
            count=len(told), place=_place(first.body, lang)
        )
    subject = f"{exercise}{_subject_mark(told, lang)}[{text(most, lang)}] {title}"
    pages = ["\n".join(_page(each, lang, answer)) for each in told]
    end = [f"TLP:{first.version.tlp}"]
    if roles:
        end.insert(0, _row("For", ", ".join(roles), lang))
    return subject, "\n\n----\n\n".join(pages) + "\n\n" + "\n".join(end) + "\n"


def _subject_mark(told: Sequence[Told], lang: Lang) -> str:
    kinds = {type(each.step.body) for each in told}
    if kinds == {Escalation}:
        return f"[{text('UNANSWERED', lang)}] "
    return f"[{text('END', lang)}] " if kinds == {Closure} else ""


def _page(told: Told, lang: Lang, answer: bool) -> list[str]:
    body = told.body
    lines = [body.title.in_(lang)]
    if said := why_now(told.step, lang):
        lines += [said, ""]
    low, high = chance(body.likelihood_low, lang), chance(body.likelihood_high, lang)
    lines += [
        _row("Level", text(body.level, lang), lang),
        _row("Window", f"{body.window_from} → {body.window_to}", lang),
        _row("Likelihood", f"{low} – {high} ({text(body.likelihood_basis, lang)})", lang),
        _row("Severity", body.severity.in_(lang), lang),
        _row("Confidence", text(body.confidence, lang), lang),
        "",
        *(f"• {each.title.in_(lang)}" for each in body.firings),
    ]
    for one in told.dissent:
        assert isinstance(one.body, Dissent)
        lines += ["", _row("Dissent", one.body.text.in_(lang), lang)]
    if answer and not isinstance(told.step.body, Closure):
        lines += ["", f"tocsin warnings acknowledge {told.name}"]
    return lines


def _row(name: str, value: str, lang: Lang) -> str:
    return typeset(f"{text(name, lang)}{' :' if lang == 'fr' else ':'} {value}", lang)


def why_now(step: Statement, lang: Lang) -> str:
    """Why a message comes now, in a sentence; empty for a new warning."""
    body: Any = step.body
    if isinstance(body, Escalation):
        template = (
            "Nobody had acknowledged it by {due}: it now comes to {role}."
            if body.why == "unacknowledged"
            else "Nobody had decided on it by {due}: it now comes to {role}."
        )
        due = body.due[:16].replace("T", " ") + "Z"
        return text(template, lang).format(due=due, role=body.to_role)
    if isinstance(body, Closure):
        return text("It is over ({how}): {outcome}.", lang).format(
            how=text(body.how, lang), outcome=text(body.outcome, lang)
        )
    if isinstance(body, WarningVersion) and body.change in ("raised", "lowered", "text"):
        return text("It has been changed: {change}.", lang).format(change=text(body.change, lang))
    return ""


def _place(body: WarningVersion, lang: Lang) -> str:
    return name_of(body.country).in_(lang) if body.country else body.area


def _body(one: Statement) -> WarningVersion:
    assert isinstance(one.body, WarningVersion)
    return one.body
