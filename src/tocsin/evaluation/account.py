"""The account of an evaluation: every figure of its report, and nothing that is not a figure.

Rows of `judge` go in, one model set against one baseline; what comes out is written as JSON as it
stands and laid out by `reports`. Figures are rounded to six significant digits, so that the same
rows give the same bytes on any machine.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import CheckFailed, UnknownName
from tocsin.evaluation.events import EventAccount, event_account
from tocsin.evaluation.judging import HEAVY
from tocsin.evaluation.kernels import Floats
from tocsin.evaluation.measures import SCORES
from tocsin.evaluation.misses import Miss, worst
from tocsin.evaluation.rounding import six_digits
from tocsin.evaluation.skill import Over, skill
from tocsin.tables.months import month_text

SCHEMA = "tocsin-evaluation/1"
REGIMES = ("peace", "onset", "escalation", "continuation", "de-escalation")
LARGEST = 5  # units left out where a table leaves out the largest
MISSES = 20
PIT_BARS = 20
EVENTS = (1, 25)
GROUP_SCORES = ("crps", "log_crps", "ign")
# The PIT over all rows, and where deaths are expected: over all, zeros drown the wars.
PIT_PARTS = {"all": pl.lit(value=True), "mean of 1 or more": pl.col("mean") >= 1}
_KEY = ("window", "unit_id", "month", "horizon")


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """Skill of one score, and 90 % intervals by what a round of the bootstrap draws anew."""

    value: float
    months: tuple[float, float]
    countries: tuple[float, float]
    both: tuple[float, float]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Model and baseline on some of the rows: mean scores of both, and skill by score."""

    part: str
    rows: int
    model: dict[str, float]
    baseline: dict[str, float]
    skill: dict[str, Interval]
    by_window: dict[str, float]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One group of rows, such as a regime: how large it is and who was better there.

    `skill` is of the scores in `GROUP_SCORES`, where the baseline's is not zero.
    """

    name: str
    rows: int
    deaths: float
    model: dict[str, float]
    baseline: dict[str, float]
    covered: float
    skill: dict[str, Interval]


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """Coverage of the central intervals, and of the randomised PIT's central 90 %."""

    model: str
    part: str
    rows: int
    covered: float
    covered_50: float
    pit_90: float


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report says. Months are written 2018-01."""

    schema: str
    basis: str
    level: str
    target: str
    first: str
    last: str
    windows: tuple[str, ...]
    model: str
    baseline: str
    models: tuple[str, ...]
    configuration: str
    horizons: tuple[int, ...]
    draws: int
    seed: int
    rows: int
    units: int
    unpaired: int
    scores: dict[str, dict[str, float]]
    by_window: dict[str, dict[str, dict[str, float]]]
    largest: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    regimes: tuple[Group, ...]
    by_horizon: tuple[Group, ...]
    by_country: tuple[Group, ...]
    calibration: tuple[Calibration, ...]
    pit: dict[str, dict[str, tuple[float, ...]]]
    events: tuple[EventAccount, ...]
    misses: tuple[Miss, ...]
    surprises: tuple[Miss, ...]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What was evaluated: where the rows come from and what made the draws.

    `countries` names the country of each unit, where the unit is not the country itself;
    `summaries` are months of units whose record books months of war at once.
    """

    basis: str
    level: str
    target: str
    model: str
    baseline: str
    configuration: str
    draws: int
    seed: int
    countries: Mapping[str, str] = {}
    summaries: tuple[tuple[str, int], ...] = ()


