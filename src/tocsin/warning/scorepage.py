"""The scorecard as one page of HTML, in French and English side by side."""

from html import escape
from typing import Any

ROWS = (
    ("area_months", "Zones-mois jugées", "Area-months judged"),
    ("unknown_area_months", "Zones-mois inconnues", "Area-months unknown"),
    ("harm_came", "Zones-mois suivies du mal", "Area-months followed by the harm"),
    ("alarms", "Alertes émises", "Alarms"),
    ("alarms_hit", "dont vérifiées", "of which true"),
    ("false_alarms", "Fausses alertes", "False alarms"),
    ("alarms_per_analyst_week", "Alertes par semaine d’analyste", "Alarms per analyst-week"),
    ("precision", "Précision", "Precision"),
    ("recall", "Rappel", "Recall"),
    ("brier", "Score de Brier", "Brier score"),
    ("skill_over_persistence", "Gain sur la persistance", "Skill over persistence"),
    ("skill_over_seasonal", "Gain sur le taux saisonnier", "Skill over the seasonal base rate"),
    ("onset", "Débuts : vus, manqués", "Onsets: warned, missed"),
    ("continuation", "Suites : vues, manquées", "Continuations: warned, missed"),
    ("median_lead_days", "Avance médiane, en jours", "Median lead, days"),
)


def scorecard_page(found: dict[str, Any]) -> str:
    """One self-contained page; countries that the authors knew stand apart and are marked."""
    groups = found["groups"]
    marks = {
        name: "<br><small>known to the authors</small>" if "known_to_the_authors" in each else ""
        for name, each in groups.items()
    }
    head = "".join(f"<th>{escape(name)}{mark}</th>" for name, mark in marks.items())
    body = "".join(
        f"<tr><td>{escape(french)}<br><i>{escape(english)}</i></td>"
        + "".join(f"<td>{escape(_cell(figures.get(key)))}</td>" for figures in groups.values())
        + "</tr>"
        for key, french, english in ROWS
    )
    missed = "".join(
        f"<tr><td>{escape(each['area'])}</td><td>{each['month']}</td><td>{each['deaths']}</td>"
        f"<td>{each['highest_rank_before']}</td><td>{_cell(each['chance_given'])}</td></tr>"
        for each in found["worst_misses"]
    )
    title = f"{found['title']['fr']} / {found['title']['en']}"
    return (
        "<!doctype html><html lang=fr><meta charset=utf-8>"
        f"<title>{escape(title)}</title><style>body{{font:16px/1.5 sans-serif;margin:2rem auto;"
        "max-width:60rem}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid "
        "#ccc;padding:.35rem .6rem;text-align:left;vertical-align:top}i{color:#555}</style>"
        f"<h1>{escape(title)}</h1><p>{' → '.join(found['months'])}. {escape(found['basis'])}.</p>"
        f"<p>{escape(found['outcome']['fr'])}<br><i>{escape(found['outcome']['en'])}</i></p>"
        f"<table><tr><th></th>{head}</tr>{body}</table>"
        "<h2>Ce qui a été le plus manqué / Worst misses</h2><table><tr><th>area</th><th>month</th>"
        f"<th>deaths</th><th>rank before</th><th>chance given</th></tr>{missed}</table>"
        f"<p><small>{found['rules']} · {found['run_at']}</small></p></html>"
    )


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(each)}" for name, each in value.items())
    return str(value)
