"""French for errors and settings."""

TEXT = {
    "TOCSIN_LANG is {given!r}": "TOCSIN_LANG vaut {given!r}",
    "Set TOCSIN_LANG to fr or en.": "Donnez à TOCSIN_LANG la valeur fr ou en.",
    "{text!r} is not a month": "{text!r} n’est pas un mois",
    "Write a month as 2023-06.": "Écrivez un mois ainsi : 2023-06.",
    "{text!r} is not a date": "{text!r} n’est pas une date",
    "Write a date as 2023-06-30, 2023-06 or 2023.": "Écrivez une date ainsi : 2023-06-30, 2023-06 ou 2023.",
    "table {table}, column {column}: {problem} ({rows} rows{example}); {more} more findings": "table {table}, colonne {column} : {problem} ({rows} lignes{example}) ; "
    "{more} autres constats",
}
