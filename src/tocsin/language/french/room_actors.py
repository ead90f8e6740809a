"""The page of actors in French."""

TEXT: dict[str, str] = {
    "In {month}, {count} tie held between {names} actors": "En {month}, {count} lien tenait entre {names} acteurs",
    "In {month}, {count} ties held between {names} actors": "En {month}, {count} liens tenaient entre {names} acteurs",
    "Month of the graph": "Mois du graphe",
    "Move the slider, or load a dossier: tocsin dossier load mali": "Déplacez le curseur, ou chargez un dossier : tocsin dossier load mali",
    "Move the slider.": "Déplacez le curseur.",
    "No tie is known to have held then.": "Aucun lien connu à ce moment.",
    "The same ties as a table": "Les mêmes liens en tableau",
    "Tie": "Lien",
    "What was known by {known}, as it stood in {month}": "Ce qui était connu le {known}, tel qu’en {month}",
    "Compare": "Comparer",
    "Give the earlier day first.": "Donnez d’abord le jour le plus ancien.",
    "a month earlier": "un mois plus tôt",
    "a month later": "un mois plus tard",
    "friendly": "liés",
    "neutral": "autre",
    "from": "du",
    "the span ends before it begins": "la période finit avant de commencer",
    "this is no month: {text}": "ceci n’est pas un mois : {text}",
    "to": "au",
}
