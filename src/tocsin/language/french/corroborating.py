"""French of what stands behind reports: their likes, their roots, their record, the exercise."""

TEXT = {
    # what stands behind a report
    "accounts: {accounts}, root sources: {roots}": "récits : {accounts}, sources d’origine : {roots}",
    "doubt": "doute",
    "words_copied": "mêmes mots sous un autre nom",
    "burst_of_its_source": "afflux inhabituel de cette source",
    "new: F": "nouvelle : F",
    # beside published events
    "Published events that a report may tell of, as of a day, with what speaks for and against.\n\nNothing is linked by itself: tocsin reports link ID SOURCE:EVENT\n\nExample: tocsin reports events 01890a5d --as-of 2026-12-31": "Les événements publiés dont un rapport parle peut-être, à une date, avec ce qui parle pour et contre.\n\nRien n’est lié tout seul : tocsin reports link ID SOURCE:EVENT\n\nExemple : tocsin reports events 01890a5d --as-of 2026-12-31",
    "What the field knew first: each report linked with a published event, and how many days before its release the report was known.\n\nExamples: tocsin reports first --as-of 2026-12-31\n\ntocsin reports first --out first.csv": "Ce que le terrain a su d’abord : chaque rapport lié à un événement publié, et combien de jours avant sa parution il était connu.\n\nExemples : tocsin reports first --as-of 2026-12-31\n\ntocsin reports first --out first.csv",
    "How often reports of a source, or of a grade, were upheld by a second person.\n\nA grade counts if it was given before the verdict. Below ten verdicts a source is new: F.\n\nExamples: tocsin reports record\n\ntocsin reports record --grade B2\n\ntocsin reports record --source m-12 --as-of 2026-06-30": "Combien de fois les rapports d’une source, ou d’une cote, ont été confirmés par une deuxième personne.\n\nUne cote compte si elle a été donnée avant le verdict. En dessous de dix verdicts, une source est nouvelle : F.\n\nExemples : tocsin reports record\n\ntocsin reports record --grade B2\n\ntocsin reports record --source m-12 --as-of 2026-06-30",
    "As this node had written it by that day.": "Tel que ce nœud l’avait écrit ce jour-là.",
    "Write the table as CSV.": "Écrire le tableau en CSV.",
    "Only this handle.": "Seulement ce pseudonyme.",
    "Only this grade, such as B2.": "Seulement cette cote, par exemple B2.",
    "{linked} linked, {released} released; the field knew first of {field_first}, on the median {median_lag_days} days before.": "{linked} liés, {released} parus ; le terrain a su d’abord pour {field_first}, en médiane {median_lag_days} jours avant.",
    "another process is sorting accounts by place": "un autre processus classe les récits par lieu",
}
