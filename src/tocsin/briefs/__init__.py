"""Briefs: one dated page on one place, in French and English, every number with its source.

The names below are loaded when they are first used: a sentence must not load the tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.briefs.brief import build_brief
    from tocsin.briefs.contents import Brief
    from tocsin.briefs.facts import Words
    from tocsin.briefs.files import fit, require_lang, require_tlp
    from tocsin.briefs.html import render_html
    from tocsin.briefs.inputs import Abroad, BriefInputs, Layer, Outlook, Part, Place, Skill, Tlp
    from tocsin.briefs.page import Page, lay_out
    from tocsin.briefs.pdf import render_pdf
    from tocsin.briefs.told import facts_of, order_of_numbers, to_json

_HOMES = {
    "brief": "build_brief",
    "contents": "Brief",
    "facts": "Words",
    "files": "fit require_lang require_tlp",
    "html": "render_html",
    "inputs": "Abroad BriefInputs Layer Outlook Part Place Skill Tlp",
    "page": "Page lay_out",
    "pdf": "render_pdf",
    "told": "facts_of order_of_numbers to_json",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Abroad",
    "Brief",
    "BriefInputs",
    "Layer",
    "Outlook",
    "Page",
    "Part",
    "Place",
    "Skill",
    "Tlp",
    "Words",
    "build_brief",
    "facts_of",
    "fit",
    "lay_out",
    "order_of_numbers",
    "render_html",
    "render_pdf",
    "require_lang",
    "require_tlp",
    "to_json",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(name)
    found: object = getattr(import_module(f"tocsin.briefs.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found