def account(judged: pl.DataFrame, setting: Setting, rounds: int = 500) -> Evaluation:
    """Set the model against its baseline on every row that all models forecast.

    Parameters
    ----------
    judged : rows of `judge`, of the model, the baseline and any others
    rounds : rounds of each bootstrap

    Raises
    ------
    CheckFailed, if no row is common to all.  UnknownName, if a model has no rows.
    """
    models = tuple(judged["model_id"].unique(maintain_order=True).to_list())
    paired, unpaired = _paired(judged, models)
    for name in (setting.model, setting.baseline):
        if name not in paired:
            raise UnknownName(
                "no forecast of {model} was judged",
                remedy="The models are: {names}.",
                model=name,
                names=", ".join(models),
            )
    ours, theirs = paired[setting.model], paired[setting.baseline]
    windows = tuple(ours["window"].unique(maintain_order=True).to_list())
    pair = _Pair(ours, theirs, setting, rounds)
    return Evaluation(
        schema=SCHEMA,
        basis=setting.basis,
        level=setting.level,
        target=setting.target,
        first=month_text(int(ours["month"].to_numpy().min())),
        last=month_text(int(ours["month"].to_numpy().max())),
        windows=windows,
        model=setting.model,
        baseline=setting.baseline,
        models=models,
        configuration=setting.configuration,
        horizons=tuple(sorted(ours["horizon"].unique().to_list())),
        draws=setting.draws,
        seed=setting.seed,
        rows=ours.height,
        units=ours["unit_id"].n_unique(),
        unpaired=unpaired,
        scores={name: means(frame) for name, frame in paired.items()},
        by_window={
            name: {window: means(frame.filter(window=window)) for window in windows}
            for name, frame in paired.items()
        },
        largest=pair.largest,
        comparisons=pair.comparisons(),
        regimes=pair.groups(ours["regime"].to_numpy(), REGIMES),
        by_horizon=pair.groups(ours["horizon"].cast(pl.String).to_numpy(), pair.horizons()),
        by_country=pair.groups(pair.country, pair.deadliest()),
        calibration=tuple(
            line
            for name in dict.fromkeys((setting.model, setting.baseline))
            for line in calibration(name, paired[name])
        ),
        pit={
            part: {
                name: pit_bars(paired[name].filter(wanted))
                for name in dict.fromkeys((setting.model, setting.baseline))
            }
            for part, wanted in PIT_PARTS.items()
        },
        events=tuple(
            event_account(name, paired[name], threshold)
            for threshold in EVENTS
            for name in dict.fromkeys((setting.model, setting.baseline))
            if (ours["observed"] >= threshold).any()
        ),
        misses=worst(ours, theirs, "crps", MISSES),
        surprises=worst(ours, theirs, "log_crps", MISSES // 2),
    )


def means(frame: pl.DataFrame) -> dict[str, float]:
    """Mean of every score."""
    return {name: six_digits(float(frame[name].to_numpy().mean())) for name in SCORES}


def pit_bars(frame: pl.DataFrame) -> tuple[float, ...]:
    """Shares of the randomised PIT in `PIT_BARS` bars of equal width; zeros if there is no row."""
    bars = np.histogram(frame["pit"].to_numpy(), PIT_BARS, (0, 1))[0]
    return tuple(six_digits(bar / max(frame.height, 1)) for bar in bars.tolist())


def calibration(name: str, frame: pl.DataFrame) -> list[Calibration]:
    """Coverage over all rows, where deaths are expected, and in heavy war."""
    parts = PIT_PARTS | {"heavy war": pl.col("recent") >= HEAVY}
    lines = []
    for part, wanted in parts.items():
        rows = frame.filter(wanted)
        if rows.height:
            pit = rows["pit"].to_numpy()
            lines.append(
                Calibration(
                    model=name,
                    part=part,
                    rows=rows.height,
                    covered=six_digits(float(rows["covered"].to_numpy().mean())),
                    covered_50=six_digits(float(rows["covered_50"].to_numpy().mean())),
                    pit_90=six_digits(float(((pit > 0.05) & (pit < 0.95)).mean())),
                )
            )
    return lines


def _paired(judged: pl.DataFrame, models: Sequence[str]) -> tuple[dict[str, pl.DataFrame], int]:
    """The rows of each model that all have, in one order, and how many rows were left out."""
    frames = {name: judged.filter(model_id=name).sort(*_KEY) for name in models}
    shared = next(iter(frames.values())).select(*_KEY)
    for frame in frames.values():
        shared = shared.join(frame.select(*_KEY), on=list(_KEY), how="semi", maintain_order="left")
    if shared.is_empty():
        raise CheckFailed(
            "no forecast is common to {names}",
            remedy="Evaluate models on the same units and months.",
            names=", ".join(models),
        )
    kept = {
        name: frame.join(shared, on=list(_KEY), how="semi", maintain_order="left")
        for name, frame in frames.items()
    }
    return kept, judged.height - shared.height * len(models)


class _Pair:
    """Model and baseline on the same rows in the same order."""

    def __init__(self, ours: pl.DataFrame, theirs: pl.DataFrame, setting: Setting, rounds: int):
        self.ours, self.theirs, self.setting, self.rounds = ours, theirs, setting, rounds
        self.unit = ours["unit_id"].to_numpy().astype(str)
        self.month = ours["month"].to_numpy()
        self.country = np.array([setting.countries.get(unit, unit) for unit in self.unit.tolist()])
        # Numbers for names: a bootstrap of the grid would spend its time on sorting strings.
        self.unit_number = np.unique(self.unit, return_inverse=True)[1]
        self.country_number = np.unique(self.country, return_inverse=True)[1]
        deaths = ours.group_by("unit_id").agg(pl.col("observed").sum())
        ordered = deaths.sort("observed", "unit_id", descending=[True, False])
        self.largest = tuple(ordered["unit_id"].head(LARGEST).to_list())

    def comparisons(self) -> tuple[Comparison, ...]:
        """All rows; without summary months; without the largest units; without either."""
        large = np.isin(self.unit, self.largest)
        summary = np.zeros(len(self.unit), dtype=bool)
        for unit, month in self.setting.summaries:
            of_unit = (self.unit == unit) | (self.country == unit)
            summary |= of_unit & (self.month == month)
        parts = {"all": np.ones(len(large), dtype=bool)}
        if summary.any():
            parts["without summary months"] = ~summary
        if self.ours["unit_id"].n_unique() > LARGEST:
            parts["without the largest units"] = ~large
            if summary.any():
                parts["without either"] = ~summary & ~large
        return tuple(self._comparison(part, here) for part, here in parts.items())

    def _comparison(self, part: str, here: NDArray[np.bool_]) -> Comparison:
        ours, theirs = self.ours.filter(here), self.theirs.filter(here)
        return Comparison(
            part=part,
            rows=ours.height,
            model=means(ours),
            baseline=means(theirs),
            skill=self._intervals(SCORES, ours, theirs, self._clusters(here), self.month[here]),
            by_window={
                str(window): six_digits(1 - mine["crps"].to_numpy().sum() / total)
                for (window,), mine in ours.group_by("window", maintain_order=True)
                if (total := theirs.filter(window=window)["crps"].to_numpy().sum()) > 0
            },
        )

    def _clusters(self, here: NDArray[np.bool_]) -> NDArray[np.intp]:
        """What is drawn anew: within one country its areas, between countries the countries."""
        within = len(np.unique(self.country_number[here])) == 1
        return self.unit_number[here] if within else self.country_number[here]

    def _intervals(
        self,
        scores: Sequence[str],
        ours: pl.DataFrame,
        theirs: pl.DataFrame,
        clusters: NDArray[np.generic],
        months: NDArray[np.generic],
    ) -> dict[str, Interval]:
        return {
            name: self._interval(ours[name].to_numpy(), theirs[name].to_numpy(), clusters, months)
            for name in scores
            if theirs[name].to_numpy().sum() > 0
        }

    def _interval(
        self,
        ours: Floats,
        theirs: Floats,
        country: NDArray[np.generic],
        month: NDArray[np.generic],
    ) -> Interval:
        overs: tuple[Over, ...] = ("months", "units", "both")
        found = {
            over: skill(ours, theirs, country, month, over=over, rounds=self.rounds)
            for over in overs
        }
        spans = {over: (six_digits(one.low), six_digits(one.high)) for over, one in found.items()}
        return Interval(
            value=six_digits(found["both"].value),
            months=spans["months"],
            countries=spans["units"],
            both=spans["both"],
        )

    def groups(self, label: NDArray[np.generic], names: Sequence[str]) -> tuple[Group, ...]:
        """Each group of rows that holds any."""
        return tuple(self._group(name, label == name) for name in names if (label == name).any())

    def _group(self, name: str, here: NDArray[np.bool_]) -> Group:
        ours, theirs = self.ours.filter(here), self.theirs.filter(here)
        return Group(
            name=name,
            rows=ours.height,
            deaths=six_digits(float(ours["observed"].to_numpy().sum())),
            model=means(ours),
            baseline=means(theirs),
            covered=six_digits(float(ours["covered"].to_numpy().mean())),
            skill=self._intervals(
                GROUP_SCORES, ours, theirs, self._clusters(here), self.month[here]
            ),
        )

    def horizons(self) -> tuple[str, ...]:
        return tuple(str(step) for step in sorted(self.ours["horizon"].unique().to_list()))

    def deadliest(self, count: int = MISSES) -> tuple[str, ...]:
        """The countries with most deaths in these rows, deadliest first."""
        deaths = (
            pl.DataFrame({"country": self.country, "observed": self.ours["observed"]})
            .group_by("country")
            .agg(pl.col("observed").sum())
            .filter(pl.col("observed") > 0)
            .sort("observed", "country", descending=[True, False])
        )
        return tuple(deaths["country"].head(count).to_list())
