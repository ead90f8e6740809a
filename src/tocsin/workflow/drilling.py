"""A drill: an alert at hour zero, a desk that never answers, and the log of what climbs by itself.

The drill has a ledger of its own whose clock is the simulated one, a key of its own, a folder in
place of telephones, and leaves nothing behind. Everything in it says EXERCISE.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import UsageError
from tocsin.policy import Reader
from tocsin.tables.when import first_moment, last_moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.sharing.posting import Desk
    from tocsin.warning.rulebook import Rulebook
    from tocsin.warning.standing import Standing

ORG = "tocsin"
EVERY = timedelta(minutes=30)
ORDER = ("alert", "warning", "escalation", "delivery", "world", "decision", "closure")
FIRST_LOOK = timedelta(minutes=5)
_CHANNELS = """
channels:
  duty: {kind: drop, folder: duty, form: sms, lang: fr}
  analyst: {kind: drop, folder: analyst, form: sms, lang: fr}
  decider: {kind: drop, folder: decider, form: sms, lang: fr}
  head: {kind: drop, folder: head, form: sms, lang: fr}
roles:
  duty-officer: [duty]
  analyst-in-charge: [analyst]
  decision-maker: [decider]
  head-of-organisation: [head]
"""


@dataclass
class _Clock:
    """The drill's time, which is also when its ledger says it wrote."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class _Drill:
    """What a drill runs on."""

    ledger: Ledger
    clock: _Clock
    book: Rulebook
    desk: Desk
    refused: list[str] = field(default_factory=list)


def drill(
    dossier: str = "ogossagou", *, hours: int = 24, rules: Path | None = None
) -> dict[str, Any]:
    """Run a dossier's alerts against a desk that never answers; the log, as the ledger proves it.

    Hour zero is the first alert. A pass is made every half-hour. At the end somebody tries
    to close the warnings without a decision, and is refused; then decides, and may.

    Raises
    ------
    UnknownName, if there is no such dossier.  UsageError, if it holds no alert.
    """
    from tocsin.dossiers import dossier_folder, require_dossier
    from tocsin.ledger import Ledger, Signer
    from tocsin.sharing.channels import Secrets, parse_channels
    from tocsin.sharing.posting import Desk
    from tocsin.workflow.watchkeeping import rulebook

    told = require_dossier(dossier_folder(dossier)).statements
    zero = min((last_moment(one.known_at) for one in told if one.kind == "alert"), default=None)
    if zero is None:
        raise UsageError(
            "the dossier {name} holds no alert",
            remedy="A drill begins with one: add a statement of kind alert.",
            name=dossier,
        )
    with tempfile.TemporaryDirectory(prefix="tocsin-drill-", ignore_cleanup_errors=True) as folder:
        clock = _Clock(zero)
        ledger = Ledger(Path(folder) / "ledger.db", ORG, Signer(os.urandom(32)), clock=clock)
        desk = Desk(
            parse_channels(_CHANNELS.encode()), Secrets(lambda _: None, {}), Path(folder) / "sent"
        )
        on = _Drill(ledger, clock, rulebook(rules), desk)
        try:
            ledger.append(one for one in told if last_moment(one.known_at) <= zero)
            later = [one for one in told if last_moment(one.known_at) > zero]
            _unanswered(on, zero, hours)
            _end(on, zero + timedelta(hours=hours))
            log = list(_log(on, zero, later))
            return {"dossier": dossier, "zero": zero.isoformat(), "log": log,
                    "refused": on.refused, "verified": _verified(ledger)}  # fmt: skip
        finally:
            ledger.close()


def _unanswered(on: _Drill, zero: datetime, hours: int) -> None:
    """Pass after pass, with its deliveries, and nobody says a word."""
    from tocsin.workflow.delivering import deliver
    from tocsin.workflow.watchkeeping import make_pass

    now = zero + FIRST_LOOK
    while now <= zero + timedelta(hours=hours):
        on.clock.now = now
        make_pass(on.ledger, now, {}, on.book, exercise=True)
        deliver(on.ledger, on.desk, on.book.clocks, now, bytes, exercise=True)
        now += EVERY


def _end(on: _Drill, now: datetime) -> None:
    """No end without a decision; then one with a reason for having done nothing."""
    from tocsin.warning import steps

    on.clock.now = now
    officer = steps.Author(ORG, "duty-officer", exercise=True)
    chief = steps.Author(ORG, "decision-maker", exercise=True)
    for name in [held.id for held in _open(on)]:
        try:
            steps.close(steps.find(_all(on), name), officer, now, "occurred")
        except UsageError as error:
            on.refused.append(error.problem)
        held = steps.find(_all(on), name)
        on.ledger.append([steps.decide(held, chief, now, "no_action", "too_late")])
        held = steps.find(_all(on), name)
        on.ledger.append([steps.close(held, officer, now, "occurred")])


def _log(on: _Drill, zero: datetime, later: list[Any]) -> Iterator[dict[str, Any]]:
    """Every statement in the order in which it became known, with what the world did meanwhile."""
    seen = on.ledger.view(Reader(ORG)).each()
    shown = [
        one for one in seen if one.kind in ORDER and getattr(one.body, "outcome", "") != "intended"
    ]
    cases = [one for one in later if one.kind == "case" and one.body.period_from]
    lines = [(last_moment(one.known_at), one.kind, one) for one in shown]
    lines += [(first_moment(one.body.period_from), "world", one) for one in cases]
    for at, kind, one in sorted(
        lines, key=lambda line: (line[0], ORDER.index(line[1]), line[2].id)
    ):
        body: Any = one.body
        yield {
            "at": at.isoformat(),
            "hours": round((at - zero).total_seconds() / 3600, 2),
            "kind": kind,
            "warning": one.subject.removeprefix("warning:"),
            "by": one.author,
            "says": _says(kind, body),
            "written_late_seconds": None if one.recorded_at is None else round(
                (last_moment(one.recorded_at) - at).total_seconds()
            ),
            "signature": one.signature[:24],
        }  # fmt: skip


def _says(kind: str, body: Any) -> dict[str, Any]:
    names = {
        "warning": ("level", "change", "state"),
        "escalation": ("why", "from_role", "to_role", "due"),
        "delivery": ("role", "channel", "outcome"),
        "decision": ("decision", "reason"),
        "closure": ("how", "outcome"),
        "alert": ("reporter",),
    }.get(kind, ())
    said: dict[str, Any] = {name: getattr(body, name) for name in names}
    if kind in ("world", "alert"):
        words = body.summary if kind == "world" else body.text
        said["words"] = {"fr": words.fr, "en": words.en}
    return said


def _verified(ledger: Ledger) -> dict[str, Any]:
    """What the auditor finds: statements whose seals hold, and whether anything is wrong."""
    from tocsin.ledger.verifying import as_plain, verify

    return as_plain(verify(ledger, processes=1))


def _all(on: _Drill) -> dict[str, Standing]:
    from tocsin.workflow.watchkeeping import read_standings

    return read_standings(on.ledger, Reader(ORG), None)


def _open(on: _Drill) -> list[Standing]:
    from tocsin.warning.standing import open_warnings

    return open_warnings(_all(on))
