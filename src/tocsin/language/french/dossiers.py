"""French for dossiers: what can be wrong with one, and the commands that read it."""

# What a problem says of one field; with the field's name before it, see below.
_OF_A_FIELD = {
    "unknown field": "champ inconnu",
    "a list of statements is missing": "il manque une liste d’énoncés",
    "must be a mapping of fields": "doit être une liste de champs",
    "an entry must be a mapping of fields": "une entrée doit être une liste de champs",
    "the same statement stands twice": "le même énoncé figure deux fois",
    "it begins after it became known": "cela commence après avoir été connu",
    "one language is missing": "il manque une langue",
    "no statement of the dossier declares {value}": "aucun énoncé du dossier ne déclare {value}",
    "{value!r} is not on the cover": "{value!r} n’est pas sur la couverture",
    "{said}": "{said}",
}

TEXT = (
    _OF_A_FIELD
    | {f"field {{field}}: {said}": f"champ {{field}} : {fr}" for said, fr in _OF_A_FIELD.items()}
    | {
        "Did you mean {suggestion}?": "Vouliez-vous dire {suggestion} ?",
        "See them all with: tocsin dossier check {folder}": "Voyez-les tous avec : tocsin dossier check {folder}",
        "field {field}: {problem}": "champ {field} : {problem}",
        "not a statement: {problem}": "ce n’est pas un énoncé : {problem}",
        "A cover needs name, title, author and sources.": "Une couverture a besoin de name, title, author et sources.",
        "no dossier is named {name}": "aucun dossier ne s’appelle {name}",
        "Shipped dossiers: {known}. Or give a folder that holds a dossier.yml.": "Dossiers fournis : {known}. Ou donnez un répertoire qui contient un dossier.yml.",
        "this dossier speaks for {origin}, and this node is {own}": "ce dossier parle pour {origin}, et ce nœud est {own}",
        "Take `origin` off its cover, and name {origin} as a source.": "Retirez « origin » de sa couverture, et nommez {origin} comme source.",
        "the file repeats itself without end": "le fichier se répète sans fin",
        "Take the nested references out.": "Retirez les références emboîtées.",
        "the file is larger than {limit} bytes": "le fichier dépasse {limit} octets",
        "Split it into several files.": "Répartissez-le en plusieurs fichiers.",
        "the file is not UTF-8": "le fichier n’est pas en UTF-8",
        "Save it again as UTF-8.": "Enregistrez-le de nouveau en UTF-8.",
        "the file cannot be read: {reason}": "le fichier ne peut pas être lu : {reason}",
        "Check its name and permissions.": "Vérifiez son nom et ses droits.",
        "this is not YAML: {problem}": "ce n’est pas du YAML : {problem}",
        "Check the indentation, the colons and the quotes of that line.": "Vérifiez les retraits, les deux-points et les guillemets de cette ligne.",
        "Check that the file is plain text.": "Vérifiez que le fichier est du texte simple.",
        "the key {key} stands twice": "la clé {key} figure deux fois",
        "Keep one of them.": "Gardez-en une.",
        "Check a dossier and write its statements to the ledger; again: no change.\n\nNAME is a shipped dossier or a folder with a dossier.yml. What an older edition said and this one does not is retracted.\n\nExample: tocsin dossier load mali": "Vérifie un dossier et écrit ses énoncés au registre ; une seconde fois : aucun changement.\n\nNAME est un dossier fourni ou un répertoire avec un dossier.yml. Ce qu’une édition plus ancienne disait et que celle-ci ne dit plus est rétracté.\n\nExemple : tocsin dossier load mali",
        "Check a dossier without writing anything: fields, dates, references, both languages.\n\nEach problem is named by file, line and field, with what was probably meant.\n\nExample: tocsin dossier check mali": "Vérifie un dossier sans rien écrire : champs, dates, renvois, les deux langues.\n\nChaque problème est nommé par fichier, ligne et champ, avec ce que l’on voulait sans doute écrire.\n\nExemple : tocsin dossier check mali",
        "List the dossiers that come with the package.\n\nExample: tocsin dossier list": "Liste les dossiers fournis.\n\nExemple : tocsin dossier list",
        "{name}: {added} statements written, {known} were there, {withdrawn} retracted.": "{name} : {added} énoncés écrits, {known} déjà là, {withdrawn} rétractés.",
        "{name}: no change, {known} statements are there.": "{name} : aucun changement, {known} énoncés sont là.",
        "{count} statements, {wrong} problems": "{count} énoncés, {wrong} problèmes",
        "Dossiers: what is known about a place, with sources, grades and dates.": "Dossiers : ce que l’on sait d’un lieu, avec sources, cotes et dates.",
        "A shipped dossier, or a folder.": "Un dossier fourni, ou un répertoire.",
    }
)
