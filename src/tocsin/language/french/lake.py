"""French for the store."""

_RESTORE = "Restaurez le dépôt depuis une copie, ou supprimez le dossier de cet instantané et ingérez de nouveau le fichier."

TEXT = {
    "no issue of forecasts is named {name}": "aucune émission de prévisions ne s’appelle {name}",
    "See those there are: tocsin forecast list": "Voyez celles qui existent : tocsin forecast list",
    "Restore the store from a copy; an issued forecast cannot be made again.": "Restaurez le dépôt depuis une copie ; une prévision émise ne peut être refaite.",
    "Wait until it has finished, and run the same command again.": "Attendez qu’il ait fini, puis relancez la même commande.",
    "an issue of this name is there already": "une émission de ce nom existe déjà",
    "the manifest of an issue cannot be read ({why})": "le manifeste d’une émission est illisible ({why})",
    "the organisation has no name": "l’organisation n’a pas de nom",
    "Give one: --org NAME": "Donnez-en un : --org NOM",
    "this store belongs to {held}": "ce dépôt appartient à {held}",
    "Use another store (TOCSIN_HOME) for {name}.": "Prenez un autre dépôt (TOCSIN_HOME) pour {name}.",
    "the node's file cannot be read ({why})": "le fichier du nœud est illisible ({why})",
    "the disk is full; the store is as it was": "le disque est plein ; le dépôt est tel qu’il était",
    "Make room, or put the store elsewhere with TOCSIN_HOME.": "Faites de la place, ou mettez le dépôt ailleurs avec TOCSIN_HOME.",
    "no permission to write to the store": "pas le droit d’écrire dans le dépôt",
    "Change the permission, or put the store elsewhere with TOCSIN_HOME.": "Changez les droits, ou mettez le dépôt ailleurs avec TOCSIN_HOME.",
    "the lake holds no snapshot {name}": "le lac ne contient aucun instantané {name}",
    "See what it holds: tocsin snapshots": "Voyez ce qu’il contient : tocsin snapshots",
    "snapshot {name} has no table {table}": "l’instantané {name} n’a pas de table {table}",
    "the manifest cannot be read ({why})": "le manifeste est illisible ({why})",
    "the folder of a snapshot has no manifest": "le dossier d’un instantané n’a pas de manifeste",
    "Remove the folder and ingest the file again.": "Supprimez le dossier et ingérez de nouveau le fichier.",
    "Restore the store from a copy, or remove this snapshot's folder and ingest the file again.": _RESTORE,
    "a file of the snapshot is missing": "un fichier de l’instantané manque",
    "the file does not match its manifest": "le fichier ne correspond pas à son manifeste",
    "another process is writing to the store": "un autre processus écrit dans le dépôt",
    "Wait until it has finished, or allow more time with --wait SECONDS.": "Attendez qu’il ait fini, ou laissez plus de temps avec --wait SECONDES.",
}
