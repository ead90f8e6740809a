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


_ARTICLES = {
    "le ": "BEN BFA CMR CPV GHA LBR MAR MLI NER NGA SEN TCD TGO GBR",
    "la ": "CIV FRA GIN GMB GNB LBY MRT RUS SLE TUN",
    "l’": "DEU DZA",
}
_ARTICLE_OF = {iso3: article for article, all_of in _ARTICLES.items() for iso3 in all_of.split()}


def country_in_sentence(iso3: str) -> Words:
    """A country where a sentence speaks of it: French wants its article.

    >>> country_in_sentence("MLI").fr, country_in_sentence("DZA").fr
    ('le Mali', 'l’Algérie')
    """
    name = place_words(iso3)
    return Words(fr=_ARTICLE_OF.get(iso3, "") + name.fr, en=name.en)


def _named(place: str) -> Words:
    try:
        return Words(fr=unit_name(place, "fr"), en=unit_name(place, "en"))
    except TocsinError:
        return Words(fr=place, en=place)
