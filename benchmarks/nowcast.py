"""A weak test of the nowcast of late figures, on six vintages of 2024.

    python -m benchmarks.nowcast MIRROR

What the figures of 2023 were until May 2024, against what the yearly release of June 2024 made of
them, is all that can be learned from. It is tried on January to May 2024: their first figures,
revised so, against the release of June 2025 (GED 25.1, which books an event by its first day and
holds events that span months, as the vintages do not). One revision, one year: weak evidence.
"""

import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.evaluation import all_scores
from tocsin.evaluation.measures import covered, log_crps
from tocsin.models.nowcast import build_revisions, final_versions
from tocsin.panel import assemble
from tocsin.panel.revising import revision_pairs
from tocsin.tables.months import parse_month
from tocsin.workflow import arriving, counting

AS_OF = date(2024, 6, 24)
FIRST, LAST = parse_month("2024-01"), parse_month("2024-05")


def main(mirror: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["TOCSIN_HOME"] = home
        files = [
            mirror / "ucdp" / "ged_25_1_country_month_1989_2024H1.csv.gz",
            *sorted((mirror / "vintages").glob("*.csv.gz")),
        ]
        list(arriving.ingest(files))
        known = counting.candidates_known(arriving.open_lake(), date(2025, 12, 31), False)
    vintages = [one for one in known if one.snapshot.source == "country_month_vintages"]
    finals = [one for one in known if one.snapshot.source == "ucdp_country_month"]
    for day in (date(2024, 5, 31), AS_OF):
        pairs = revision_pairs(vintages, "country", "ged_all", day)
        print(f"as of {day}: {pairs.height} months of countries have been through a revision")
    changed = pairs.filter(pl.col("first") != pl.col("final"))
    total = pairs.select(pl.col("first").sum(), pl.col("final").sum()).row(0)
    print(f"of these {changed.height} changed; sum {total[0]} first, {total[1]} final")
    late = assemble(
        "country", "ged_all", FIRST, LAST,
        [one for one in vintages if one.snapshot.released_on == AS_OF], as_of=AS_OF,
    )  # fmt: skip
    april = assemble(
        "country", "ged_all", FIRST, parse_month("2024-04"),
        [one for one in vintages if one.snapshot.released_on == date(2024, 5, 21)],
        as_of=AS_OF,
    )  # fmt: skip
    both = april.join(late, on=["unit_id", "month"], suffix="_june").drop_nulls(["best"])
    moved = both.filter(pl.col("best") != pl.col("best_june")).height
    print(f"January to April 2024, May's vintage against June's: {moved} of {both.height} changed")
    truth = assemble("country", "ged_all", FIRST, LAST, finals, as_of=date(2025, 12, 31))
    joined = late.join(truth, on=["unit_id", "month"], suffix="_final").drop_nulls(
        ["best", "best_final"]
    )
    wide = joined.pivot("month", index="unit_id", values="best").sort("unit_id")
    counts = wide.drop("unit_id").to_numpy().astype(float)
    final = (
        joined.pivot("month", index="unit_id", values="best_final")
        .sort("unit_id")
        .drop("unit_id")
        .to_numpy()
        .astype(float)
    )
    revisions = build_revisions(
        pairs["unit_id"].to_list(), pairs["first"].to_list(), pairs["final"].to_list()
    )
    versions = final_versions(counts, revisions, 400, np.random.default_rng(1))
    draws = np.moveaxis(versions, 0, 2).reshape(-1, 400)
    as_they_are = np.repeat(counts.reshape(-1, 1), 400, axis=1)
    observed = final.ravel()
    here = ~np.isnan(observed) & ~np.isnan(counts.ravel())
    for what, rows in (("as they are", as_they_are), ("nowcast", draws)):
        scores = all_scores(observed[here], rows[here])
        war = here & (counts.ravel() >= 25)
        print(
            f"{what:12} CRPS {scores['crps'].mean():.3f}  log CRPS "
            f"{log_crps(observed[here], rows[here]).mean():.4f}  IGN {scores['ign'].mean():.3f}  "
            f"MIS {scores['mis'].mean():.2f}  90 % interval, at 25 deaths or more: "
            f"{covered(observed[war], rows[war]).mean():.0%} of {int(war.sum())}"
        )
    print(
        f"sum: first {np.nansum(counts):.0f}, nowcast {draws[here].mean(axis=1).sum():.0f}, "
        f"final {observed[here].sum():.0f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
