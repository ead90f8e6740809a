"""Warnings that may be released, as files for whoever may read them: Atom feeds and CAP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.ledger import Ledger
    from tocsin.warning.standing import Standing

EVERYBODY = "public"


def write_feed(
    out: Path, *, reader: str = "", base: str = "", at: str = "", exercise: bool = False
) -> list[Path]:
    """Write one Atom feed a language and each warning's signed CAP message; their paths.

    `reader` is an organisation: what its peers may see; without one, what everybody may see
    (TLP:CLEAR). With `exercise` only exercises, else none. Drafts, held texts, silenced areas and
    covered warnings stay in the house.
    """
    from tocsin.lake.whole import write_bytes
    from tocsin.sharing.atom import cap_name, feed_name, newest, render_atom
    from tocsin.sharing.letters import cap_of
    from tocsin.tables.when import last_moment
    from tocsin.workflow.reaching import xml_signer
    from tocsin.workflow.record_keeping import open_ledger

    now = moment(at)
    ledger = open_ledger()
    try:
        found = released(ledger, reader or EVERYBODY, now, exercise=exercise)
        sign = xml_signer(ledger.org)
        files = {
            cap_name(newest(held)): cap_of(
                held,
                newest(held),
                ledger.org,
                [one for one in held.versions if last_moment(one.known_at) <= now],
                sign,
            )
            for held in found
        }
        for lang in ("fr", "en"):
            files[feed_name(lang)] = render_atom(found, ledger.org, lang, now, base)
    finally:
        ledger.close()
    return [write_bytes(out / name, content) for name, content in files.items()]


def released(ledger: Ledger, org: str, now: datetime, *, exercise: bool = False) -> list[Standing]:
    """Warnings that an organisation's peers may be shown, by its rights on the day of reading."""
    from datetime import UTC, datetime

    from tocsin.sharing.atom import is_recent
    from tocsin.warning.standing import silenced
    from tocsin.workflow.passing_on import peer_reader
    from tocsin.workflow.watchkeeping import read_silences, read_standings

    silences = read_silences(ledger, now)
    reader = peer_reader(ledger, org, datetime.now(UTC))
    return [
        held
        for held in read_standings(ledger, reader, now).values()
        if held.body.state == "issued"
        and not held.held
        and not held.body.covered_by
        and held.is_exercise == exercise
        and is_recent(held, now)
        and silenced(silences, held.body.problem, held.body.area or held.body.country, now) is None
    ]
