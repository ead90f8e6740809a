"""French for the command line."""

TEXT = {
    "Early warning for the Sahel: what was known, when, and what may come.": "Alerte précoce pour le Sahel : ce qu’on savait, quand, et ce qui peut venir.",
    "Print the version.": "Affiche la version.",
    "Error:": "Erreur :",
    "the system refuses: {why}": "le système refuse : {why}",
    "Stopped. The store is as it was.": "Interrompu. Le dépôt est tel qu’il était.",
    "Commands": "Commandes",
    "Run the main job from nothing: files in, dated briefs out, on a store of its own.\n\n"
    "With real event data (TOCSIN_MIRROR, or the publishers' sites) it replays Mali around"
    " 30 June 2023. Without, it says what is missing and runs on an invented country.\n\n"
    "Example: tocsin demo --out demo": "Exécute la tâche principale à partir de rien : des fichiers en entrée, des notes datées en sortie, dans un dépôt à part.\n\n"
    "Avec de vraies données (TOCSIN_MIRROR, ou les sites des éditeurs), elle rejoue le Mali autour"
    " du 30 juin 2023. Sans elles, elle dit ce qui manque et travaille sur un pays inventé.\n\n"
    "Exemple : tocsin demo --out demo",
    "Write the files of an invented country, to practise on; or, with --seed, run a scripted month of its reports and say how well they were put together and placed.\n\nExamples: tocsin exercise hadaria\n\ntocsin exercise --seed 3 --json": "Écrit les fichiers d’un pays inventé, pour s’exercer ; ou, avec --seed, joue un mois écrit d’avance de ses rapports et dit s’ils ont été bien regroupés et bien situés.\n\nExemples : tocsin exercise hadaria\n\ntocsin exercise --seed 3 --json",
    "Run the month of reports of this seed.": "Jouer le mois de rapports de cette graine.",
    "EXERCISE: an invented country; nothing here happened.": "EXERCICE : un pays inventé ; rien de ceci n’a eu lieu.",
    "say what to practise on": "dites sur quoi s’exercer",
    "A folder for the files (tocsin exercise hadaria), or --seed N.": "Un dossier pour les fichiers (tocsin exercise hadaria), ou --seed N.",
    "Folder for the products.": "Dossier des produits.",
    "Folder to write into.": "Dossier où écrire.",
    "TOCSIN_MIRROR names no folder or address of official files: trying the publishers' sites.": "TOCSIN_MIRROR ne désigne ni dossier ni adresse de fichiers officiels : essai des sites des éditeurs.",
    "Fetching from the mirror at {mirror}.": "Récupération depuis le miroir {mirror}.",
    "Done in {seconds} s. Products are in {folder}; begin with {first}.": "Terminé en {seconds} s. Les produits sont dans {folder} ; commencez par {first}.",
    "No real event data could be had. To run the demo on Mali, put the official files into a"
    " folder, name it in TOCSIN_MIRROR and run this again (docs/how-to/bring-your-own-data.md"
    " lists them).\n\nEXERCISE: what follows runs on {name}, an invented country. Nothing in"
    " it happened, and every product says so.": "Aucune donnée réelle n’a pu être obtenue. Pour rejouer le Mali, placez les fichiers officiels dans un"
    " dossier, nommez-le dans TOCSIN_MIRROR et recommencez (docs/how-to/bring-your-own-data.md en"
    " donne la liste).\n\nEXERCICE : la suite se déroule en {name}, un pays inventé. Rien de ce qui s’y"
    " passe n’a eu lieu, et chaque produit le dit.",
}
