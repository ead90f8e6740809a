"""Figures that come from other figures: do they follow, and if not, what was done instead?"""

from collections.abc import Callable, Iterator, Mapping

from tocsin.knowledge.figures.findings import FigureEntry, Finding, best, finding
from tocsin.knowledge.figures.slips import Slip, one_slip
from tocsin.knowledge.figures.values import amount, bounded, decimals_of, interval, stated
from tocsin.knowledge.sentences import Amount, Dated, joined, words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Figure

Figures = Mapping[str, list[FigureEntry]]

# What people do instead of dividing the change by the earlier value: name, formula, words.
_ERRORS: tuple[tuple[str, Callable[[float, float], float], str], ...] = (
    (
        "wrong_base",
        lambda old, new: (new - old) / new * 100,
        "the change was divided by the later value ({new}); the right base is the earlier one "
        "({old}), which gives {right}",
    ),
    (
        "ratio",
        lambda old, new: new / old * 100,
        "that is the later value in per cent of the earlier one, not the change, which is {right}",
    ),
    (
        "sign",
        lambda old, new: (old - new) / old * 100,
        "the sign is turned round; from {old} to {new} the change is {right}",
    ),
    (
        "swapped",
        lambda old, new: (old - new) / new * 100,
        "the two values were exchanged; from {old} to {new} the change is {right}",
    ),
    (
        "absolute",
        lambda old, new: new - old,
        "that is the difference itself, not a percentage; the change is {right}",
    ),
)


def check_arithmetic(figures: Figures) -> Iterator[Finding]:
    """Findings about every figure that says how it comes from others."""
    for entry in _once(figures):
        derived = entry.body.derived
        if derived is None or entry.body.value is None:
            continue
        parts = [_operand(name, entry, figures) for name in derived.of]
        match derived.how:
            case "sum":
                yield from _check_sum(entry, parts)
            case "change":
                yield from _check_change(entry, parts)
            case "share" | "difference" | "product":
                yield from _check_other(entry, parts)


def _once(figures: Figures) -> Iterator[FigureEntry]:
    """Each derived figure, a repetition of the same number only once."""
    for found in figures.values():
        seen: set[tuple[float | None, str]] = set()
        for entry in found:
            key = (entry.body.value, entry.body.status)
            if key not in seen:
                seen.add(key)
                yield entry


def _operand(name: str, of: FigureEntry, figures: Figures) -> FigureEntry | None:
    """The figure meant by `name`: from the same source, else of the same status, else the best."""
    found = [
        entry
        for entry in figures.get(name, [])
        if entry.statement.id != of.statement.id and entry.body.value is not None
    ]
    same_source = [entry for entry in found if entry.statement.source == of.statement.source]
    same_status = [entry for entry in found if entry.body.status == of.body.status]
    chosen = same_source or same_status or found
    return best(chosen) if chosen else None


def _check_sum(entry: FigureEntry, parts: list[FigureEntry | None]) -> Iterator[Finding]:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return  # a part is missing: nothing can be said
    computed = sum(_value(part) for part in known)
    total = _value(entry)
    listed = words("{parts}", parts=tuple(stated(part.body) for part in known))
    if interval(entry.body).holds(computed):
        text = words(
            "{title}: the parts ({parts}) add up to {total}.",
            title=entry.body.title, parts=listed, total=stated(entry.body),
        )  # fmt: skip
        yield finding(
            "sum", "agrees", "ties", text, [entry, *known], stated=total, computed=computed
        )
        return
    text = words(
        "{title}: the parts ({parts}) add up to {sum}, not to {total}.",
        title=entry.body.title, parts=listed, sum=amount(entry.body, computed),
        total=stated(entry.body),
    )  # fmt: skip
    yield finding(
        "sum", "error", "does_not_tie", text, [entry, *known], stated=total, computed=computed
    )
    slips = list(_slips(entry, known, computed - total))
    if slips:
        yield finding("slip", "question", "slip", _slip_question(slips), [entry, *known])


def _slips(
    total: FigureEntry, parts: list[FigureEntry], excess: float
) -> Iterator[tuple[FigureEntry, float, Slip]]:
    """Terms that would make the sum tie if one digit, or two neighbours, were written wrongly."""
    for term, needed in [
        (total, _value(total) + excess),
        *((part, _value(part) - excess) for part in parts),
    ]:
        slip = one_slip(_value(term), needed, decimals_of(term.body))
        if slip is not None:
            yield term, needed, slip


def _slip_question(slips: list[tuple[FigureEntry, float, Slip]]) -> Words:
    asked = [
        words(
            "was {title} {needed} rather than {stated} (two digits exchanged)?"
            if slip == "transposition"
            else "was {title} {needed} rather than {stated} (one digit)?",
            title=term.body.title, needed=amount(term.body, needed), stated=stated(term.body),
        )
        for term, needed, slip in slips
    ]  # fmt: skip
    return words("The sum would tie: {questions} To be asked, not applied.",
                 questions=joined(asked, " "))  # fmt: skip


