"""Release: a record goes to more readers, or its holder may pass it on, after a preview.

Only the release authority releases, and only what is its organisation's own. A RED record takes
the signed words of two persons. Of another's record one asks the originator.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from tocsin.errors import CheckFailed, UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.policy import Reader, handle, marking_of, require_sound
from tocsin.policy.markings import NARROWER
from tocsin.policy.passing import require_inherits
from tocsin.tables.bodies import Body
from tocsin.tables.kinds import Approval
from tocsin.tables.kinds.sharing import (
    Release,
    ReleaseAnswer,
    ReleaseGrant,
    ReleaseRequest,
    Tear,
    released_bytes,
)
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.vault import Vault, person, require_another_person
from tocsin.workflow.record_keeping import open_ledger, open_vault, reader_named
from tocsin.workflow.releasing import (
    Preview,
    named_in,
    names_it,
    own_record,
    own_writer,
    preview_of,
    require_authority,
    require_open_to_others,
)
from tocsin.workflow.seconding import await_second, forget_waiting

_WAITING = "release-words"


class Released(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A release: what was previewed, and what became of it."""

    preview: Preview
    statement: str = ""  # empty: nothing was released yet
    grant: str = ""
    waits: bool = False  # for a second person's word


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request to release, and its answer if there is one."""

    id: str
    record: str
    asked_by: str
    to: tuple[str, ...]
    reason: str
    on: str
    answer: str | None = None
    answer_reason: str | None = None


def release(
    statement_id: str, to: Iterable[str], *, tlp: str = "", reason: str = "", agreed: str = "",
    by: str = "", passphrase: str = "", reader: str = "",
) -> Released:  # fmt: skip
    """Release a record of one's own to organisations or groups; it keeps its history.

    agreed : digest of the preview that somebody looked at; without it nothing is released and the
    preview comes back.  by, passphrase : for a RED record, a person's handle and own passphrase;
    the first person's word waits, the second's releases.

    Raises
    ------
    UnknownName, UsageError.  CheckFailed, if what was previewed is not what would be released.
    """
    ledger = open_ledger(to_write=True)
    writer = _authority(reader, ledger)
    target = own_record(ledger, writer, statement_id)
    names = _names(to)
    marked = _remarked(ledger, writer, target, names, tlp)
    shown = preview_of(ledger, msgspec.structs.replace(marked, id=target.id), _now())
    if not agreed:
        return Released(preview=shown)
    _require_agreed(shown, agreed)
    approvals: tuple[Approval, ...] = ()
    if "RED" in (marked.tlp, target.tlp):
        approvals = _words(open_vault(), marked.id, shown.digest, by, passphrase)
        if len(approvals) < 2:
            await_second(marked.id, target.id, names, tlp, reason, shown.digest, approvals[0])
            return Released(preview=shown, waits=True)
    body = Release(
        record=marked.id,
        preview=shown.digest,
        to=names,
        reason=reason or None,
        approvals=approvals,
    )
    word = _word(ledger, writer.role, f"release:{marked.id}", body, ())
    ledger.append([word] if marked.id == target.id else [marked, word])
    forget_waiting(marked.id, shown.digest)
    return Released(preview=shown, statement=marked.id)


def grant(
    statement_id: str, holder: str, to: Iterable[str], *, until: str = "", conditions: str = "",
    agreed: str = "", reader: str = "",
) -> Released:  # fmt: skip
    """Let a holder pass a record of one's own on; as `release`."""
    ledger = open_ledger(to_write=True)
    writer = _authority(reader, ledger)
    target = own_record(ledger, writer, statement_id)
    if target.tlp == "RED":
        raise UsageError(
            "a RED record is not passed on",
            remedy="Release it yourself, by two persons; or make a tear line of it: "
            "tocsin share tear ID",
        )
    names, passer = _names(to), handle(holder)
    wider = msgspec.structs.replace(target, rel_to=tuple(sorted({*target.rel_to, passer, *names})))
    shown = preview_of(ledger, wider, _now())
    if not agreed:
        return Released(preview=shown)
    _require_agreed(shown, agreed)
    body = ReleaseGrant(
        record=target.id,
        holder=passer,
        to=names,
        until=until or None,
        conditions=conditions or None,
    )
    word = _word(ledger, writer.role, f"grant:{target.id}", body, (passer, *names))
    ledger.append([word])
    return Released(preview=shown, statement=target.id, grant=word.id)


def request(
    statement_id: str, to: Iterable[str], reason: str, *, until: str = "", reader: str = ""
) -> str:
    """Ask a record's originator for leave to pass it on; gives the request's id.

    Raises
    ------
    UnknownName, if there is no such record for this reader.  UsageError, if it is one's own.
    """
    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    target = ledger.view(writer).named(statement_id)
    if target.origin == ledger.org:
        raise UsageError(
            "it is this organisation’s own record",
            remedy="Release it: tocsin share release ID --to NAMES",
        )
    body = ReleaseRequest(record=target.id, to=_names(to), reason=reason, until=until or None)
    word = _word(ledger, writer.role, f"request:{target.id}", body, (target.origin,))
    ledger.append([word])
    return word.id


