"""Reports from people: received once, verified by a second person, linked, answered, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import UnknownName, UsageError
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, moment_text

if TYPE_CHECKING:
    from tocsin.intake.exports import Row
    from tocsin.ledger import Ledger
    from tocsin.policy import Reader
    from tocsin.tables.views import View

KINDS = ("report", "situation", "verification", "placement", "report_link", "report_closure")
ACCOUNTS = ("report", "situation")
# Sphere asks that reports be verified within a day or three; triage within two hours.
TRIAGE_WITHIN = timedelta(hours=2)
BATCH = 500  # submissions in one transaction
VERIFIERS = ("verifier", "analyst", "duty-officer")


@dataclass
class Received:
    """What became of a file of submissions."""

    added: int = 0
    known: int = 0
    mended: int = 0
    ids: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)  # line, question, wrong, given


@dataclass(frozen=True)
class Account:
    """A report as it stands: what was said, what a second person made of it, what it belongs to."""

    report: Statement
    verifications: tuple[Statement, ...] = ()
    links: tuple[Statement, ...] = ()
    placement: Statement | None = None
    closure: Statement | None = None

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
    def verified_after(self) -> timedelta | None:
        """How long it took until somebody had judged it, beyond taking it up."""
        for one in self.verifications:
            if getattr(one.body, "status", "") not in ("triaged", "under_verification"):
                return last_moment(one.known_at) - self.received
        return None


def write_form(name: str, out: Path, version: str = "") -> list[Path]:
    """Write a form as XLSForm, XForm, paper in both languages; the files."""
    from tocsin.intake import form_named
    from tocsin.intake.paper import to_pdf
    from tocsin.intake.xlsform import to_xform, to_xlsform

    form = form_named(name, version)
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{form.id}-{form.version}"
    files = {
        out / f"{stem}.xlsx": to_xlsform(form),
        out / f"{stem}.xml": to_xform(form).encode(),
        out / f"{stem}.fr.pdf": to_pdf(form, "fr"),
        out / f"{stem}.en.pdf": to_pdf(form, "en"),
    }
    for path, content in files.items():
        path.write_bytes(content)
    return list(files)


def receive(
    path: Path,
    form: str = "incident",
    mapping: Path | None = None,
    at: str = "",
    on_step: Callable[[int], object] | None = None,
) -> Received:
    """Read a file of submissions and write each as a statement, once, however often it comes.

    Raises
    ------
    UnreadableFile, if the file is none; rows that cannot be read are listed as refused.
    """
    from tocsin.intake import form_named
    from tocsin.intake.exports import Orders, SheetMapping, read_file, read_mapping

    now = _clock(at)
    orders = Orders(
        form_named(form), now, mapping=read_mapping(mapping) if mapping else SheetMapping()
    )
    return take_in(read_file(path, orders), now, on_step)


def take_in(
    rows: Iterable[Row], now: datetime, on_step: Callable[[int], object] | None = None
) -> Received:
    """Write the submissions among `rows`; what is already held is counted, not written again."""
    from tocsin.intake import check, form_named
    from tocsin.ledger.exchange import as_entered
    from tocsin.workflow.record_keeping import open_ledger, own_organisation, reader_named

    made = Received()
    ledger = open_ledger(to_write=True)
    signer = ledger.signer
    handles = _Handles()
    waiting: list[Statement] = []
    try:
        held = {one.subject for one in _statements(ledger.view(reader_named(), None, None))}
        for row in rows:
            if row.submission is None:
                made.refused.append({"line": row.line, "wrong": row.wrong, "remedy": row.remedy})
                continue
            sent = handles.without_contact(row.submission)
            checked = check(sent, form_named(sent.form))
            if checked.body is None:
                made.refused += [
                    {"line": row.line, "question": one.question, "wrong": one.wrong,
                     "given": one.given} for one in checked.problems
                ]  # fmt: skip
                continue
            subject = f"report:{sent.form}/{sent.name}"
            if subject in held:
                made.known += 1
                continue
            held.add(subject)
            written = _statement(checked.body, subject, now, own_organisation(), "reporter")
            waiting.append(as_entered(written, signer))
            made.mended += row.mended
            if len(waiting) == BATCH:
                _append(ledger, waiting, made, on_step)
        _append(ledger, waiting, made, on_step)
    finally:
        ledger.close()
    return made


def _append(
    ledger: Ledger,
    waiting: list[Statement],
    made: Received,
    on_step: Callable[[int], object] | None,
) -> None:
    """Write what waits, in one transaction; then it counts as received."""
    if waiting:
        ledger.append(waiting)
        made.ids += [one.id for one in waiting]
        made.added += len(waiting)
        waiting.clear()
        if on_step:
            on_step(made.added)


def reports(reader: str = "", status: str = "", as_of: str = "") -> list[Account]:
    """Reports that the reader may see, the newest first; of one status, if asked."""
    from tocsin.workflow.record_keeping import view

    found = list(_accounts(view(reader, as_of)))
    found.sort(key=lambda one: (one.received, one.report.id), reverse=True)
    return [one for one in found if status in ("", one.status)]


def inbox(reader: str = "", at: str = "") -> list[dict[str, Any]]:
    """What waits for somebody: reports to triage, to verify, to answer; the most urgent first."""
    now = _clock(at)
    waiting = []
    for one in reports(reader):
        if one.closure is not None:
            continue
        task = {"received": "triage", "triaged": "verify", "under_verification": "verify"}.get(
            one.status, "answer"
        )
        due = one.received + (TRIAGE_WITHIN if task == "triage" else timedelta(hours=72))
        waiting.append(
            {"id": one.report.id, "task": task, "due": due.isoformat(), "late": due < now,
             "place": getattr(one.report.body, "place", ""), "status": one.status}
        )  # fmt: skip
    return sorted(waiting, key=lambda task: (task["due"], task["id"]))


def account(name: str, reader: str = "") -> Account:
    """The report whose statement id begins with `name`.

    Raises
    ------
    UnknownName, if there is none or more than one.
    """
    from tocsin.workflow.record_keeping import view

    found = [one for one in _accounts(view(reader)) if one.report.id.startswith(name)]
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
        report=held.report.id, status=status, verifier=verifier, reason=_words(reason)
    )
    return write_about(body, held, reader, grade)


def link(name: str, other: str, relation: str, reason: str = "", reader: str = "") -> str:
    """Link a report with another, or with an event of a source; the id of the statement."""
    import msgspec

    from tocsin.tables.kinds.reports import ReportLink

    held = account(name, reader)
    told = other if ":" in other else account(other, reader).report.id
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
    """Close a report: what became of it, and whether its reporter was told; the statement's id."""
    import msgspec

    from tocsin.tables.kinds.reports import ReportClosure

    held = account(name, reader)
    if held.status in ("received", "triaged", "under_verification"):
        raise UsageError(
            "this report has not been verified",
            remedy="Verify it first: tocsin reports verify {id}",
            id=held.report.id,
        )
    fields = {"report": held.report.id, "outcome": outcome, "told_reporter": told_reporter}
    try:
        body = msgspec.convert({**fields, "note": {"fr": note, "en": note}}, ReportClosure)
    except msgspec.ValidationError as error:
        raise UsageError("this is not a closure: {problem}", problem=str(error)) from None
    return write_about(body, held, reader)


