"""French for the forecasters."""

TEXT = {
    "nothing is known of {count} units, such as {units}": "rien n’est connu de {count} unités, dont {units}",
    "Leave these units out, or ingest a release that covers them.": "Écartez ces unités, ou chargez une version qui les couvre.",
    "nothing is known of any unit": "rien n’est connu d’aucune unité",
    "no model of level {level} is named {name}": "aucun modèle du niveau {level} ne s’appelle {name}",
    "The models are: {names}.": "Les modèles sont : {names}.",
    "there is nothing to forecast: the panel is empty": "il n’y a rien à prévoir : le panel est vide",
    "Ingest a release that covers these areas and months.": "Chargez une version qui couvre ces zones et ces mois.",
    "nothing is known of any area in the year before {month}": "rien n’est connu d’aucune zone dans l’année qui précède {month}",
    "Ingest a release that covers it, choose an earlier origin, or allow --reconstruct.": "Chargez une version qui la couvre, choisissez une origine antérieure, ou autorisez --reconstruct.",
    "{text!r} is not a list of horizons": "{text!r} n’est pas une liste d’horizons",
    "Write horizons as 3-14 or 1,3,6: months after the origin, up to 120.": "Écrivez les horizons ainsi : 3-14 ou 1,3,6 ; en mois après l’origine, jusqu’à 120.",
    "Months after the origin, as 3-14 or 1,3,6.": "Mois après l’origine, comme 3-14 ou 1,3,6.",
    "Draws a forecast.": "Tirages par prévision.",
    "Forecast deaths by area and month.": "Prévoir les morts par zone et par mois.",
    "List the models.\n\nExample: tocsin forecast models": "Lister les modèles.\n\nExemple : tocsin forecast models",
    "Write the forecasts of one model from one origin: one Parquet file, all draws in one column.\n\n"
    "Example: tocsin forecast run --level country --target ged_all --origin 2024-04 --horizons 3-14 --out out": "Écrire les prévisions d’un modèle depuis une origine : un fichier Parquet, tous les tirages dans une colonne.\n\n"
    "Exemple : tocsin forecast run --level country --target ged_all --origin 2024-04 --horizons 3-14 --out out",
    "Score models on past origins, each time with what lay before the origin only.\n\n"
    "Example: tocsin backtest --level country --target ged_all --from 2015-01 --to 2016-12 --models conflictology12,last": "Noter des modèles sur des origines passées, chaque fois avec ce qui précédait l’origine.\n\n"
    "Exemple : tocsin backtest --level country --target ged_all --from 2015-01 --to 2016-12 --models conflictology12,last",
    "Last month whose data are used, as 2024-04.": "Dernier mois dont les données sont utilisées, comme 2024-04.",
    "{forecasts} forecasts of {units} areas by {model}: {path}": "{forecasts} prévisions de {units} zones par {model} : {path}",
    "{count} areas are left out, because nothing is known of them: {names}": "{count} zones sont écartées, car rien n’en est connu : {names}",
    "First origin, as 2015-01.": "Première origine, comme 2015-01.",
    "Last origin, as 2016-12.": "Dernière origine, comme 2016-12.",
    "Months between origins.": "Mois entre les origines.",
    "Models, with commas (default: all).": "Modèles, séparés par des virgules (par défaut : tous).",
    "CSV file for every single score.": "Fichier CSV pour chaque score.",
    "Scoring past forecasts…": "Notation des prévisions passées…",
    "forecasts": "prévisions",
}
