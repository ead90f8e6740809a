"""French for places."""

TEXT = {
    "{count} keys given to find a country": "{count} clés données pour trouver un pays",
    "Give exactly one.": "N’en donnez qu’une.",
    "no country has the {scheme} {value}": "aucun pays n’a {value} comme {scheme}",
    "Did you mean {near}?": "Vouliez-vous dire {near} ?",
    "no region is named {name}": "aucune région ne s’appelle {name}",
    "Known regions: {known}.": "Régions connues : {known}.",
    "no area is named {unit}": "aucune zone ne s’appelle {unit}",
    "Areas of {country}: {known}.": "Zones de {country} : {known}.",
    "a coordinate is missing or off the globe": "une coordonnée manque ou sort du globe",
    "Longitudes run from -180 to 180 and latitudes from -90 to 90.": "Les longitudes vont de -180 à 180 et les latitudes de -90 à 90.",
    "a number is not that of a grid cell": "un nombre n’est pas celui d’une maille",
    "Cells are numbered from 1 to {cells}.": "Les mailles sont numérotées de 1 à {cells}.",
}