def answer(
    request_id: str, *, granted: bool, reason: str, conditions: str = "", agreed: str = "",
    reader: str = "",
) -> Released | None:  # fmt: skip
    """Answer a request about a record of one's own; a grant needs its preview, as `grant`.

    None, if it was refused.
    """
    ledger = open_ledger(to_write=True)
    writer = _authority(reader, ledger)
    asked = ledger.view(writer).named(request_id)
    body = asked.body
    if not isinstance(body, ReleaseRequest):
        raise UsageError(
            "this is not a request to release",
            remedy="See them with: tocsin share requests",
        )
    done = None
    if granted:
        done = grant(
            body.record, asked.origin, body.to, until=body.until or "", conditions=conditions,
            agreed=agreed, reader=reader,
        )  # fmt: skip
        if not done.grant:
            return done
    said = ReleaseAnswer(
        request=asked.id,
        answer="granted" if granted else "refused",
        reason=reason,
        grant=done.grant if done is not None else None,
    )
    ledger.append([_word(ledger, writer.role, asked.subject, said, (asked.origin,))])
    return done


def requests(reader: str = "") -> list[Asked]:
    """Requests to release that the reader may see, its own and others', with their answers."""
    view = open_ledger().view(reader_named(reader))
    answers = {
        one.body.request: one.body
        for one in view.statements(ReleaseAnswer.kind)
        if isinstance(one.body, ReleaseAnswer)
    }
    found = []
    for one in view.statements(ReleaseRequest.kind):
        if not isinstance(one.body, ReleaseRequest):
            continue
        said = answers.get(one.id)
        found.append(
            Asked(
                id=one.id,
                record=one.body.record,
                asked_by=one.origin,
                to=one.body.to,
                reason=one.body.reason,
                on=one.known_at,
                answer=None if said is None else said.answer,
                answer_reason=None if said is None else said.reason,
            )
        )
    return found


def _authority(text: str, ledger: Ledger) -> Reader:
    writer = own_writer(text, ledger)
    require_authority(writer, ledger.org)
    return writer


def _names(to: Iterable[str]) -> tuple[str, ...]:
    found = named_in(to)
    if not found:
        raise UsageError("nobody is named", remedy="Name organisations or groups: --to NAMES")
    return found


def _remarked(
    ledger: Ledger, writer: Reader, target: Statement, names: tuple[str, ...], tlp: str
) -> Statement:
    """The same record with a wider marking, which corrects the one before; or that very one."""
    if tlp and tlp not in NARROWER:
        raise UsageError(
            "no TLP is called {tlp}", remedy="Write one of: {known}.", tlp=tlp,
            known=", ".join(NARROWER),
        )  # fmt: skip
    rel_to = tuple(sorted({*target.rel_to, *names}))
    level: Any = tlp or target.tlp
    if set(rel_to) == set(target.rel_to) and level == target.tlp:
        return target
    marked = msgspec.structs.replace(
        target,
        id=BLANK_ID,
        tlp=level,
        rel_to=() if level == "CLEAR" else rel_to,
        author=writer.role,
        supersedes=target.id,
        salt="",
        hash="",
        signature="",
        recorded_at=None,
    )
    require_sound(marking_of(marked), where=target.id)
    if target.derived_from and not _is_torn(ledger, target.id):
        view = ledger.view(Reader(ledger.org))
        parents = [marking_of(view.statement(one)) for one in target.derived_from]
        require_inherits(marking_of(marked), parents, target.id)
    require_open_to_others(ledger, target, marked)
    return with_id(marked, ledger.signer)


def _is_torn(ledger: Ledger, statement_id: str) -> bool:
    """Whether a record is a tear line, approved as one."""
    held = ledger.view(Reader(ledger.org)).statements(Tear.kind)
    return any(isinstance(one.body, Tear) and one.body.child == statement_id for one in held)


def _require_agreed(shown: Preview, agreed: str) -> None:
    if not names_it(agreed, shown.digest):
        raise CheckFailed(
            "the preview that was agreed to is not that of this release",
            remedy="Who would see it, or the record itself, has changed: look again, and agree to "
            "{digest}",
            digest=shown.digest[:16],
        )


def _words(
    vault: Vault, record: str, preview: str, by: str, passphrase: str
) -> tuple[Approval, ...]:
    """The words of the persons who agreed so far, this one's included."""
    if not by:
        raise UsageError(
            "a RED record takes two persons to release",
            remedy="Each runs this command under their own handle: --by HANDLE",
        )
    who = person(vault, by)
    name = f"{_WAITING}:{record}:{preview}"
    held = vault.secret(name)
    before = () if held is None else msgspec.json.decode(held, type=tuple[Approval, ...])
    for one in before:
        if who.handle == one.by or who.public == one.public:
            raise UsageError(
                "{by} has agreed to this release already",
                remedy="Let a second person run the same command under their own handle.",
                by=who.handle,
            )
        require_another_person(person(vault, one.by), passphrase)
    words = (*before, who.word(passphrase, lambda one: released_bytes(one, record, preview)))
    if len(words) < 2:
        vault.keep(name, msgspec.json.encode(words))
    else:
        vault.forget(name)
    return words


def _word(ledger: Ledger, author: str, subject: str, body: Body, to: Iterable[str]) -> Statement:
    """A signed word of this organisation, released to whom it concerns."""
    made = Statement(
        id=BLANK_ID,
        kind=type(body).kind,
        subject=subject,
        known_at=moment_text(_now()),
        source=ledger.org,
        reliability="A",
        credibility=1,
        origin=ledger.org,
        author=author,
        tlp="AMBER+STRICT",
        rel_to=tuple(sorted(set(to) - {ledger.org})),
        body=body,
    )
    return with_id(made, ledger.signer)


def _now() -> datetime:
    return datetime.now(UTC)
