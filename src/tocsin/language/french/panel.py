"""French for the panel of observations."""

TEXT = {
    "snapshot {snapshot} does not say what it covers": "l’instantané {snapshot} ne dit pas ce qu’il couvre",
    "State the coverage in its source's declaration.": "Indiquez la couverture dans la déclaration de sa source.",
    "a panel cannot be written as {suffix!r}": "un panel ne peut pas être écrit au format {suffix!r}",
    "Name a file that ends in .parquet, .csv or .xlsx.": "Donnez un fichier qui se termine par .parquet, .csv ou .xlsx.",
    "{rows} rows do not fit a sheet": "{rows} lignes ne tiennent pas dans une feuille",
    "Choose fewer months or areas, or write CSV or Parquet.": "Choisissez moins de mois ou de zones, ou écrivez en CSV ou en Parquet.",
    "an event cannot be booked by {rule!r}": "un événement ne peut pas être daté par {rule!r}",
    "Choose end or start.": "Choisissez end (fin) ou start (début).",
    "no level is named {name!r}": "aucun niveau ne s’appelle {name!r}",
    "no target is named {name!r}": "aucune cible ne s’appelle {name!r}",
    "Choose one of {choices}.": "Choisissez parmi {choices}.",
    "country, admin1 or priogrid.": "country (pays), admin1 (région) ou priogrid (maille).",
    "ged_sb, ged_ns, ged_os, or ged_all, their sum.": "ged_sb, ged_ns, ged_os, ou ged_all, leur somme.",
    "Only what had been released by the end of this day.": "Seulement ce qui était publié à la fin de ce jour.",
    "Use later releases, cut at what could have been known on that day.": "Utiliser des publications ultérieures, coupées à ce qui pouvait être connu ce jour-là.",
    "A country (ISO3) or a region such as SAHEL.": "Un pays (ISO3) ou un ensemble comme SAHEL.",
    "Write deaths by area and month: a number where somebody counted, else unknown.\n\n"
    "Example: tocsin panel --level admin1 --target ged_all --from 2022-01 --to 2022-12 "
    "--area MLI --out mali.csv": "Écrire les morts par zone et par mois : un nombre là où quelqu’un a compté, sinon inconnu.\n\n"
    "Exemple : tocsin panel --level admin1 --target ged_all --from 2022-01 --to 2022-12 "
    "--area MLI --out mali.csv",
    "First month, as 2022-01.": "Premier mois, comme 2022-01.",
    "Last month, as 2022-12.": "Dernier mois, comme 2022-12.",
    "File to write: .parquet, .csv or .xlsx.": "Fichier à écrire : .parquet, .csv ou .xlsx.",
    "Month of an event: of its last possible day (end) or first.": "Mois d’un événement : celui de son dernier jour possible (end) ou du premier (start).",
    "{rows} rows, {observed} observed and {unknown} unknown: {path}": "{rows} lignes, dont {observed} observées et {unknown} inconnues : {path}",
    "Reconstructed: {reconstructed} rows come from releases later than {as_of}, cut at "
    "what could have been known.": "Reconstitution : {reconstructed} lignes viennent de publications postérieures au {as_of}, coupées à "
    "ce qui pouvait être connu.",
}
