"""Warnings: indicators, alert levels, the loop from draft to closure, and its scorecard. Pure."""
