"""Photos of reports, for those who verify: decrypted into a folder, by those who may see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tocsin.errors import UsageError
from tocsin.policy.visible import is_named, part_of_id
from tocsin.workflow import verifying
from tocsin.workflow.record_keeping import view
from tocsin.workflow.submitting import media_room

_ENDS = {"image/jpeg": "jpg", "image/png": "png"}


def photos(
    name: str, reader: str = "", out: Path | None = None, as_of: str = ""
) -> list[dict[str, Any]]:
    """The photos that a report names, each with whether it has come; written, if `out` is given.

    name : the beginning of the report's statement id
    out : a folder; what is written there is decrypted, and the reader's to delete

    Raises
    ------
    UnknownName, if there is no such report.  UsageError, if `out` is no folder.
    """
    report = verifying.account(name, reader).report
    instance = str(getattr(report.body, "instance", ""))
    seen = view(reader, as_of).statements("report_media", f"media:{instance}/*")
    came = {str(getattr(one.body, "key", "")): one.body for one in seen}
    named = list(dict.fromkeys((*getattr(report.body, "media", ()), *came)))
    told = []
    for at, key in enumerate(named, start=1):
        body: Any = came.get(key)
        row: dict[str, Any] = {"key": key, "came": body is not None}
        if body is not None:
            row |= {"size": body.size, "type": body.type, "sha256": body.sha256}
            if out is not None:
                row["file"] = str(_written(out, f"{report.id[:18]}-{at}", body))
        told.append(row)
    return told


def file_named_by(statement: str) -> str:
    """The SHA-256 of the photo that a statement is about; empty if it is about none."""
    part = part_of_id(statement)
    for one in view().statements("report_media"):
        if part and is_named(one.id, part):
            return str(getattr(one.body, "sha256", ""))
    return ""


def forget_file(name: str) -> bool:
    """Take a photo's file away once its statement has been purged; not while another names it."""
    named = {str(getattr(one.body, "sha256", "")) for one in view().statements("report_media")}
    if not name or name in named:
        return False
    media_room().forget(name)
    return True


def _written(out: Path, stem: str, body: Any) -> Path:
    if out.exists() and not out.is_dir():
        raise UsageError("this is no folder", where=str(out), remedy="Name a folder: --out FOLDER")
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{stem}.{_ENDS[body.type]}"
    path.write_bytes(media_room().content(body.sha256))
    return path
