"""The page of search in French."""

TEXT: dict[str, str] = {
    "Back to all groups": "Revenir à tous les groupes",
    "By its identifier": "Par son identifiant",
    "Commitments": "Engagements",
    "Everything else of the record": "Tout le reste du registre",
    "Mission, camps, control": "Mission, camps, contrôle",
    "More of these": "Tous ceux-ci",
    "More than {count} answers to “{query}”": "Plus de {count} réponses à « {query} »",
    "Pages:": "Pages :",
    "Releases": "Publications",
    "The newest {shown} are shown: set the clock earlier for those before, or ask for a subject.": "Les {shown} plus récents sont montrés : reculez l’horloge pour ceux d’avant, ou demandez un sujet.",
    "The {shown} most urgent of the newest reports; all of them: tocsin inbox": "Les {shown} plus urgents des derniers rapports ; tous : tocsin inbox",
    "There is more: add a word.": "Il y en a d’autres : ajoutez un mot.",
    "Words that must all occur, in either language, from their beginning; accents do not matter": "Des mots qui doivent tous s’y trouver, dans l’une ou l’autre langue, par leur début ; les accents ne comptent pas",
    "{count} answer to “{query}”": "{count} réponse à « {query} »",
    "{count} answers to “{query}”": "{count} réponses à « {query} »",
}
