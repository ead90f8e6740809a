"""Briefs: one dated page on one place, in French and English, every number with its source."""

from tocsin.briefs.brief import build_brief
from tocsin.briefs.contents import Brief
from tocsin.briefs.facts import Words
from tocsin.briefs.files import fit, require_lang, require_tlp
from tocsin.briefs.html import render_html
from tocsin.briefs.inputs import Abroad, BriefInputs, Layer, Outlook, Part, Place, Skill, Tlp
from tocsin.briefs.page import Page, lay_out
from tocsin.briefs.pdf import render_pdf
from tocsin.briefs.told import facts_of, order_of_numbers, to_json

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