def shares_verified(reader: str = "", at: str = "") -> dict[str, Any]:
    """Shares of reports judged within 24 and 72 hours, of those old enough to say."""
    now = _clock(at)
    told: dict[str, Any] = {}
    held = reports(reader)
    for hours in (24, 72):
        within = timedelta(hours=hours)
        due = [one for one in held if now - one.received >= within]
        kept = [one for one in due if (took := one.verified_after) is not None and took <= within]
        told[f"within_{hours}h"] = len(kept) / len(due) if due else None
        told[f"due_{hours}h"] = len(due)
    return told


def _accounts(seen: View) -> Iterator[Account]:
    found = _statements(seen)
    by_report: dict[str, list[Statement]] = {}
    for one in found:
        if one.kind not in ACCOUNTS:
            by_report.setdefault(str(getattr(one.body, "report", "")), []).append(one)
    for one in found:
        if one.kind in ACCOUNTS:
            about = by_report.get(one.id, [])
            closures = [each for each in about if each.kind == "report_closure"]
            placements = [each for each in about if each.kind == "placement"]
            yield Account(
                one,
                tuple(each for each in about if each.kind == "verification"),
                tuple(each for each in about if each.kind == "report_link"),
                placements[-1] if placements else None,
                closures[-1] if closures else None,
            )


