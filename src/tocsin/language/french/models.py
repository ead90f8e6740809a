"""French for the forecasters."""

TEXT = {
    "nothing is known of {count} units, such as {units}": "rien n’est connu de {count} unités, dont {units}",
    "Leave these units out, or ingest a release that covers them.": "Écartez ces unités, ou chargez une version qui les couvre.",
    "nothing is known of any unit": "rien n’est connu d’aucune unité",
    "no model of level {level} is named {name}": "aucun modèle du niveau {level} ne s’appelle {name}",
    "The models are: {names}.": "Les modèles sont : {names}.",
}
