"""Forecasts judged and reported on: of the challenge, of a store's past, of somebody's file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.counting import FIRST_MONTH, build_panel
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    import polars as pl

    from tocsin.evaluation.account import Evaluation, Setting
    from tocsin.lake import Lake
    from tocsin.language import Lang
    from tocsin.reports.parts import Report

# A record of UCDP books months of the Tigray war in each of these months of Ethiopia, whatever
# the level; VIEWS numbers the country 57.
SUMMARY_MONTHS = ("2021-12", "2022-10")
SUMMARY_UNITS = ("57", "ETH")
BASELINE: Mapping[str, str] = {"priogrid": "conflictology_n"}
Told = Callable[[str, int, int], None]


def quietly(what: str, done: int, of: int) -> None:
    """Progress told to nobody."""


def evaluate_challenge(
    data: Path,
    level: str,
    windows: str,
    *,
    models: str = "",
    seed: int = 1,
    told: Told = quietly,
) -> tuple[Evaluation, pl.DataFrame]:
    """Forecast the challenge's windows with each model and judge; the account and its rows."""
    from tocsin import challenge
    from tocsin import models as makers
    from tocsin.challenge.judging import judge_windows

    area = challenge.challenge_level(level)
    parsed = challenge.parse_windows(windows)
    names = _chosen(models, area)
    forecasters = [makers.named(name, area) for name in names]
    steps = [f"{name} {window.name}" for window in parsed for name in names]
    parts = _told_of(judge_windows(data, area, parsed, forecasters, seed), steps, told)
    setting = _setting("challenge", area, "ged_sb", names[0], seed=seed)
    return _account(parts, setting)


def evaluate_store(
    level: str,
    target: str,
    first: str,
    last: str,
    *,
    models: str = "",
    horizons: str = "1-12",
    step: int = 3,
    area: str = "",
    as_of: str = "",
    reconstruct: bool = False,
    draws: int = 1000,
    seed: int = 1,
    told: Told = quietly,
    lake: Lake | None = None,
) -> tuple[Evaluation, pl.DataFrame]:
    """Forecast past months of the store from rolling origins; all targets lie in first to last."""
    from tocsin import evaluation
    from tocsin import models as makers
    from tocsin.evaluation.judging import judge_origins
    from tocsin.tables.levels import require_level, require_target
    from tocsin.tables.months import parse_horizons, parse_month

    where, what = require_level(level), require_target(target)
    steps, start, end = parse_horizons(horizons), parse_month(first), parse_month(last)
    observations = build_panel(
        where,
        what,
        FIRST_MONTH,
        end,
        area=area,
        as_of=day_of(as_of),
        reconstruct=reconstruct,
        lake=lake,
    )
    panel = makers.build_unit_months(observations)
    origins = evaluation.RollingOrigins(
        start - min(steps), end - max(steps), step, steps, draws, seed
    )
    names = _chosen(models, where)
    forecasters = [makers.named(name, where) for name in names]
    labels = [f"{name} {origin}" for origin in _months(origins) for name in names]
    parts = _told_of(judge_origins(forecasters, panel, origins), labels, told)
    return _account(parts, _setting("store", where, what, names[0], draws=draws, seed=seed))


def evaluate_file(
    forecasts: Path, data: Path, *, baseline: str = "", seed: int = 1, told: Told = quietly
) -> tuple[Evaluation, pl.DataFrame]:
    """Judge forecasts that somebody wrote in the challenge's layout."""
    from tocsin import models as makers
    from tocsin.challenge.judging import judge_files, level_given

    area = level_given(forecasts)
    named = baseline or BASELINE.get(area, "conflictology12")
    maker = makers.named(named, area)
    parts = []
    for done, (_, rows) in enumerate(judge_files(forecasts, data, maker, seed)):
        told(rows["model_id"][0], done + 1, 0)
        parts.append(rows)
    setting = _setting("file", area, "ged_sb", parts[0]["model_id"][0], named, seed=seed)
    return _account(parts, setting)


def write_report(
    found: Evaluation, judged: pl.DataFrame, out: Path, langs: Sequence[str]
) -> list[Path]:
    """Write the report as HTML and PDF in each language, its figures as JSON, every row as CSV."""
    from tocsin.briefs import require_lang
    from tocsin.reports.files import write_report as write

    return write(found, names_of(found), judged, out, [require_lang(one) for one in langs])


