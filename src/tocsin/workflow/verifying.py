"""What becomes of a report: verified by a second person, linked, answered, closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.errors import UnknownName, UsageError
from tocsin.policy.visible import is_named, part_of_id
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.workflow.receiving import ACCOUNTS, statement_about
from tocsin.workflow.using import Use, key_of, uses_of
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.policy import Reader
    from tocsin.sharing.answers import Owed
    from tocsin.tables.views import View

ABOUT = ("verification", "placement", "report_link", "report_closure", "report_answer")
KINDS = (*ACCOUNTS, *ABOUT)
# Sphere asks that reports be verified within a day or three; triage within two hours.
TRIAGE_WITHIN = timedelta(hours=2)
VERIFIED_WITHIN = timedelta(hours=72)
ANSWER_WITHIN = timedelta(hours=24)  # after a verdict, a use or an end
CLOSED_WITHIN = timedelta(days=30)
SPHERE_SHARE = 0.9  # of reports that are to be verified in time
VERIFIERS = ("verifier", "analyst", "duty-officer")
UNJUDGED = ("triaged", "under_verification")


@dataclass(frozen=True)
class Account:
    """A report as it stands: what was said, what a second person made of it, what it belongs to."""

    report: Statement
    verifications: tuple[Statement, ...] = ()
    links: tuple[Statement, ...] = ()
    placement: Statement | None = None
    closure: Statement | None = None
    answers: tuple[Statement, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """What the reporter has been told, or can look up: the steps, the first first."""
        return tuple(
            one.body.stage  # type: ignore[attr-defined]
            for one in self.answers
            if one.body.outcome in ("sent", "ready")  # type: ignore[attr-defined]
        )

    @property
    def status(self) -> str:
        """The last verdict, or `received`."""
        return getattr(self.verifications[-1].body, "status", "") if self.verifications else (
            "received"
        )  # fmt: skip

    @property
    def received(self) -> datetime:
        return last_moment(str(getattr(self.report.body, "received", "")))

    @property
    def triaged_after(self) -> timedelta | None:
        """How long it took until somebody had taken it up."""
        first = next(iter(self.verifications), None)
        return last_moment(first.known_at) - self.received if first else None

    @property
    def verified_after(self) -> timedelta | None:
        """How long it took until somebody had judged it, beyond taking it up."""
        for one in self.verifications:
            if getattr(one.body, "status", "") not in UNJUDGED:
                return last_moment(one.known_at) - self.received
        return None


def reports(
    reader: str = "", status: str = "", as_of: str = "", newest: int | None = None
) -> list[Account]:
    """Reports that the reader may see, the newest first; of one status, if asked.

    newest : how many of each form are looked at; None for all
    """
    from tocsin.workflow.record_keeping import view

    found = list(accounts_of(view(reader, as_of), newest))
    found.sort(key=lambda one: (one.received, one.report.id), reverse=True)
    return [one for one in found if status in ("", one.status)]


def inbox(reader: str = "", at: str = "", newest: int | None = None) -> dict[str, Any]:
    """What waits for somebody, the most urgent first, and how soon reports were judged.

    Waiting are reports to triage (two hours), to verify, to answer, to close. `verified` holds the
    shares judged within 24 and 72 hours, of those old enough to say, and Sphere's mark for them.
    `newest`: as in `reports`.
    """
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    now = moment(at)
    ledger = open_ledger()
    seen = ledger.view(reader_named(reader), now if at else None)
    held = list(accounts_of(seen, newest))
    uses = uses_of(seen, ledger.org)
    waiting = [task for one in held for task in _tasks(one, uses, now)]
    waiting.sort(key=lambda task: (task["due"], task["id"]))
    return {"waiting": waiting, "verified": shares_verified(held, now)}


def _tasks(one: Account, uses: Mapping[str, Use], now: datetime) -> Iterator[dict[str, Any]]:
    debt = owed(one, uses)
    judged = one.status not in ("received", *UNJUDGED)
    if one.closure is None and not judged:
        task = "triage" if one.status == "received" else "verify"
        yield _task(
            one, task, one.received + (TRIAGE_WITHIN if task == "triage" else VERIFIED_WITHIN), now
        )
    if debt is not None:
        # The watch says by itself that a report has come: a person need only know if it did not.
        due = last_moment(debt.since) + (
            TRIAGE_WITHIN if debt.stage == "received" else ANSWER_WITHIN
        )
        if debt.stage != "received" or due < now:
            yield _task(one, "answer", due, now) | {"tell": debt.stage}
    elif one.closure is None and judged:
        yield _task(one, "close", one.received + CLOSED_WITHIN, now)


def _task(one: Account, task: str, due: datetime, now: datetime) -> dict[str, Any]:
    return {
        "id": one.report.id,
        "task": task,
        "due": due.isoformat(),
        "late": due < now,
        "minutes_left": int((due - now).total_seconds() // 60),
        "place": getattr(one.report.body, "place", ""),
        "status": one.status,
    }


def owed(one: Account, uses: Mapping[str, Use]) -> Owed | None:
    """What the reporter is still to be told, if anything."""
    from tocsin.sharing.answers import VERDICTS, Owed, newest

    received = Owed("received", one.report.id, one.report.known_at)
    verdict = used = decided = closed = None
    if (stage := VERDICTS.get(one.status)) is not None:
        last = one.verifications[-1]
        verdict = Owed(stage, last.id, last.known_at)
    use = uses.get(key_of(one.report.id, one.report))
    if use is not None and one.status in ("verified", "partly"):
        used = Owed("used", use.version.id, use.version.known_at)
        if (said := use.decision) is not None:
            acts = str(said.body.decision).startswith("act")  # type: ignore[attr-defined]
            decided = Owed("acted" if acts else "weighed", said.id, said.known_at)
    if (end := one.closure) is not None:
        if end.body.told_reporter:  # type: ignore[attr-defined]
            return None
        closed = Owed("closed", end.id, end.known_at)
    return newest(received, verdict, used, decided, closed, one.told)


def account(name: str, reader: str = "") -> Account:
    """The report whose statement id begins with `name` or ends in it.

    Raises
    ------
    UnknownName, if there is none or more than one.
    """
    return account_among(reports(reader), name)


def account_among(held: list[Account], name: str) -> Account:
    """The one of these reports whose id begins with `name` or ends in it; see `account`."""
    part = part_of_id(name)
    found = [one for one in held if part and is_named(one.report.id, part)]
    if len(found) != 1:
        raise UnknownName(
            "no single report is named {name}", remedy="List them: tocsin reports list", name=name
        )
    return found[0]


def verify(
    name: str, status: str, verifier: str, reason: str, grade: str = "", reader: str = ""
) -> str:
    """Write what a second person made of a report; the id of the statement.

    `grade` is the Admiralty grade after verification, such as `B2`.

    Raises
    ------
    UsageError, if the verifier reported it, gives no reason, or the grade is none.
    """
    from tocsin.tables.kinds.reports import STATUSES, Verification
    from tocsin.warning.steps import both

    if status not in STATUSES:
        raise UsageError(
            "{status} is no verdict on a report",
            remedy="Verdicts: {known}",
            status=status,
            known=", ".join(STATUSES),
        )
    if not reason.strip():
        raise UsageError("a verdict needs a reason", remedy="Say why: --reason WORDS")
    held = account(name, reader)
    if verifier == getattr(held.report.body, "reporter", ""):
        raise UsageError(
            "{verifier} made this report and cannot verify it",
            remedy="A second person verifies: --verifier HANDLE",
            verifier=verifier,
        )
    body = Verification(
        report=held.report.id, status=status, verifier=verifier, reason=both(reason)
    )
    return write_about(body, held, reader, grade)


def link(name: str, other: str, relation: str, reason: str = "", reader: str = "") -> str:
    """Link a report with another, or with an event of a source; the id of the statement."""
    import msgspec

    from tocsin.tables.kinds.reports import ReportLink

    known = reports(reader)
    held = account_among(known, name)
    told = other if ":" in other else account_among(known, other).report.id
    if told == held.report.id:
        raise UsageError("a report is not linked with itself", remedy="Name another report.")
    fields = {"report": held.report.id, "other": told, "relation": relation}
    try:
        body = msgspec.convert({**fields, "reason": {"fr": reason, "en": reason}}, ReportLink)
    except msgspec.ValidationError as error:
        raise UsageError("this is not a link: {problem}", problem=str(error)) from None
    return write_about(body, held, reader)


def close(
    name: str, outcome: str, *, told_reporter: bool = False, note: str = "", reader: str = ""
) -> str:
    """Close a report: what became of it, and whether its reporter was told; the statement's id.

    Raises
    ------
    UsageError, if it was not verified; or if its reporter has not been told and no reason is given.
    """
    import msgspec

    from tocsin.tables.kinds.reports import ReportClosure

    held = account(name, reader)
    if held.status in ("received", *UNJUDGED):
        raise UsageError(
            "this report has not been verified",
            remedy="Verify it first: tocsin reports verify {id}",
            id=held.report.id,
        )
    if not told_reporter and not set(held.told) - {"received"} and not note.strip():
        raise UsageError(
            "its reporter has not been told what was found",
            where=held.report.id,
            remedy="Answer: tocsin reports answer {id}; or say that you did: --told; "
            "or say why nobody can: --note WORDS",
            id=held.report.id,
        )
    fields = {"report": held.report.id, "outcome": outcome, "told_reporter": told_reporter}
    try:
        body = msgspec.convert({**fields, "note": {"fr": note, "en": note}}, ReportClosure)
    except msgspec.ValidationError as error:
        raise UsageError("this is not a closure: {problem}", problem=str(error)) from None
    return write_about(body, held, reader)


def shares_verified(held: list[Account], now: datetime) -> dict[str, Any]:
    """Shares judged within 24 and 72 hours of those old enough to say, beside Sphere's mark."""
    told: dict[str, Any] = {"mark": SPHERE_SHARE}
    for hours in (24, 72):
        within = timedelta(hours=hours)
        due = [one for one in held if now - one.received >= within]
        kept = [one for one in due if (took := one.verified_after) is not None and took <= within]
        told[f"within_{hours}h"] = len(kept) / len(due) if due else None
        told[f"due_{hours}h"] = len(due)
    return told


