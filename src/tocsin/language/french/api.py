"""French of the JSON API: what it says of a question that it cannot answer."""

TEXT = {
    "{day} lies in the future": "{day} est dans l’avenir",
    "Ask as of a day up to today.": "Interrogez à la date d’un jour passé ou d’aujourd’hui.",
    "no list is named {name}": "aucune liste ne s’appelle {name}",
    "The lists are: {known}.": "Les listes sont : {known}.",
    "{words} are not quantile levels": "{words} ne sont pas des niveaux de quantile",
    "Write up to {most} numbers from 0 to 1, as 0.05,0.5,0.95.": (
        "Écrivez jusqu’à {most} nombres de 0 à 1, comme 0.05,0.5,0.95."
    ),
    "{name} is given twice": "{name} est donné deux fois",
    "Give it once.": "Donnez-le une fois.",
    "this address is not asked with {name}": "cette adresse ne s’interroge pas avec {name}",
    "It is asked with: {known}.": "Elle s’interroge avec : {known}.",
    "{name} is missing": "{name} manque",
    "Give it, as {example}.": "Donnez-le, comme {example}.",
    "{name} cannot be {value}": "{name} ne peut pas être {value}",
    "It is one of: {known}.": "C’est l’un de ceux-ci : {known}.",
    "See how it is written: /api/v1/openapi.json": (
        "Voyez comment l’écrire : /api/v1/openapi.json"
    ),
    "{name} is longer than it may be": "{name} est plus long qu’il ne peut l’être",
    "Give at most {most} characters.": "Donnez au plus {most} caractères.",
}
