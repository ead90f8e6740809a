"""What to call a place in a sentence."""

from tocsin.errors import TocsinError
from tocsin.geo.area_names import unit_name
from tocsin.tables.bodies import Words


def place_words(place: str) -> Words:
    """The name of a country or area in both languages; several are joined by `+`.

    >>> place_words("MLI.tombouctou"), place_words("BFA+NER").fr
    (Words(fr='Tombouctou', en='Timbuktu'), 'Burkina Faso, Niger')
    """
    named = [_named(part) for part in place.split("+") if part]
    return Words(fr=", ".join(one.fr for one in named), en=", ".join(one.en for one in named))


def _named(place: str) -> Words:
    try:
        return Words(fr=unit_name(place, "fr"), en=unit_name(place, "en"))
    except TocsinError:
        return Words(fr=place, en=place)
