"""Events and series to unit-months: a number where somebody counted, and else unknown."""

from tocsin.panel.assembly import UNALLOCATED, add_unallocated, assemble
from tocsin.panel.candidates import Candidate, Speaker, choose_speakers
from tocsin.panel.counting import (
    DateRule,
    build_counts_from_events,
    build_counts_from_series,
    require_date_rule,
)
from tocsin.panel.files import to_file
from tocsin.panel.revising import last_final_month, provisional, revision_pairs

__all__ = [
    "UNALLOCATED",
    "Candidate",
    "DateRule",
    "Speaker",
    "add_unallocated",
    "assemble",
    "build_counts_from_events",
    "build_counts_from_series",
    "choose_speakers",
    "last_final_month",
    "provisional",
    "require_date_rule",
    "revision_pairs",
    "to_file",
]