def accounts_of(seen: View, newest: int | None = None) -> Iterator[Account]:
    """Every report in a view, with what became of it; `newest` of each form, if asked.

    Who judges, places, answers or closes a report is its originator or the reader's own house: a
    third's word, or a partner's on a report of ours, is to be read and settles nothing.
    """
    found = seen.statements(kind=KINDS) if newest is None else _newest_of(seen, newest)
    own = str(getattr(getattr(seen, "reader", None), "org", ""))
    by_report: dict[str, list[Statement]] = {}
    for one in found:
        if one.kind not in ACCOUNTS:
            by_report.setdefault(str(getattr(one.body, "report", "")), []).append(one)
    for one in found:
        if one.kind in ACCOUNTS:
            about = [each for each in by_report.get(one.id, []) if each.origin in (one.origin, own)]
            closures = [each for each in about if each.kind == "report_closure"]
            answers = [each for each in about if each.kind == "report_answer"]
            placements = [each for each in about if each.kind == "placement"]
            yield Account(
                one,
                tuple(each for each in about if each.kind == "verification"),
                tuple(each for each in about if each.kind == "report_link"),
                placements[-1] if placements else None,
                closures[-1] if closures else None,
                tuple(answers),
            )


def _newest_of(seen: Any, count: int) -> list[Statement]:
    """So many of the newest of each form, and what has been said of reports since the first."""
    from tocsin.ledger import picking

    firsts = [seen.moment_of(kind, count - 1) for kind in ACCOUNTS]
    return picking.known_since(seen, KINDS, max((one for one in firsts if one), default=0))


