"""Reports from people: two forms, several ways in, one parser, the same checks for all."""

from tocsin.intake.forms_read import Form, Indicator, Question, form_as_filled, form_named, forms
from tocsin.intake.submissions import Problem, Submission, check

__all__ = [
    "Form",
    "Indicator",
    "Problem",
    "Question",
    "Submission",
    "check",
    "form_as_filled",
    "form_named",
    "forms",
]
