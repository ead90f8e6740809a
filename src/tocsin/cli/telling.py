"""A warning told to a terminal, in the reader's language."""

from typing import Any

from tocsin.language import Lang
from tocsin.language.likelihood import likelihood_span
from tocsin.language.text import code_words, text
from tocsin.language.typography import typeset
from tocsin.warning.explaining import STEP_CODES, STEP_WORDS


def tell_warning(found: dict[str, Any], lang: Lang) -> str:
    """What a warning says, to whom, and every step taken on it."""
    lines = [
        found["title"][lang],
        _row("Level", text(found["level"], lang), lang),
        _row("State", text(found["state"], lang), lang),
        _row("Window", f"{found['window_from']} → {found['window_to']}", lang),
        _row("Likelihood", _likelihood(found["likelihood"], lang), lang),
        _row(
            "Confidence",
            f"{text(found['confidence'], lang)}. {found['confidence_why'][lang]}",
            lang,
        ),
        _row("Severity", found["severity"][lang], lang),
        _row("For", ", ".join(found["addressees"]), lang),
        _row("Marking", found["marking"], lang),
    ]
    if found["exercise"]:
        lines.append(text("EXERCISE EXERCISE EXERCISE", lang))
    if "entry" in found:
        lines += [
            _row("Raised because", found["entry"][lang], lang),
            _row("Lowered when", found["exit"][lang], lang),
            _row("What would change our mind", found["change_our_mind"][lang], lang),
            _row("Other readings", found["alternatives"][lang], lang),
        ]
        lines += ["", text("Options", lang)]
        for option in found["options"]:
            lines.append(
                f"  {option['id']}: {option['text'][lang]} ({option['owner']}, "
                f"{option['lead_time_hours']:g} h, {text(option['cost'], lang)})"
            )
            lines.append(f"    {option['do_no_harm'][lang]}")
    steps = [step for step in found["steps"] if step["kind"] != "delivery"]
    lines += ["", text("Steps", lang), *(_step(step, lang) for step in steps)]
    if found["deliveries"]:
        lines += ["", text("Deliveries", lang)]
        lines += [_delivery(each, lang) for each in found["deliveries"]]
    return "\n".join(lines)


def _delivery(each: dict[str, Any], lang: Lang) -> str:
    detail = text(each["detail"], lang) if each["detail"] else ""
    tries = text("attempt {number}", lang).format(number=each["attempt"])
    told = "; ".join(part for part in (text(each["outcome"], lang), detail, tries) if part)
    return (
        f"  {each['at'][:16]}Z  {text(each['step_kind'], lang)} → {each['role']} "
        f"({each['to']}, {each['channel']}): {told}"
    )


def tell_evidence(found: dict[str, Any], lang: Lang) -> str:
    """Every indicator that fired, with rule, value, threshold, and each source."""
    lines = [f"{found['title'][lang]} — {text(found['level'], lang)}", ""]
    if "entry" in found:
        lines += [found["entry"][lang], ""]
    for each in found["firings"]:
        value, threshold = each["value"], each["threshold"]
        lines.append(f"• {each['title'][lang]} [{each['area']}]")
        lines.append(f"    {each['rule']}")
        lines.append(
            "    "
            + text("value {value}, threshold {threshold} ({unit})", lang).format(
                value=value, threshold=threshold, unit=text(each["unit"] or "-", lang)
            )
            + (f", {each['note'][lang]}" if each["note"][lang] else "")
            + (f" — {text('reconstruction', lang)}" if each["reconstructed"] else "")
        )
        for one in each["statements"]:
            lines.append(
                f"    ← {one['known_at']}  {one['source']} ({one['grade']}): "
                f"{one['kind']} {one['subject']}  [{one['id']}]"
            )
        for one in each["snapshots"]:
            lines.append(f"    ← {one['id']}: {one['cited']}")
        if each["not_shown"]:
            lines.append(
                "    "
                + text("{count} statements you may not see", lang).format(count=each["not_shown"])
            )
    if found["not_known"]:
        lines += ["", text("Not known:", lang)]
        lines += [f"  {each[lang]}" for each in found["not_known"]]
    lines += ["", text("Rules {hash}", lang).format(hash=found["rules"])]
    return "\n".join(lines)


def _row(name: str, value: str, lang: Lang) -> str:
    return typeset(f"{text(name, lang)}{' :' if lang == 'fr' else ':'} {value}", lang)


def _likelihood(given: list[Any], lang: Lang) -> str:
    low, high, basis = given
    word, numbers = likelihood_span(low, high, lang)
    return f"{word} ({' – '.join(numbers)}, {text(basis, lang)})"


def _step(step: dict[str, Any], lang: Lang) -> str:
    said = step["says"]
    detail = ", ".join(code_words(str(said[name]), lang) for name in STEP_CODES if said.get(name))
    if said.get("to_role"):
        detail += f": {said['from_role']} → {said['to_role']}"
    if step["kind"] == "hold" and not said.get("held"):
        detail += f" ({text('text released', lang)})"
    words = [_in(said[name], lang) for name in STEP_WORDS if said.get(name)]
    if told := "; ".join(each for each in words if each):
        detail += f" «{told}»" if lang == "fr" else f" “{told}”"
    late = (
        text(" (written {hours} h late)", lang).format(hours=step["written_late_hours"])
        if step["written_late_hours"]
        else ""
    )
    kind = code_words(step["kind"], lang)
    line = f"  {step['at'][:16]}Z  {kind}  {detail.strip()}  — {step['by']}{late}"
    return typeset(line, lang)


def _in(words: Any, lang: Lang) -> str:
    """Words in a language; where one is missing the other is shown."""
    if not isinstance(words, dict):
        return ""
    other = "en" if lang == "fr" else "fr"
    return str(words.get(lang) or words.get(other) or "")


def tell_drill(found: dict[str, Any], lang: Lang) -> str:
    """The log of a drill: hours since the alert, what happened, and what proves it."""
    lines = [text("EXERCISE EXERCISE EXERCISE", lang), ""]
    for one in found["log"]:
        said = one["says"]
        words = _in(said.get("words", {}), lang)
        kind = text("the world" if one["kind"] == "world" else one["kind"], lang)
        told = [
            code_words(str(said[name]), lang)
            for name in ("level", "why", "decision", "reason", "outcome", "how")
            if said.get(name)
        ]
        if said.get("to_role"):
            told.append(f"{said['from_role']} → {said['to_role']}")
        if said.get("role"):
            told.append(f"→ {said['role']}")
        if said.get("reporter"):
            told.append(said["reporter"])
        line = f"{one['hours']:>6.2f} h  {one['at'][:16]}Z  {kind}: {', '.join(told)} {words}"
        lines.append(
            typeset(line.rstrip(), lang) + (f"  [{one['signature']}…]" if one["signature"] else "")
        )
    lines += ["", *(text(one, lang) for one in found["refused"])]
    checked = found["verified"]
    lines.append(
        text("{count} statements, all seals hold.", lang).format(count=checked["size"])
        if checked["sound"]
        else text("The log does not hold.", lang)
    )
    return "\n".join(lines)