def report_on(found: Evaluation, lang: Lang) -> Report:
    """An account laid out in one language, as `write_report` writes it."""
    from tocsin.reports.forecasts import lay_out

    return lay_out(found, names_of(found)[lang], lang)


def summary(found: Evaluation) -> dict[str, Any]:
    """Mean scores of every model, and the gain of the one in question, for a terminal."""
    one = found.comparisons[0].skill.get("crps") if found.model != found.baseline else None
    return {
        "model": found.model,
        "baseline": found.baseline,
        "rows": found.rows,
        "scores": found.scores,
        "gain": {"value": one.value, "low": one.both[0], "high": one.both[1]} if one else None,
    }


def names_of(found: Evaluation) -> dict[str, dict[str, str]]:
    """What the units that a report names are called, by language."""
    units = {one.unit for one in (*found.misses, *found.surprises)}
    units |= {*found.largest, *(group.name for group in found.by_country)}
    listed = sorted(units)
    cells = [unit for unit in listed if found.level == "priogrid" and unit.isdigit()]
    homes = countries_of_units("priogrid", cells) if cells else {}
    return {
        lang: {unit: _called(homes.get(unit, unit), found.level, lang) for unit in listed}
        for lang in _LANGS
    }


_LANGS = ("fr", "en")


def _called(unit: str, level: str, lang: Any) -> str:
    """The name of a country, of an area with its country, or of the country of a cell."""
    from tocsin import geo

    if level == "country" and unit.isdigit():
        return geo.country_by(views_id=int(unit)).name(lang)
    if unit.isdigit():
        return unit
    name = geo.unit_name(unit, lang)
    iso3, _, area = unit.partition(".")
    return f"{name}, {geo.country_by(iso3=iso3).name(lang)}" if area else name


def _chosen(models: str, level: str) -> list[str]:
    """Models to judge, the one in question first and the baseline among them."""
    from tocsin.models import DEFAULT

    named = [name.strip() for name in models.split(",") if name.strip()] or [DEFAULT]
    return list(dict.fromkeys([*named, BASELINE.get(level, "conflictology12"), "zero"]))


def _setting(
    basis: str,
    level: str,
    target: str,
    model: str,
    baseline: str = "",
    *,
    draws: int = 1000,
    seed: int = 1,
) -> Setting:
    from tocsin import models
    from tocsin.evaluation.account import Setting
    from tocsin.tables.levels import require_level
    from tocsin.tables.months import parse_month

    return Setting(
        basis=basis,
        level=level,
        target=target,
        model=model,
        baseline=baseline or BASELINE.get(level, "conflictology12"),
        configuration="" if basis == "file" else models.configuration(require_level(level)),
        draws=draws,
        seed=seed,
        summaries=tuple(
            (unit, parse_month(month)) for unit in SUMMARY_UNITS for month in SUMMARY_MONTHS
        ),
    )


def _account(parts: Iterable[pl.DataFrame], setting: Setting) -> tuple[Evaluation, pl.DataFrame]:
    import msgspec
    import polars as pl

    from tocsin.evaluation.account import account

    judged = pl.concat(parts)
    countries = countries_of_units(setting.level, judged["unit_id"].unique().sort().to_list())
    placed = msgspec.structs.replace(setting, countries=countries)
    return account(judged, placed), judged


def countries_of_units(level: str, units: Sequence[str]) -> dict[str, str]:
    """The country (ISO3) of each area or cell; nothing for countries, and for cells at sea."""
    if level == "country":
        return {}
    if level == "admin1":
        return {unit: unit.partition(".")[0] for unit in units}
    from datetime import date

    from tocsin import geo

    longitudes, latitudes = geo.priogrid.centre([int(unit) for unit in units])
    found = geo.locate(longitudes, latitudes, date(2018, 1, 1), "country")
    return {unit: iso3 for unit, iso3 in zip(units, found.tolist(), strict=True) if iso3}


def _told_of(
    parts: Iterable[pl.DataFrame], steps: Sequence[str], told: Told
) -> Iterable[pl.DataFrame]:
    """The parts as they come, with a word before each."""
    told(steps[0], 0, len(steps))
    for done, part in enumerate(parts, 1):
        told(steps[done] if done < len(steps) else "", done, len(steps))
        yield part


def _months(origins: Iterable[int]) -> list[str]:
    from tocsin.tables.months import month_text

    return [month_text(origin) for origin in origins]
