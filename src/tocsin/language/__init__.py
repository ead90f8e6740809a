"""French and English with the same rights: text, numbers, dates, likelihood words."""

from tocsin.language.text import Lang, text

__all__ = ["Lang", "text"]
