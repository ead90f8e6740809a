"""What is wrong with a node and what to do: every check, in one list. Nothing is changed by it.

A check that meets what nobody foresaw becomes a finding of its own; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.errors import TocsinError
from tocsin.settings import Settings, read_settings
from tocsin.workflow import examining, surroundings
from tocsin.workflow.surroundings import Finding, fail, ok, warn

if TYPE_CHECKING:
    from tocsin.ledger.inspecting import Seen
    from tocsin.vault import Vault

HOST, PORT = "127.0.0.1", 8765


def diagnose(
    *, network: bool = False, port: int = PORT, now: datetime | None = None
) -> list[Finding]:
    """Everything that was looked at, in the order in which one would mend it.

    network : also ask whether the servers of `channels.yml` answer
    """
    settings, moment = read_settings(), now or datetime.now(UTC)
    found: list[Finding] = []
    for about, check in _checks(settings, moment, network, port):
        found += _guarded(about, check)
    return found


def is_well(found: Iterable[Finding]) -> bool:
    """Whether nothing is broken; what somebody should look at does not count."""
    return all(one.state != "fail" for one in found)


def _guarded(about: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except TocsinError as error:
        return [examining.told(about, error)]
    except Exception as error:  # a doctor who faints helps nobody
        return [_unforeseen(about, error)]


def _unforeseen(about: str, error: Exception) -> Finding:
    return fail(
        about,
        "this could not be looked at: {name}",
        "Run it again; if it stays, report it with this line.",
        name=type(error).__name__,
    )


def _checks(
    settings: Settings, now: datetime, network: bool, port: int
) -> Iterator[tuple[str, Callable[[], Iterable[Finding]]]]:
    from tocsin.ledger.inspecting import NEWEST
    from tocsin.workflow.record_keeping import open_vault

    home, vault = settings.home, open_vault()
    seen, trouble = _look(settings)
    written = None
    if seen is not None and seen.recorded is not None:
        written = datetime.fromtimestamp(seen.recorded / 1e6, UTC)
    # An older one would be brought up to date by opening it: nothing is changed here.
    is_current = seen is not None and seen.recorded is not None and seen.step == NEWEST
    yield "python", surroundings.check_python
    yield "memory", surroundings.check_memory
    yield "disk", lambda: surroundings.check_room(home)
    yield "encryption", lambda: surroundings.check_encryption(home)
    yield "encryption", lambda: examining.check_locking(settings)
    yield "clock", lambda: surroundings.check_clock(now, written)
    yield "layers", surroundings.check_layers
    yield "fonts", surroundings.check_letters
    yield "store", lambda: examining.check_store(settings)
    yield "permissions", lambda: examining.check_permissions(settings)
    yield "vault", lambda: examining.check_vault(settings, vault)
    yield "ledger", lambda: trouble or examining.check_ledger(seen)
    yield "lake", lambda: examining.check_lake(settings, now.date())
    yield "backup", lambda: examining.check_backups(settings, _made(vault), now)
    yield "watch", lambda: _check_watch(home, now)
    yield "channels", lambda: examining.check_channels(settings, vault, network=network)
    yield "keys", lambda: examining.check_keys(vault, now)
    if is_current:
        yield "peers", lambda: _check_peers(now)
    yield "port", lambda: surroundings.check_port(HOST, port)


def _look(settings: Settings) -> tuple[Seen | None, list[Finding]]:
    from tocsin.ledger.inspecting import look_at
    from tocsin.workflow.record_place import record_place

    try:
        return look_at(record_place(settings), settings.home / "vault" / "witness.json"), []
    except TocsinError as error:
        return None, [examining.told("ledger", error)]
    except Exception as error:
        return None, [_unforeseen("ledger", error)]


def _made(vault: Vault) -> list[Path]:
    """Backups this node has made, wherever they were put; none where the vault is closed."""
    from tocsin.workflow.safe_keeping import backups_made

    try:
        return backups_made(vault)
    except TocsinError:
        return []


def _check_watch(home: Path, now: datetime) -> Iterator[Finding]:
    from tocsin.workflow.serving import LONGEST_GAP, last_pass

    ended = last_pass(home)
    if ended is None:
        yield warn("watch", "nobody has kept the watch yet", "Start it: tocsin watch --service")
        return
    hours = (now - ended).total_seconds() / 3600
    if hours > LONGEST_GAP:
        yield fail(
            "watch",
            "the last pass of the watch was {hours} hours ago",
            "Start it again: tocsin watch --service",
            hours=round(hours),
        )
    else:
        yield ok("watch", "the watch is kept")


def _check_peers(now: datetime) -> Iterator[Finding]:
    """Partners with whom nothing has passed for long, and what they were asked to confirm."""
    from tocsin.workflow.exchange_status import exchange_status

    late, open_asks, disputes = [], [], []
    for one in exchange_status():
        if one.status != "trusted":
            continue
        moments = [text for text in (one.last_sent, one.last_received) if text]
        last = max((datetime.fromisoformat(text) for text in moments), default=None)
        if last is None or now - last > examining.SILENT_PEER:
            late.append(one.peer)
        if any(_is_overdue(ask.sent, now) for ask in one.unconfirmed):
            open_asks.append(one.peer)
        if one.contradictions:
            disputes.append(one.peer)
    if disputes:
        yield fail(
            "peers",
            "what these sent contradicts itself: {names}",
            "Look at it: tocsin share status",
            names=", ".join(disputes),
        )
    if open_asks:
        yield warn(
            "peers",
            "these have not confirmed what they were asked to withdraw: {names}",
            "Ask them by another way: tocsin share status",
            names=", ".join(open_asks),
        )
    if late:
        yield warn(
            "peers",
            "nothing has passed for two weeks with {names}",
            "Bring them a bundle, or fetch theirs: tocsin share sync, or share export",
            names=", ".join(late),
        )
    if not (disputes or open_asks or late):
        yield ok("peers", "no partner is overdue")


def _is_overdue(sent: str, now: datetime) -> bool:
    return now - datetime.fromisoformat(sent) > timedelta(days=2)