def write_about(body: Any, held: Account, reader: str, grade: str = "") -> str:
    """Write a statement about a report; its id."""
    from tocsin.workflow.record_keeping import open_ledger, reader_named

    who = reader_named(reader)
    require_verifier(who)
    ledger = open_ledger(to_write=True)
    try:
        now = datetime.now(UTC)
        written = statement_about(body, held.report.subject, now, who.role, ledger, grade)
        ledger.append([written])
        return written.id
    finally:
        ledger.close()


def require_verifier(who: Reader) -> None:
    """Raise UsageError for a role that does not judge reports."""
    if who.role not in VERIFIERS:
        raise UsageError(
            "the role {role} does not verify reports",
            remedy="Name another: --reader ORG:verifier",
            role=who.role,
        )


def as_plain(held: Account, *, whole: bool = False) -> dict[str, Any]:
    """A report in plain values; with `whole`, everything it says and its history."""
    import msgspec

    body = held.report.body
    last = held.verifications[-1] if held.verifications else held.report
    told: dict[str, Any] = {
        "id": held.report.id,
        "kind": held.report.kind,
        "status": held.status,
        "grade": f"{last.reliability}{last.credibility}",
        "received": str(getattr(body, "received", "")),
        "place": str(getattr(body, "place", "")),
        "what": str(getattr(body, "event", "") or getattr(body, "week", "")),
        "reporter": str(getattr(body, "reporter", "")),
        "doubts": list(getattr(body, "doubts", ())),
        "links": [{"other": one.body.other, "as": one.body.relation} for one in held.links],  # type: ignore[attr-defined]
        "closed": held.closure is not None,
        "told": list(held.told),
    }
    if whole:
        told["said"] = msgspec.to_builtins(body)
        told["where"] = msgspec.to_builtins(held.placement.body) if held.placement else None
        steps = (
            *held.verifications, *held.links, *held.answers,
            *([held.closure] if held.closure else []),
        )  # fmt: skip
        told["history"] = [_step(one) for one in sorted(steps, key=lambda one: one.known_at)]
    return told


def _step(one: Statement) -> dict[str, str]:
    what = next(
        str(found) for name in ("status", "relation", "stage", "outcome")
        if (found := getattr(one.body, name, ""))
    )  # fmt: skip
    if one.kind == "report_answer":
        body: Any = one.body
        why = f"{body.way} {body.outcome}: {body.text.in_(body.lang)}"
    else:
        said = getattr(one.body, "reason", None) or getattr(one.body, "note", None)
        why = said.in_("en") if said else ""
    return {"when": one.known_at, "what": what, "why": why, "id": one.id}
