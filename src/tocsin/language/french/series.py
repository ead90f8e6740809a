"""French for the series, the context figures, ACLED exports and tables of one's own."""

_COVERAGE = {
    "what it does not list is unknown": "ce qu’il ne liste pas est inconnu",
    "month of the first possible day; Niger and Nigeria are not held before 2010; since then Niger is the sum of its areas and Nigeria the rest, up to 16 deaths a year apart": "mois du premier jour possible ; le Niger et le Nigéria n’y sont pas avant 2010 ; depuis, le Niger est la somme de ses régions et le Nigéria le reste, à 16 morts près par an",
    "month of the first possible day; events without a first-level area are left out (0 to 3 % of a country's deaths)": "mois du premier jour possible ; les événements sans région sont laissés de côté (de 0 à 3 % des morts d’un pays)",
    "month of the last possible day; December 2021 and October 2022 hold summary events": "mois du dernier jour possible ; décembre 2021 et octobre 2022 contiennent des événements récapitulatifs",
    "month of the last possible day; Africa and the Middle East": "mois du dernier jour possible ; Afrique et Moyen-Orient",
    "events that span months are left out at the source; month of the first possible day": "les événements qui s’étendent sur plusieurs mois sont laissés de côté à la source ; mois du premier jour possible",
    "the official totals of the release, with its low and high estimates": "les totaux officiels de la version, avec ses estimations basse et haute",
    "persons at the end of the year, or at mid-year for the year in course; Burkina Faso's figure for its own displaced has stood still since 2023": "personnes en fin d’année, ou à la mi-année pour l’année en cours ; le chiffre des déplacés internes du Burkina Faso est figé depuis 2023",
    "persons at the end of the year; Burkina Faso's figure has stood still since 2023": "personnes en fin d’année ; le chiffre du Burkina Faso est figé depuis 2023",
    "judged by experts for the whole year; published in March of the year after": "jugement d’experts sur l’année entière ; publié en mars de l’année suivante",
    "the last year or two are estimates; infant mortality only where it was not imputed": "les une ou deux dernières années sont des estimations ; mortalité infantile seulement là où elle n’a pas été imputée",
    "an export of the user's own: what its filters left out is unknown; not to be passed on": "un export propre à l’utilisateur : ce que ses filtres ont laissé de côté est inconnu ; à ne pas transmettre",
    "its mapping does not say what it covers: months without an event are unknown": "sa correspondance ne dit pas ce qu’elle couvre : les mois sans événement sont inconnus",
}

_UNITS = {
    "persons": "personnes",
    "thousand persons": "milliers de personnes",
    "constant 2015 US dollars": "dollars constants de 2015",
    "constant 2015 US dollars per head": "dollars constants de 2015 par habitant",
    "deaths per 1,000 live births": "décès pour 1 000 naissances vivantes",
    "per cent a year": "pour cent par an",
    "index from 0 to 1": "indice de 0 à 1",
}

_REASONS = {
    "invented events that do not lie in the invented country": "des événements inventés hors du pays inventé",
    "one count for two areas together": "un seul compte pour deux zones ensemble",
    "the parts do not add up to the whole": "les parties ne font pas le tout",
    "filled in by the compiler, not published: left out": "imputé par le compilateur, non publié : laissé de côté",
    "two places that must be one are not": "deux lieux qui doivent être le même ne le sont pas",
}

_VINTAGES = {
    "columns that are no known country: {columns}": "des colonnes qui ne sont aucun pays connu : {columns}",
    "If a country has a new name, a newer Tocsin is needed; nothing was read.": "Si un pays a changé de nom, il faut un Tocsin plus récent ; rien n’a été lu.",
    "a country has two columns: {columns}": "un pays a deux colonnes : {columns}",
}

_GUIDE = "Voyez docs/how-to/bring-your-own-data.md."

_MAPPING = {
    "a table of one's own needs a mapping file": "une table à soi demande un fichier de correspondance",
    "Name one: --mapping FILE. See docs/how-to/bring-your-own-data.md.": f"Indiquez-en un : --mapping FICHIER. {_GUIDE}",
    "the table has no column {columns}; it has {known}": "la table n’a pas de colonne {columns} ; elle a {known}",
    "Correct the names under `columns` in the mapping.": "Corrigez les noms sous `columns` dans la correspondance.",
    "the mapping does not mention the columns {columns}": "la correspondance ne mentionne pas les colonnes {columns}",
    'Add them under `columns` or `ignore` (`ignore: ["*"]` for all others).': 'Ajoutez-les sous `columns` ou `ignore` (`ignore: ["*"]` pour toutes les autres).',
    "the mapping cannot be read: {reason}": "la correspondance ne peut être lue : {reason}",
    "the mapping is not YAML: {reason}": "la correspondance n’est pas du YAML : {reason}",
    "See docs/how-to/bring-your-own-data.md for one to start from.": "Partez de celle de docs/how-to/bring-your-own-data.md.",
    "the mapping is empty or a list": "la correspondance est vide, ou une liste",
    "Start from the one in the guide.": "Partez de celle du guide.",
    "the field {name} is missing": "le champ {name} manque",
    "Add a line `{name}: …`.": "Ajoutez une ligne `{name}: …`.",
    "a mapping has no field {name}": "une correspondance n’a pas de champ {name}",
    "the field does not fit: {reason}": "le champ ne convient pas : {reason}",
    "See docs/how-to/bring-your-own-data.md.": _GUIDE,
    "the events have no column {name}": "les événements n’ont pas de colonne {name}",
    "nothing fills {name}": "rien ne remplit {name}",
    "Add `{name}: <column of the table>` under columns.": "Ajoutez `{name}: <colonne de la table>` sous columns.",
    "{name} is a column and a constant": "{name} est à la fois une colonne et une constante",
    "Keep one.": "N’en gardez qu’une.",
    "the table's column {name} is used twice": "la colonne {name} de la table sert deux fois",
    "A last day that is not given is the first day; leave such a line out.": "Un dernier jour qui n’est pas donné est le premier ; supprimez cette ligne.",
    "{ours} is no type of violence": "{ours} n’est pas un type de violence",
    "Use sb (state-based), ns (non-state), os (one-sided) or other.": "Utilisez sb (étatique), ns (non étatique), os (unilatérale) ou other (autre).",
    "the last month is before the first": "le dernier mois précède le premier",
    "an exercise covers the invented country alone": "un exercice ne couvre que le pays inventé",
    "Write `countries: [{iso3}]`: invented events must never be taken for a real place.": "Écrivez `countries: [{iso3}]` : des événements inventés ne doivent jamais passer pour un lieu réel.",
    "Exchange the two.": "Échangez les deux.",
    "the table cannot cover {month}, after its release on {day}": "le tableau ne peut pas couvrir {month}, après sa publication le {day}",
    "Nobody had looked at that month yet: end with a month that had begun.": "Personne n’avait encore regardé ce mois : terminez par un mois déjà commencé.",
}

TEXT = _COVERAGE | _UNITS | _REASONS | _VINTAGES | _MAPPING
