"""Reports on the project's own work: how good the forecasts have been, as page, paper and figures.

An account goes in (`evaluation.account`), with the names of its units; sections of sentences,
tables and drawings come out, laid out once and written as HTML and PDF.
"""

from tocsin.reports.files import write_report
from tocsin.reports.forecasts import lay_out
from tocsin.reports.html import render_html
from tocsin.reports.parts import Cell, Figure, Report, Section, Table
from tocsin.reports.pdf import render_pdf
from tocsin.reports.warnings import lay_out_scorecard

__all__ = [
    "Cell",
    "Figure",
    "Report",
    "Section",
    "Table",
    "lay_out",
    "lay_out_scorecard",
    "render_html",
    "render_pdf",
    "write_report",
]
