"""Figures: compared, and explained where they differ. Nothing is ever corrected by itself."""

from tocsin.knowledge.figures.findings import SEVERITIES, Finding, Severity, best
from tocsin.knowledge.figures.reconcile import reconcile
from tocsin.knowledge.figures.showing import FigureCard, figure_cards
from tocsin.knowledge.figures.slips import one_slip
from tocsin.knowledge.figures.values import Interval, interval, stated

__all__ = [
    "SEVERITIES",
    "FigureCard",
    "Finding",
    "Interval",
    "Severity",
    "best",
    "figure_cards",
    "interval",
    "one_slip",
    "reconcile",
    "stated",
]
