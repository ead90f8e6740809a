"""French for the command line."""

TEXT = {
    "Early warning for the Sahel: what was known, when, and what may come.": "Alerte précoce pour le Sahel : ce qu’on savait, quand, et ce qui peut venir.",
    "Print the version.": "Affiche la version.",
    "Error:": "Erreur :",
    "Stopped. The store is as it was.": "Interrompu. Le dépôt est tel qu’il était.",
}
