"""The files of a report: pages and papers by language, figures as JSON, every row as CSV."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import polars as pl

from tocsin.briefs.files import write_whole
from tocsin.evaluation.account import Evaluation
from tocsin.language import Lang
from tocsin.reports.forecasts import lay_out
from tocsin.reports.html import render_html
from tocsin.reports.pdf import render_pdf

# A file of rows above this is Parquet: a CSV of a million rows serves nobody.
_ROWS_OF_CSV = 250_000
Names = Mapping[str, Mapping[str, str]]


def write_report(
    found: Evaluation,
    names: Names,
    judged: pl.DataFrame | None,
    folder: Path,
    langs: Sequence[Lang],
) -> list[Path]:
    """Write `evaluation-<level>-<target>-<windows>.…`; each appears only when it is complete.

    Parameters
    ----------
    names : by language, what the account's units are called
    judged : the rows that the account was made of; None to leave their file out
    """
    stem = stem_of(found)
    paths = []
    for lang in langs:
        report = lay_out(found, names[lang], lang)
        made = {"html": render_html(report), "pdf": render_pdf(report)}
        paths += write_whole(folder, f"{stem}.{lang}", made)
    rows = {} if judged is None else _rows_file(judged)
    return paths + write_whole(folder, stem, {"json": to_json(found), **rows})


def stem_of(found: Evaluation) -> str:
    """The name that the files of a report share.

    A challenge's windows name it by the first and the last, other reports by their months.
    """
    if found.basis == "store":
        span = f"{found.first}-{found.last}"
    else:
        span = "-".join(dict.fromkeys((found.windows[0], found.windows[-1])))
    return f"evaluation-{found.level}-{found.target}-{span}"


def to_json(found: Evaluation) -> bytes:
    """The account as JSON, one figure a line."""
    return msgspec.json.format(msgspec.json.encode(found, order="deterministic"), indent=1) + b"\n"


def _rows_file(judged: pl.DataFrame) -> dict[str, bytes]:
    written = io.BytesIO()
    if judged.height > _ROWS_OF_CSV:
        judged.write_parquet(written)
        return {"parquet": written.getvalue()}
    judged.with_columns(pl.selectors.float().round_sig_figs(6)).write_csv(written)
    return {"csv": written.getvalue()}
