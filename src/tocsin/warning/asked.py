"""What a rule on reports asks for, beside what the forms ask people."""

from collections.abc import Iterator

from tocsin.intake import forms
from tocsin.warning.indicators import ReportRule, Rule


def counts_unverified(rule: Rule | None) -> bool:
    """Whether a rule counts reports that nobody has verified."""
    return isinstance(rule, ReportRule) and not rule.verified


def not_asked_by_forms(rule: Rule) -> Iterator[tuple[str, str, list[str]]]:
    """Fields of a rule with names that no form asks for, in any version, and what there is."""
    if not isinstance(rule, ReportRule):
        return
    events = {one.name for form in forms() for one in form.choices.get("event", ())}
    signs = {one.name for form in forms() for one in form.indicators}
    for field, named, known in (("events", rule.events, events), ("signs", rule.signs, signs)):
        yield from ((field, name, sorted(known)) for name in named if name not in known)