def _statements(seen: View) -> list[Statement]:
    """What a view holds about reports, in the order in which it became known."""
    return list(seen.statements(kind=KINDS))


def write_about(body: Any, held: Account, reader: str, grade: str = "") -> str:
    """Write a statement about a report; its id."""
    from tocsin.ledger.exchange import as_entered
    from tocsin.workflow.record_keeping import open_ledger, own_organisation, reader_named

    who = reader_named(reader)
    require_verifier(who)
    ledger = open_ledger(to_write=True)
    try:
        now = datetime.now(UTC)
        written = _statement(body, held.report.subject, now, own_organisation(), who.role, grade)
        written = as_entered(written, ledger.signer)
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


def _statement(
    body: Any, subject: str, now: datetime, org: str, author: str, grade: str = ""
) -> Statement:
    """A statement about a report, for the organisation alone, graded F6 until somebody can say."""
    import msgspec

    from tocsin.ledger.identity import BLANK_ID
    from tocsin.tables.statements import statement_from_fields

    graded = grade.strip().upper() or "F6"
    if len(graded) != 2 or graded[0] not in "ABCDEF" or graded[1] not in "123456":
        raise UsageError(
            "{grade} is no grade", remedy="A letter A to F and a digit 1 to 6: B2", grade=grade
        )
    fields = {
        "id": BLANK_ID,
        "kind": type(body).kind,
        "subject": subject,
        "known_at": moment_text(now),
        "source": f"report by {body.reporter}" if hasattr(body, "reporter") else "verification",
        "origin": org,
        "author": author,
        "reliability": graded[0],
        "credibility": int(graded[1]),
        "body": msgspec.to_builtins(body),
    }
    if day := getattr(body, "day_from", None):
        fields["valid_from"] = day
    return statement_from_fields(fields)


def _clock(at: str) -> datetime:
    return last_moment(at) if at else datetime.now(UTC)


def _words(text: str) -> Any:
    from tocsin.tables.bodies import Words

    return Words(fr=text, en=text)


class _Handles:
    """Handles for those who send: what leads to a person goes into the vault and no further."""

    def without_contact(self, sent: Any) -> Any:
        """The submission under a handle; a number, an address or a name stays in the vault."""
        from dataclasses import replace

        from tocsin.intake.reporters import is_handle

        if is_handle(sent.reporter):
            return sent
        return replace(sent, reporter=self._handle(sent.reporter))

    def _handle(self, contact: str) -> str:
        from tocsin.intake.reporters import handle_of
        from tocsin.workflow.record_keeping import open_vault

        vault = open_vault()
        handle = handle_of(contact, vault.secret_or("reporters.key", _new_key))
        vault.secret_or(f"reporter.{handle}", contact.strip().encode)
        return handle


def _new_key() -> bytes:
    from secrets import token_bytes

    return token_bytes(32)


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
    }
    if whole:
        told["said"] = msgspec.to_builtins(body)
        told["where"] = msgspec.to_builtins(held.placement.body) if held.placement else None
        steps = (*held.verifications, *held.links, *([held.closure] if held.closure else []))
        told["history"] = [_step(one) for one in sorted(steps, key=lambda one: one.known_at)]
    return told


def _step(one: Statement) -> dict[str, str]:
    what = next(
        str(found) for name in ("status", "relation", "outcome")
        if (found := getattr(one.body, name, ""))
    )  # fmt: skip
    why = getattr(one.body, "reason", None) or getattr(one.body, "note", None)
    return {"when": one.known_at, "what": what, "why": why.en if why else "", "id": one.id}


def form_lines(form: str, lang: str) -> list[dict[str, str]]:
    """The forms, or the questions and choices of one, a line each."""
    from tocsin.intake import form_named, forms

    if not form:
        return [
            {"code": one.sms, "name": one.id, "label": f"{one.title.in_(lang)} ({one.version})"}
            for one in forms()
        ]
    asked = form_named(form)
    lines = []
    for question in asked.questions:
        lines.append(
            {"code": question.sms, "name": question.name, "label": question.label.in_(lang)}
        )
        lines += [
            {"code": "", "name": f"  {one.code} {one.name}", "label": getattr(one, lang)}
            for one in asked.options(question)
        ]
    lines += [
        {"code": one.sms, "name": one.name, "label": one.label.in_(lang)}
        for one in asked.indicators
    ]
    return lines
