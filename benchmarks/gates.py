"""How often the gates would have stopped a sound forecast, on origins before 2018.

    python -m benchmarks.gates EVENTS

Each origin is examined against the issue of the month before, as in operation. EVENTS is a file of
UCDP GED events.
"""

import os
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

from tocsin import evaluation, models
from tocsin.models.draws import Draws
from tocsin.models.gates import examine
from tocsin.tables.levels import Target
from tocsin.tables.months import month_text, parse_month
from tocsin.workflow import arriving, counting

HORIZONS = tuple(range(1, 13))
TARGETS: tuple[Target, ...] = ("ged_sb", "ged_all")


def main(events: Path) -> None:
    found: Counter[str] = Counter()
    examined = 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["TOCSIN_HOME"] = home
        list(arriving.ingest([events]))
        for target in TARGETS:
            rows = counting.build_panel(
                "country", target, counting.FIRST_MONTH, parse_month("2016-12"),
                as_of=date(2021, 12, 31),
            )  # fmt: skip
            panel = models.build_unit_months(rows)
            for origin in range(parse_month("2005-05"), parse_month("2016-12") + 1, 17):
                made = []
                for month in (origin - 1, origin):
                    known, _ = evaluation.with_known_units(panel, month)
                    history = known.until(month)
                    samples = models.best("country").forecast(history, HORIZONS, 200, 1)
                    made.append(
                        Draws("tocsin", "country", target, history.units, month, HORIZONS, samples)
                    )
                examined += 1
                for one in examine(made[1], history, previous=made[0]):
                    found[one.gate] += 1
                    told = one.problem.format(unit=one.unit_id, **one.fields)
                    print(f"{month_text(origin)} {target} {one.gate}: {told}", flush=True)
    print(f"{examined} issues examined; findings by gate: {dict(found)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
