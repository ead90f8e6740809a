"""French for warnings: rules, duty board, messages, scorecard."""

TEXT = {
    # rules
    "no warning problem is named {name}": "aucun problème d’alerte ne s’appelle {name}",
    "The problems are: {known}.": "Les problèmes sont : {known}.",
    "See everything with: tocsin warnings rules --check": "Pour tout voir : tocsin warnings rules --check",
    "Did you mean {suggestion}?": "Vouliez-vous dire {suggestion} ?",
    "the file is missing": "le fichier manque",
    "one language is missing": "une langue manque",
    "no kind is named {kind}": "aucune sorte d’énoncé ne s’appelle {kind}",
    "field {field}: no kind is named {kind}": "champ {field} : aucune sorte d’énoncé ne s’appelle {kind}",
    "field {field}: one language is missing": "champ {field} : une langue manque",
    "field {field}: say at_least or at_most: the rule has no threshold": "champ {field} : dites at_least ou at_most : la règle n’a pas de seuil",
    "field {field}: a statement of kind {kind} has no field {name}": "champ {field} : un énoncé de la sorte {kind} n’a pas de champ {name}",
    "field {field}: {value} is not a value of {name}": "champ {field} : {value} n’est pas une valeur de {name}",
    "field {field}: no indicator is named {name}": "champ {field} : aucun indicateur ne s’appelle {name}",
    "field {field}: no problem is named {name}": "champ {field} : aucun problème ne s’appelle {name}",
    "field {field}: {said}": "champ {field} : {said}",
    "no rule can be judged: the panel is empty": "aucune règle ne peut être jugée : le panel est vide",
    "Ingest a release that covers these areas and months: tocsin ingest FILE.": "Chargez une version qui couvre ces zones et ces mois : tocsin ingest FICHIER.",
}
