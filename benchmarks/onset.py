"""Brier skill of onsets at the country level, horizons 1 to 6, over each country's own record.

    python -m benchmarks.onset DATA [--open]

DATA is the folder of the challenge's files. Origins lie every fifth month, every third with --open;
without it no target lies after December 2017, with it all lie in 2018 to 2022.
"""

import sys
from pathlib import Path

from tocsin import models
from tocsin.challenge import from_challenge_folder
from tocsin.evaluation import with_known_units
from tocsin.evaluation.onset import HORIZONS, OnsetRows, join_onset_rows, onset_rows, onset_skill
from tocsin.tables.months import parse_month

BEFORE = range(parse_month("2000-02"), parse_month("2017-06") + 1, 5)
OPEN = range(parse_month("2017-12"), parse_month("2022-06") + 1, 3)
QUIET = (1, 3, 12)
DRAWS, SEED = 1000, 1


def main(data: Path, origins: range) -> None:
    observed = from_challenge_folder(data, "country", origins[-1] + max(HORIZONS))
    parts: dict[int, list[OnsetRows]] = {quiet: [] for quiet in QUIET}
    names = {name: row for row, name in enumerate(observed.units)}
    for origin in origins:
        known, _ = with_known_units(observed, origin)
        samples = models.best("country").forecast(known.until(origin), HORIZONS, DRAWS, SEED)
        for quiet in QUIET:
            rows = onset_rows(samples, known, origin, HORIZONS, quiet)
            everywhere = [names[known.units[unit]] for unit in rows.unit]
            parts[quiet].append(rows.renumbered(everywhere))
    for quiet in QUIET:
        rows = join_onset_rows(parts[quiet])
        for step, found in onset_skill(rows).items():
            here = rows.chosen(rows.horizon == step)
            print(
                f"quiet for {quiet:2} months or more, {step} ahead: skill {found.value:6.1%} "
                f"(90 % interval {found.low:.1%} to {found.high:.1%}); {found.rows} forecasts, "
                f"{here.happened.sum()} onsets, foreseen {here.chance.sum():.0f}, "
                f"by the record {here.baseline.sum():.0f}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), OPEN if "--open" in sys.argv else BEFORE)
