"""French for scores and rolling origins."""

TEXT = {
    "observations of shape {truth} do not fit draws of shape {draws}": "des observations de forme {truth} ne correspondent pas à des tirages de forme {draws}",
    "Give N observations and N rows of one or more draws.": "Donnez N observations et N lignes d’un ou de plusieurs tirages.",
    "an observation or a draw is not a finite number": "une observation ou un tirage n’est pas un nombre fini",
    "Leave out the rows whose truth is unknown before scoring.": "Écartez avant de noter les lignes dont la vérité est inconnue.",
    "a count of deaths is below zero": "un nombre de morts est négatif",
    "Counts start at 0; look for a sign error.": "Un dénombrement commence à 0 ; cherchez une erreur de signe.",
    "{units} units do not fit an array of shape {shape}": "{units} unités ne correspondent pas à un tableau de forme {shape}",
    "nothing is known at or before {month}": "rien n’est connu en {month} ni avant",
    "Choose a later origin, or ingest an older release.": "Choisissez une origine plus tardive, ou chargez une version plus ancienne.",
    "a model asked for {asked}, but its history ends with {origin}": "un modèle a demandé {asked}, mais son historique s’arrête à {origin}",
    "A forecast may use nothing after its origin month.": "Une prévision ne peut rien utiliser après son mois d’origine.",
    "none of {rows} forecasts has a known outcome": "aucune des {rows} prévisions n’a d’issue connue",
    "Score forecasts whose target months have been observed.": "Notez des prévisions dont les mois visés ont été observés.",
    "no origin lies between {first} and {last} in steps of {step}": "aucune origine entre {first} et {last} par pas de {step}",
    "scores, baseline, units and months differ in length": "scores, référence, unités et mois n’ont pas la même longueur",
    "there is no score of the baseline to compare with": "il n’y a pas de score de la référence auquel se comparer",
    "chances and outcomes differ in length": "probabilités et issues n’ont pas la même longueur",
    "there is no forecast to judge": "il n’y a aucune prévision à juger",
    "a chance lies outside 0 to 1, or an outcome is not yes or no": "une probabilité sort de l’intervalle 0 à 1, ou une issue n’est ni oui ni non",
    "the event never came, so no recall can be given": "l’événement n’est jamais venu : aucun rappel ne peut être donné",
}