def _check_change(entry: FigureEntry, parts: list[FigureEntry | None]) -> Iterator[Finding]:
    if len(parts) != 2:
        return
    old, new = parts
    if old is None or new is None:
        yield from _implied(entry, old, new)
        return
    before, after = _value(old), _value(new)
    if not before:
        return
    right = (after - before) / before * 100
    numbers: dict[str, Words | Amount] = {
        "title": entry.body.title,
        "stated": _signed(entry.body),
        "old": stated(old.body),
        "new": stated(new.body),
        "right": Amount(right, 1, "percent", signed=True),
    }
    allowed = interval(entry.body)
    if allowed.holds(right):
        text = words("{title}: {stated} follows from {old} and {new} ({right}).", **numbers)
        yield finding(
            "change", "agrees", "ties", text, [entry, old, new],
            stated=_value(entry), computed=right,
        )  # fmt: skip
        return
    outcome, reason = "does_not_follow", "from {old} to {new} the change is {right}"
    for name, formula, said in _ERRORS:
        if after and allowed.holds(formula(before, after)):
            outcome, reason = name, said
            break
    text = words(
        "{title}: {stated} does not follow from {old} and {new}: {reason}.",
        **numbers,
        reason=words(reason, **numbers),
    )
    yield finding(
        "change", "error", outcome, text, [entry, old, new], stated=_value(entry), computed=right
    )


def _implied(
    entry: FigureEntry, old: FigureEntry | None, new: FigureEntry | None
) -> Iterator[Finding]:
    """A change with one of its two values gives the other."""
    factor = 1 + _value(entry) / 100
    given = old or new
    if given is None or factor <= 0:
        return
    value = _value(given) * factor if old else _value(given) / factor
    template = (
        "{title}: {stated} on {given} implies about {value} afterwards; nobody states it."
        if old
        else "{title}: {given} after {stated} implies about {value} before; nobody states it."
    )
    text = words(
        template, title=entry.body.title, given=stated(given.body),
        stated=_signed(entry.body), value=_about(value, given.body),
    )  # fmt: skip
    yield finding("implied", "notice", "implied", text, [entry, given], computed=value)


def _check_other(entry: FigureEntry, parts: list[FigureEntry | None]) -> Iterator[Finding]:
    known = [part for part in parts if part is not None]
    derived = entry.body.derived
    if derived is None or len(known) < len(parts) or not known:
        return
    computed = _computed(derived.how, [_value(part) for part in known])
    if computed is None:
        return
    shown = Amount(computed, max(2, decimals_of(entry.body)), entry.body.unit)
    listed = words("{parts}", parts=tuple(stated(part.body) for part in known))
    agrees = interval(entry.body).holds(computed)
    text = words(
        "{title}: {stated} follows from {parts} ({computed})."
        if agrees
        else "{title}: {stated} does not follow from {parts}, which give {computed}.",
        title=entry.body.title, stated=stated(entry.body), parts=listed, computed=shown,
    )  # fmt: skip
    yield finding(
        derived.how,
        "agrees" if agrees else "error",
        "ties" if agrees else "does_not_follow",
        text,
        [entry, *known],
        stated=_value(entry),
        computed=computed,
    )


def _computed(how: str, values: list[float]) -> float | None:
    if how == "product":
        product = 1.0
        for value in values:
            product *= value
        return product
    if len(values) != 2:
        return None
    first, second = values
    if how == "difference":
        return first - second
    return first / second * 100 if second else None


def _value(entry: FigureEntry) -> float:
    return float(entry.body.value or 0)


def _signed(figure: Figure) -> Words:
    value = Amount(float(figure.value or 0), decimals_of(figure), figure.unit, signed=True)
    return bounded(figure.bound, value)


def _about(value: float, figure: Figure) -> Amount:
    """A computed value, rounded to three digits: it is no more exact than what it comes from."""
    decimals = decimals_of(figure)
    digits = len(str(int(abs(value)))) - 3
    return Amount(round(value, -digits) if digits > 0 else value, decimals, figure.unit)


def revision_reason(
    entry: FigureEntry, earlier: FigureEntry, figures: Figures
) -> tuple[Words | None, list[FigureEntry]]:
    """Why a share changed: which of numerator and denominator moved, and by how much."""
    derived = entry.body.derived
    if derived is None or derived.how != "share" or earlier.body.derived != derived:
        return None, []
    moved: list[Words] = []
    involved: list[FigureEntry] = []
    for name in derived.of:
        now, before = _operand(name, entry, figures), _operand(name, earlier, figures)
        if now is None or before is None:
            return None, []
        involved += [now, before]
        change = _value(now) - _value(before)
        if change:
            moved.append(
                words(
                    "{title} went from {before} to {now} ({change})",
                    title=now.body.title,
                    before=stated(before.body),
                    now=stated(now.body),
                    change=Amount(change, decimals_of(now.body), "", signed=True),
                )
            )
        else:
            moved.append(
                words("{title} stayed at {now}", title=now.body.title, now=stated(now.body))
            )
    return joined(moved), involved


def known_on(entry: FigureEntry) -> Dated:
    """When a figure became known, to be written in a sentence."""
    return Dated(entry.statement.known_at)
