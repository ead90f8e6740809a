"""The sources of a brief: the releases its numbers come from, the boundaries, the forecast."""

import re
from datetime import date

from tocsin.briefs.facts import Fact, Line, Months, Source, Value
from tocsin.briefs.inputs import BriefInputs, Outlook
from tocsin.briefs.reckoning import History, Window
from tocsin.tables.snapshots import Snapshot

FORECAST = "forecast"
BOUNDARIES = "boundaries"


class SourceBook:
    """Every source of one brief, numbered in the order in which the page needs them."""

    def __init__(self, inputs: BriefInputs, window: Window):
        self.inputs, self.window = inputs, window
        self.by_id = {snapshot.snapshot_id: snapshot for snapshot in inputs.snapshots}
        frames = (inputs.unit, inputs.parts)
        self.reconstructed = any(
            bool(frame["reconstructed"].any()) for frame in frames if len(frame)
        )
        self._used: dict[str, None] = {}
        for frame in frames:
            shown = frame.filter(frame["month"].is_between(window.last - 35, window.last))
            for snapshot_id in shown["snapshot"].drop_nulls().unique(maintain_order=True):
                self._used[snapshot_id] = None

    def of_history(self, history: History, months: tuple[int, int] | None) -> tuple[str, ...]:
        """Keys of the releases that some months of an area come from."""
        first, last = months or self.window.quarter
        return history.snapshots(first, last)

    def spoken(self, history: History) -> list[tuple[Snapshot, int, int]]:
        """Which release speaks for which of the last twelve months of an area."""
        first, last = self.window.year
        found: dict[str, list[int]] = {}
        for month in range(first, last + 1):
            if month in history.months:
                found.setdefault(history.months[month].snapshot, []).append(month)
        return [
            (self.by_id[key], months[0], months[-1])
            for key, months in found.items()
            if key in self.by_id
        ]

    def released(self) -> Value:
        """The latest release day of what a reconstruction uses."""
        days = [self.by_id[key].released_on for key in self._used if key in self.by_id]
        return max(days, default=self.inputs.as_of)

    def listed(self) -> tuple[Source, ...]:
        """The sources in the order of their numbers."""
        sources = [self._release(self.by_id[key]) for key in self._used if key in self.by_id]
        if self.inputs.outlook is not None:
            sources.append(self._forecast(self.inputs.outlook))
        if self.inputs.layer.title:
            sources.append(self._boundaries())
        return tuple(sources)

    def _release(self, snapshot: Snapshot) -> Source:
        later = snapshot.released_on > self.inputs.as_of
        fields: dict[str, Value] = {
            "title": _titled(snapshot),
            "released": snapshot.released_on,
            "licence": snapshot.licence,
            "citation": short_citation(snapshot.citation),
            "cut": Months(self.window.last, self.window.last),
        }
        template = (
            "{title}, published {released}, cut at {cut}, {licence}. {citation}."
            if later
            else "{title}, published {released}, {licence}. {citation}."
        )
        details = {
            "publisher": snapshot.publisher,
            "version": snapshot.version,
            "released_on": _iso(snapshot.released_on),
            "licence": snapshot.licence,
            "citation": snapshot.citation,
            "file": snapshot.file_name,
            "sha256": snapshot.sha256,
        }
        return Source(snapshot.snapshot_id, Line(template, fields), snapshot.url, details)

    def _forecast(self, outlook: Outlook) -> Source:
        horizons, draws = outlook.draws.shape
        count = Fact(id="forecast.draws", value=draws, unit="draws", sources=(FORECAST,))
        fields: dict[str, Value] = {
            "model": outlook.model,
            "baseline": outlook.baseline,
            "origin": Months(outlook.origin_month, outlook.origin_month),
            "draws": count,
            "issue": outlook.issue,
        }
        template = (
            "Forecast issued as {issue}: {model}, origin {origin}, {draws+}; baseline: {baseline}."
            if outlook.issue
            else "Forecast made for this brief: {model}, origin {origin}, {draws+}; "
            "baseline: {baseline}."
        )
        if outlook.baseline_draws is None:
            template = "Forecast made for this brief: {model}, origin {origin}, {draws+}."
        details = {
            "model": outlook.model, "baseline": outlook.baseline,
            "horizons": str(horizons), "seed": str(outlook.seed),
        }  # fmt: skip
        if outlook.issue:
            details["issue"] = outlook.issue
        return Source(FORECAST, Line(template, fields), "", details)

    def _boundaries(self) -> Source:
        layer = self.inputs.layer
        template = "Boundaries: {title}, {licence}{note}."
        if layer.title.endswith(".geojson"):
            template = "Boundaries: a file added to this store ({title}){note}."
        note = f" ({layer.note})" if layer.note else ""
        fields: dict[str, Value] = {"title": layer.title, "licence": layer.licence, "note": note}
        return Source(BOUNDARIES, Line(template, fields), layer.url)


def _titled(snapshot: Snapshot) -> str:
    version = snapshot.version
    return snapshot.title if version in snapshot.title else f"{snapshot.title} {version}"


def _iso(day: date) -> str:
    return day.isoformat()


_WORK = re.compile(r"(?:^|[;.:] +)([^;:()]+?)[ ,]*\((\d{4})[a-z]?\)")


def short_citation(citation: str) -> str:
    """Authors and years of the works that a citation names, as they stand in a text.

    >>> short_citation("Sundberg, Ralph and Erik Melander (2013). Introducing UCDP GED. Journal "
    ...     "of Peace Research 50(4); Davies, Shawn, Therése Pettersson and Magnus Öberg (2025). "
    ...     "Organized violence. Journal of Peace Research 62(4).")
    'Sundberg & Melander 2013; Davies et al. 2025'
    """
    works = [f"{_authors(authors)} {year}" for authors, year in _WORK.findall(citation)]
    return "; ".join(works) if works else citation.rstrip(". ")


def _authors(listed: str) -> str:
    """*Sundberg, Ralph and Erik Melander* as *Sundberg & Melander*."""
    first, _, rest = listed.strip().partition(",")
    others = [name for name in re.split(r",| and | & ", rest) if name.strip()]
    if len(others) <= 1:
        return first
    if len(others) == 2:
        return f"{first} & {others[-1].split()[-1]}"
    return f"{first} et al."
