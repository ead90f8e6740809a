"""Judgements that the store keeps: how good forecasts have been, how warnings did.

They take minutes to make and are read in a moment: `tocsin evaluate` and `tocsin scorecard` leave
each here, and the pages show what is kept. A judgement is known from the day as of which it was
made; made later on the knowledge of an earlier day, it is a reconstruction and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import UnknownName
from tocsin.settings import read_settings
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    from tocsin.evaluation.account import Evaluation

FOLDER = "judged"
_EVALUATION, _SCORECARD = "evaluation", "scorecard"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One judgement: what of, made when, on what was known by the end of which day.

    `name` is its file's; `of` says what was judged: a level and target, or a warning problem.
    """

    name: str
    sort: str
    of: str
    area: str
    made_at: datetime
    as_of: date
    reconstruct: bool
    content: msgspec.Raw

    def evaluation(self) -> Evaluation:
        """The account of forecasts."""
        from tocsin.evaluation.account import Evaluation

        return msgspec.json.decode(self.content, type=Evaluation)

    def scorecard(self) -> dict[str, Any]:
        """The scorecard of warnings, as `workflow.scorecards` made it."""
        found: dict[str, Any] = msgspec.json.decode(self.content)
        return found


def keep_evaluation(
    found: Evaluation, *, area: str = "", as_of: str = "", reconstruct: bool = False
) -> str:
    """Keep an account of the store's own forecasts; its name."""
    of = f"{found.level} {found.target}"
    content = msgspec.json.encode(found)
    return _keep(_EVALUATION, of, area, day_of(as_of), reconstruct, content)


def keep_scorecard(found: Mapping[str, Any]) -> str:
    """Keep a scorecard of warnings; its name."""
    content = msgspec.json.encode({key: one for key, one in found.items() if key != "folder"})
    again = found.get("kind") in ("counted", "stated")  # the past, replayed on later releases
    return _keep(
        _SCORECARD, str(found["problem"]), str(found.get("area", "")), day_of(""), again, content
    )


def evaluations(until: date) -> list[Kept]:
    """Accounts of forecasts known by a day; the newest of each sort, the newest first."""
    return _newest(_EVALUATION, until)


def scorecards_kept(until: date) -> list[Kept]:
    """Scorecards of warnings known by a day; the newest of each problem and area."""
    return _newest(_SCORECARD, until)


def scorecards_by(until: date) -> list[Kept]:
    """Every scorecard of warnings known by a day, the older ones too."""
    return [one for one in _all(_SCORECARD) if one.as_of <= until]


def named(name: str) -> Kept:
    """The judgement of a name.

    Raises
    ------
    UnknownName, if none is kept under it.
    """
    for sort in (_EVALUATION, _SCORECARD):
        for one in _all(sort):
            if one.name == name:
                return one
    raise UnknownName(
        "no judgement is named {name}", remedy="See them on the page of forecasts.", name=name
    )


def _newest(sort: str, until: date) -> list[Kept]:
    found: dict[tuple[str, str], Kept] = {}
    for one in _all(sort):
        if one.as_of <= until:
            found[one.of, one.area] = one
    return sorted(found.values(), key=lambda one: (one.as_of, one.made_at), reverse=True)


def _all(sort: str) -> list[Kept]:
    """Every judgement of a sort, the oldest first; a file that cannot be read is passed over."""
    folder = read_settings().home / FOLDER
    held = [_read(path, path.stat().st_mtime_ns) for path in folder.glob(f"{sort}-*.json")]
    return sorted(
        (one for one in held if one is not None), key=lambda one: (one.as_of, one.made_at)
    )


@lru_cache(maxsize=64)
def _read(path: Path, edition: int) -> Kept | None:
    del edition  # a file that changed is read again
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError):
        return None


def _keep(
    sort: str, of: str, area: str, as_of: date, reconstruct: bool, content: bytes
) -> str:  # fmt: skip
    from tocsin.briefs.files import write_whole

    made_at = datetime.now(UTC).replace(microsecond=0)
    mark = sha256(content + f"{of}\n{area}\n{as_of}".encode()).hexdigest()[:10]
    name = f"{sort}-{made_at:%Y%m%dT%H%M%S}-{mark}"
    kept = Kept(
        name=name, sort=sort, of=of, area=area, made_at=made_at, as_of=as_of,
        reconstruct=reconstruct, content=msgspec.Raw(content),
    )  # fmt: skip
    write_whole(read_settings().home / FOLDER, name, {"json": msgspec.json.encode(kept)})
    return name
