"""Tocsin: early warning and intelligence sharing, with who said what and when it was known."""

__version__ = "0.1.0"
