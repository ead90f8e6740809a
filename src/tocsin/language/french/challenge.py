"""French for the challenge's files, commands and scores."""

TEXT = {
    "Folder with the challenge's Parquet files.": "Dossier des fichiers Parquet du concours.",
    "Windows, with commas: Y2018,Y2019; or a first month, 2024-07.": "Fenêtres, séparées par des virgules : Y2018,Y2019 ; ou un premier mois, 2024-07.",
    "Folder to write to.": "Dossier de sortie.",
    "Level of area: country or priogrid.": "Niveau géographique : country (pays) ou priogrid (maille).",
    "The VIEWS Prediction Challenge: baselines, forecasts, scores.": "Le concours de prévision VIEWS : références, prévisions, scores.",
    "Write the challenge's baselines in its own layout.\n\n"
    "Example: tocsin challenge baselines --data data --windows Y2018,Y2019 --out out": "Écrire les références du concours dans son propre format.\n\n"
    "Exemple : tocsin challenge baselines --data data --windows Y2018,Y2019 --out out",
    "Write forecasts of a model in the challenge's layout, also for months not yet known.\n\n"
    "Example: tocsin challenge forecast --data data --level country --windows Y2023 --out out": "Écrire les prévisions d’un modèle au format du concours, même pour des mois encore inconnus.\n\n"
    "Exemple : tocsin challenge forecast --data data --level country --windows Y2023 --out out",
    "Score a submission: CRPS, log score (IGN) and interval score (MIS) of each window.\n\n"
    "Example: tocsin challenge score out/conflictology12 --actuals actuals.parquet --json": "Noter une soumission : CRPS, score logarithmique (IGN) et score d’intervalle (MIS) de chaque fenêtre.\n\n"
    "Exemple : tocsin challenge score out/conflictology12 --actuals actuals.parquet --json",
    "Name of the model (default: the best one).": "Nom du modèle (par défaut : le meilleur).",
    "The same seed, the same draws.": "La même graine donne les mêmes tirages.",
    "Folder of one model's submission.": "Dossier de la soumission d’un modèle.",
    "The file of what happened.": "Le fichier de ce qui s’est passé.",
    "Print JSON.": "Afficher en JSON.",
    "model": "modèle",
    "window": "fenêtre",
    "rows": "lignes",
    "Forecasting…": "Prévision en cours…",
    "{text!r} is not a window": "{text!r} n’est pas une fenêtre",
    "Write a window as Y2018, or its first month as 2024-07.": "Écrivez une fenêtre ainsi : Y2018, ou son premier mois ainsi : 2024-07.",
    "the challenge has no level {level!r}": "le concours n’a pas de niveau {level!r}",
    "Choose country or priogrid.": "Choisissez country ou priogrid.",
    "no Parquet file with the columns month_id, {unit} and ged_sb lies here": "aucun fichier Parquet avec les colonnes month_id, {unit} et ged_sb ne se trouve ici",
    "Give the folder of the challenge's data.": "Indiquez le dossier des données du concours.",
    "the series of level {level} does not reach {month}": "la série du niveau {level} n’atteint pas {month}",
    "Choose an earlier window, or add a file that holds that month.": "Choisissez une fenêtre antérieure, ou ajoutez un fichier qui contient ce mois.",
    "the file has no columns month_id, country_id or priogrid_gid, and outcome": "le fichier n’a pas les colonnes month_id, country_id ou priogrid_gid, et outcome",
    "Give the challenge's file of actuals.": "Indiquez le fichier des valeurs observées du concours.",
    "there is no such folder": "ce dossier n’existe pas",
    "the Parquet file cannot be read ({problem})": "le fichier Parquet est illisible ({problem})",
    "Get the file again.": "Récupérez de nouveau le fichier.",
    "the folder holds no Parquet file": "le dossier ne contient aucun fichier Parquet",
    "Write the window's forecasts there first.": "Écrivez-y d’abord les prévisions de la fenêtre.",
    "{lacking} of {rows} unit-months do not have {draws} draws": "{lacking} unités-mois sur {rows} n’ont pas {draws} tirages",
    "A forecast must hold the same number of draws for every unit and month.": "Une prévision doit contenir le même nombre de tirages pour chaque unité et chaque mois.",
    "the forecast has no column {missing}": "la prévision n’a pas de colonne {missing}",
    "The columns are month_id, country_id or priogrid_gid, draw and outcome.": "Les colonnes sont month_id, country_id ou priogrid_gid, draw et outcome.",
    "a draw is missing or not a finite number": "un tirage manque ou n’est pas un nombre fini",
    "Every draw is a count.": "Chaque tirage est un nombre de morts.",
    "a draw is above 2,147,483,647": "un tirage dépasse 2 147 483 647",
    "some unit-months hold more draws than others": "certaines unités-mois ont plus de tirages que d’autres",
    "a draw is below zero": "un tirage est négatif",
    "Counts start at 0; look for a sign error.": "Un dénombrement commence à 0 ; cherchez une erreur de signe.",
    "no window of the submission is in the actuals": "aucune fenêtre de la soumission n’est dans les valeurs observées",
    "Give the folder of one model, which holds cm or pgm, and actuals of its level.": "Indiquez le dossier d’un seul modèle, qui contient cm ou pgm, et des valeurs observées du même niveau.",
}
