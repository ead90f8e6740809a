"""Hadaria, an invented country in the open Atlantic, for training and for a demo without data.

Nothing here happened. The country, its regions, places and armed groups do not exist, and its
polygons lie where there is only water, so that no map of a real place can show them.
"""

from tocsin.exercise.country import ISO3, NAME, boundaries
from tocsin.exercise.files import files
from tocsin.exercise.violence import events

__all__ = ["ISO3", "NAME", "boundaries", "events", "files"]
