"""A forecast explained: its components, the past it leans on, what changed since the last one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.arriving import is_exercise_store, open_lake
from tocsin.workflow.forecast_parts import Plan, country_of, see
from tocsin.workflow.foreseeing import issued_draws_of
from tocsin.workflow.issuing import last_counted_month, open_archive
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    from tocsin.evaluation import History
    from tocsin.lake.archive import Archive, Issue
    from tocsin.language import Lang
    from tocsin.models.draws import Draws
    from tocsin.tables.levels import Level, Target

_DRAWS = 1000
_MODEL = "tocsin"


def explain_forecast(
    area: str,
    *,
    origin: str = "",
    target: str = "ged_all",
    horizons: str = "1-6",
    as_of: str = "",
    reconstruct: bool = False,
    issue: str = "",
    top: int = 10,
    seed: int = 1,
    lang: Lang = "en",
    out: Path | None = None,
) -> dict[str, Any]:
    """Explain the forecast of one area: one that was issued, or the one that would be.

    An issue is explained if it is named, or if the archive holds one of that origin made from the
    data of that day; otherwise the forecast is made anew. What changed is told against the last
    issue of an earlier origin, or against the forecast of the month before.

    Raises
    ------
    UnknownName, if the area is none, or has no forecast.  UsageError, if `out` is no .svg or .html.
    """
    from tocsin import models
    from tocsin.models import changing, explaining, explaining_grid
    from tocsin.tables.levels import require_target
    from tocsin.tables.months import parse_horizons, parse_month

    _require_page(out)
    unit, level = _unit(area)
    kind = require_target(target)
    lake = open_lake()
    archive = open_archive(lake)
    day = day_of(as_of)
    held = archive.issue(issue) if issue else None
    if held is None:
        start = (
            parse_month(origin)
            if origin
            else last_counted_month(level, (kind,), day, reconstruct, lake)
        )
        held = _matching(archive, (level, kind), start, as_of, reconstruct)
        plan = _plan(level, kind, start, parse_horizons(horizons), day, reconstruct, seed)
    if held is not None:
        plan = _plan_of(held, level, kind)
    now = see(plan, level, kind, lake).known
    _require_known(unit, now)
    drawn = _draws(plan, held, now, archive, unit)
    explain = explaining_grid.explain_cell if level == "priogrid" else explaining.explain
    told = explain(
        now, unit, plan.horizons, plan.draws, plan.seed, issued=drawn.of([unit]).samples[0]
    )
    before = _before(archive, plan, (level, kind))
    earlier = _plan_of(before, level, kind) if before else _month_before(plan)
    then = see(earlier, level, kind, lake).known
    change = None
    if unit in then.units:
        past = _draws(earlier, before, then, archive, unit)
        change = changing.compare(unit, drawn, past, now, then)
    baseline = models.named("conflictology12", level).forecast(
        now, plan.horizons, plan.draws, plan.seed
    )
    found = _told(told, change, plan, held, before, (level, kind), top, lang)
    if out is not None:
        _draw(found, told, drawn.of([unit]).samples[0], baseline[now.units.index(unit)], out, lang)
        found["path"] = str(out)
    return found


# --- which forecast ---------------------------------------------------------------------------


def _unit(area: str) -> tuple[str, Level]:
    """The unit of that name and its level."""
    from tocsin import geo

    iso3, dot, rest = area.strip().partition(".")
    if iso3.isdigit():
        return iso3, "priogrid"
    if dot:
        return f"{iso3.upper()}.{rest.lower()}", "admin1"
    return geo.country_by(iso3=iso3.upper()).iso3, "country"


def _plan(
    level: Level,
    target: Target,
    origin: int,
    horizons: tuple[int, ...],
    day: Any,
    reconstruct: bool,
    seed: int,
) -> Plan:
    return Plan(
        pairs=((level, target),),
        origin=origin,
        horizons=horizons,
        model=_MODEL,
        area="",
        as_of=day,
        reconstruct=reconstruct,
        draws=_DRAWS,
        seed=seed,
        joint=False,
    )


def _plan_of(issue: Issue, level: Level, target: Target) -> Plan:
    """How the draws of an issue were made."""
    return Plan(
        pairs=((level, target),),
        origin=issue.origin_month,
        horizons=issue.horizons,
        model=issue.model_id,
        area="",
        as_of=issue.as_of,
        reconstruct=issue.reconstruct,
        draws=issue.draws,
        seed=issue.seed,
        joint=False,
    )


def _month_before(plan: Plan) -> Plan:
    """The same forecast, one month earlier, from the same data cut there."""
    from dataclasses import replace

    return replace(plan, origin=plan.origin - 1, horizons=tuple(range(1, max(plan.horizons) + 2)))


def _matching(
    archive: Archive, pair: tuple[Level, Target], origin: int, as_of: str, reconstruct: bool
) -> Issue | None:
    """The last issue of that origin, made from data of that day where one is given."""
    found = [
        issue
        for issue in archive.issues()
        if issue.origin_month == origin
        and issue.model_id == _MODEL
        and issue.reconstruct == reconstruct
        and (not as_of or issue.as_of == day_of(as_of))
        and issue.part(*pair)
    ]
    return max(found, key=lambda issue: issue.issued_at, default=None)


def _before(archive: Archive, plan: Plan, pair: tuple[Level, Target]) -> Issue | None:
    """The last issue of the same model from an earlier origin."""
    found = [
        issue
        for issue in archive.issues()
        if issue.origin_month < plan.origin
        and issue.as_of <= plan.as_of
        and issue.model_id == plan.model
        and issue.reconstruct == plan.reconstruct
        and issue.part(*pair)
    ]
    return max(found, key=lambda issue: (issue.origin_month, issue.issued_at), default=None)


def _draws(plan: Plan, issue: Issue | None, history: History, archive: Archive, unit: str) -> Draws:
    """The draws as they were issued, else made now: of a grid, those of the one cell."""
    from tocsin import models
    from tocsin.models import explaining_grid
    from tocsin.models.draws import Draws

    level, target = plan.pairs[0]
    if issue is not None:
        return issued_draws_of(archive, issue, level, target)
    asked = (plan.horizons, plan.draws, plan.seed)
    if level == "priogrid":
        cell = explaining_grid.draw_cell(history, unit, *asked)[None]
        return Draws(plan.model, level, target, (unit,), plan.origin, plan.horizons, cell)
    samples = models.named(plan.model, level).forecast(history, *asked)
    return Draws(plan.model, level, target, history.units, plan.origin, plan.horizons, samples)


def _require_known(unit: str, history: History) -> None:
    from tocsin.errors import UnknownName

    if unit not in history.units:
        raise UnknownName(
            "nothing is known of {unit} at the origin",
            remedy="Name an area that has a forecast.",
            unit=unit,
        )


def _require_page(out: Path | None) -> None:
    from tocsin.errors import UsageError

    if out is not None and out.suffix.lower() not in (".svg", ".html"):
        raise UsageError(
            "an explanation cannot be drawn as {suffix!r}",
            where=out.name,
            remedy="Name a file that ends in .svg or .html.",
            suffix=out.suffix,
        )


# --- what is told -----------------------------------------------------------------------------


def _told(
    told: Any,
    change: Any,
    plan: Plan,
    issue: Issue | None,
    before: Issue | None,
    pair: tuple[Level, Target],
    top: int,
    lang: Lang,
) -> dict[str, Any]:
    """Plain values: what `--json` prints and the sentences are made from."""
    from dataclasses import asdict

    from tocsin.tables.months import month_text

    plain = asdict(told)
    months = [month_text(told.origin + step) for step in told.horizons]
    return {
        "unit": told.unit_id,
        "name": _name(told.unit_id, lang),
        "level": pair[0],
        "target": pair[1],
        "origin": month_text(told.origin),
        "as_of": plan.as_of.isoformat(),
        "reconstruct": plan.reconstruct,
        "issue": issue.issue_id if issue else None,
        "model": plan.model,
        "state": told.state,
        "months": months,
        "quantiles": dict(zip(months, plain["quantiles"], strict=True)),
        "total": plain["total"],
        "mean": told.mean,
        "recent": {
            month_text(told.origin - len(told.recent) + 1 + place): value
            for place, value in enumerate(told.recent)
        },
        "groups": list(told.groups),
        "components": plain["components"],
        "leaning": told.leaning,
        "situations_in_all": len(told.situations),
        "situations": [
            asdict(one)
            | {
                "name": _name(one.unit_id, lang),
                "first_month": month_text(one.first_month),
                "last_month": month_text(one.last_month),
            }
            for one in told.situations[:top]
        ],
        "change": _change_told(change, before),
    }


def _change_told(change: Any, before: Issue | None) -> dict[str, Any] | None:
    from dataclasses import asdict

    from tocsin.tables.months import month_text

    if change is None:
        return None
    plain = asdict(change)
    for name in ("counted", "revised"):
        plain[name] = [one | {"month": month_text(one["month"])} for one in plain[name]]
    return plain | {
        "issue_then": before.issue_id if before else None,
        "origin_then": month_text(change.origin_then),
        "first": month_text(change.first),
        "last": month_text(change.last),
    }


def _name(unit: str, lang: Lang) -> str:
    """What people call a unit, a cell with its country; its id where it has no other name."""
    from tocsin import geo
    from tocsin.errors import UnknownName

    if unit.isdigit():
        home = country_of("priogrid", (unit,))(unit)
        return f"{unit}, {geo.country_by(iso3=home).name(lang)}" if home else unit

    try:
        if "." in unit:
            country = geo.country_by(iso3=unit[:3])
            rest = unit.partition(".")[2]
            area = geo.unit_name(unit, lang) if rest != "unallocated" else rest
            return f"{area}, {country.name_fr if lang == 'fr' else country.name_en}"
        found = geo.country_by(iso3=unit)
    except UnknownName:
        return unit
    return found.name_fr if lang == "fr" else found.name_en


def _draw(
    found: dict[str, Any], told: Any, draws: Any, baseline: Any, out: Path, lang: Lang
) -> None:
    from tocsin.briefs import explained

    chart = explained.draw_chart(told, draws, baseline, lang)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix.lower() == ".svg":
        exercise = explained.is_invented(found) or is_exercise_store()
        out.write_text(explained.chart_alone(chart, lang, exercise=exercise), encoding="utf-8")
    else:
        out.write_text(explained.render_explanation(found, chart, lang), encoding="utf-8")
