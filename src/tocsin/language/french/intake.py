"""French of the reports from the field: forms, their checks, and the commands around them."""

TEXT = {
    # commands
    "The forms of reports from the field: on a phone, on paper, in a short message.": (
        "Les formulaires des rapports de terrain : sur téléphone, sur papier, par SMS."
    ),
    "List the forms, or one form's questions.\n\nExamples: tocsin forms list\n\n"
    "tocsin forms list incident --lang fr": (
        "Liste les formulaires, ou les questions de l’un d’eux.\n\n"
        "Exemples : tocsin forms list\n\ntocsin forms list incident --lang fr"
    ),
    "Write a form as XLSForm (Kobo), XForm (ODK) and as paper in both languages.\n\n"
    "Example: tocsin forms export incident --out forms": (
        "Écrit un formulaire en XLSForm (Kobo), en XForm (ODK) et sur papier, "
        "dans les deux langues.\n\n"
        "Exemple : tocsin forms export incident --out formulaires"
    ),
    "The form; without it, all of them.": "Le formulaire ; sans lui, tous.",
    "The form: incident or situation.": "Le formulaire : incident ou situation.",
    "An older version; without it, the newest.": "Une version plus ancienne ; sinon, la dernière.",
    "Reports from people: take them in, verify, link, close.": (
        "Les rapports des personnes : recevoir, vérifier, relier, clore."
    ),
    "Take in a file of submissions: Kobo's or ODK's export, a spreadsheet, short messages.\n\n"
    "The same file twice changes nothing. What cannot be read is listed with its row.\n\n"
    "Examples: tocsin reports import kobo.xlsx --form incident\n\n"
    "tocsin reports import table.csv --mapping columns.yml\n\n"
    "tocsin reports import messages.txt": (
        "Reçoit un fichier de rapports : export de Kobo ou d’ODK, tableur, SMS.\n\n"
        "Le même fichier deux fois ne change rien. Ce qui ne se lit pas est listé avec sa ligne."
        "\n\nExemples : tocsin reports import kobo.xlsx --form incident\n\n"
        "tocsin reports import tableau.csv --mapping colonnes.yml\n\n"
        "tocsin reports import messages.txt"
    ),
    "List reports, the newest first, with their status and grade.\n\n"
    "Example: tocsin reports list --status received": (
        "Liste les rapports, le plus récent d’abord, avec leur état et leur cote.\n\n"
        "Exemple : tocsin reports list --status received"
    ),
    "Show one report and its history.\n\nExample: tocsin reports show 01890a5d": (
        "Montre un rapport et son histoire.\n\nExemple : tocsin reports show 01890a5d"
    ),
    "Write what a second person made of a report.\n\n"
    'Example: tocsin reports verify 01890a5d verified --verifier v-2 --grade B2 --reason "two '
    'independent callers"': (
        "Écrit ce qu’une seconde personne conclut d’un rapport.\n\n"
        "Exemple : tocsin reports verify 01890a5d verified --verifier v-2 --grade B2 "
        '--reason "deux appels indépendants"'
    ),
    "Link a report with another one, or with an event of a source; they are never merged.\n\n"
    "Examples: tocsin reports link 01890a5d 01890b77 --as retelling\n\n"
    "tocsin reports link 01890a5d ucdp_ged:412345 --as same_event": (
        "Relie un rapport à un autre, ou à un événement d’une source ; "
        "ils ne sont jamais fusionnés.\n\n"
        "Exemples : tocsin reports link 01890a5d 01890b77 --as retelling\n\n"
        "tocsin reports link 01890a5d ucdp_ged:412345 --as same_event"
    ),
    "Close a verified report: what became of it, and whether its reporter heard.\n\n"
    "A reporter who has been told nothing of the verdict needs --told, or a reason: --note.\n\n"
    "Example: tocsin reports close 01890a5d kept_on_record --told": (
        "Clôt un rapport vérifié : ce qu’il est devenu, et si son auteur en a été informé.\n\n"
        "Si l’auteur ne sait rien du verdict, il faut --told, ou une raison : --note.\n\n"
        "Exemple : tocsin reports close 01890a5d kept_on_record --told"
    ),
    "What waits for somebody: reports to triage within two hours, to verify, to answer, to close."
    "\n\nExample: tocsin inbox": (
        "Ce qui attend quelqu’un : rapports à trier sous deux heures, à vérifier, auxquels répondre, "
        "à clore.\n\n"
        "Exemple : tocsin inbox"
    ),
    "Where the place of a report may be: a ranked list; --pick confirms one line of it.\n\n"
    "Examples: tocsin reports place 01890a5d --country MLI\n\n"
    "tocsin reports place 01890a5d --country MLI --pick 1": (
        "Où peut se trouver le lieu d’un rapport : une liste classée ; --pick confirme une ligne."
        "\n\nExemples : tocsin reports place 01890a5d --country MLI\n\n"
        "tocsin reports place 01890a5d --country MLI --pick 1"
    ),
    "Reports that may tell of the same thing, with what speaks for and against.\n\n"
    "Example: tocsin reports alike 01890a5d": (
        "Les rapports qui parlent peut-être de la même chose, avec ce qui plaide pour et contre."
        "\n\nExemple : tocsin reports alike 01890a5d"
    ),
    "Only there (ISO3).": "Seulement là (ISO3).",
    "Confirm this line.": "Confirmer cette ligne.",
    "the list of places has {lines} lines, and no line {pick}": (
        "la liste des lieux a {lines} lignes, et pas de ligne {pick}"
    ),
    "Look at it: tocsin reports place {id}": "Regardez-la : tocsin reports place {id}",
    "The report: its id, or its beginning or end.": "Le rapport : son identifiant, son début ou sa fin.",
    "Why, in words.": "Pourquoi, en mots.",
    "The file.": "Le fichier.",
    "The form it holds.": "Le formulaire qu’il contient.",
    "How a plain spreadsheet's columns are named (YAML).": (
        "Comment s’appellent les colonnes d’un simple tableur (YAML)."
    ),
    "Only of one status.": "Seulement d’un état.",
    "The verdict, such as verified or false.": "Le verdict, tel que verified ou false.",
    "The verifier's handle.": "L’identifiant du vérificateur.",
    "Admiralty grade, such as B2.": "Cote de l’Amirauté, telle que B2.",
    "Another report, or SOURCE:EVENT.": "Un autre rapport, ou SOURCE:ÉVÉNEMENT.",
    "same_event, retelling, update, contradicts, unrelated.": (
        "same_event, retelling, update, contradicts, unrelated."
    ),
    "used_in_warning, kept_on_record or not_used.": "used_in_warning, kept_on_record ou not_used.",
    "The reporter has been told.": "L’auteur du rapport a été informé.",
    "A remark.": "Une remarque.",
    "Reports received: {added}; known already: {known}; refused: {refused}.": (
        "Rapports reçus : {added} ; déjà connus : {known} ; refusés : {refused}."
    ),
    "row {line}:": "ligne {line} :",
    "No known place has a name like the one in this report.": (
        "Aucun lieu connu n’a un nom qui ressemble à celui de ce rapport."
    ),
    "No other report seems to tell of the same thing.": (
        "Aucun autre rapport ne semble parler de la même chose."
    ),
    # states and tasks
    "received": "reçu",
    "triaged": "trié",
    "under_verification": "en vérification",
    "verified": "vérifié",
    "partly": "en partie vérifié",
    "unverifiable": "invérifiable",
    "false": "faux",
    "duplicate": "doublon",
    "triage": "à trier",
    "verify": "à vérifier",
    "answer": "à répondre",
    "late": "en retard",
    "same_event": "même événement",
    "retelling": "récit de seconde main",
    "update": "suite",
    "contradicts": "contredit",
    "unrelated": "sans rapport",
    "used_in_warning": "a servi à une alerte",
    "kept_on_record": "gardé au dossier",
    "not_used": "non utilisé",
    # checks
    "the form has no such question": "le formulaire n’a pas cette question",
    "this question needs an answer": "cette question demande une réponse",
    "this is not a whole number of people": "ce n’est pas un nombre entier de personnes",
    "this is not a date such as 2026-01-31": "ce n’est pas une date telle que 2026-01-31",
    "this is none of the answers to choose from": "ce n’est aucune des réponses proposées",
    "this is not a latitude and a longitude in degrees": (
        "ce n’est pas une latitude et une longitude en degrés"
    ),
    # errors
    "no form is named {name}": "aucun formulaire ne s’appelle {name}",
    "Known forms: {known}": "Formulaires connus : {known}",
    "the message has {length} signs; a short message holds {longest}": (
        "le message a {length} signes ; un SMS en contient {longest}"
    ),
    "Leave out what can be told later, or shorten the place.": (
        "Laissez ce qui peut être dit plus tard, ou abrégez le lieu."
    ),
    "Ask the sender to send it again.": "Demandez à l’expéditeur de l’envoyer de nouveau.",
    "the message does not end with # and two signs": (
        "le message ne se termine pas par # et deux signes"
    ),
    "the checksum does not fit the message": "la somme de contrôle ne correspond pas au message",
    "no form begins with these signs": "aucun formulaire ne commence par ces signes",
    "one part of the message begins with no known sign": (
        "une partie du message ne commence par aucun signe connu"
    ),
    "one answer is given twice": "une réponse est donnée deux fois",
    "one part of the message is too long": "une partie du message est trop longue",
    "a number is not made of digits": "un nombre n’est pas fait de chiffres",
    "one answer is none of those to choose from": "une réponse n’est aucune des réponses proposées",
    "a day is not written as day and month, such as 0611": (
        "un jour n’est pas écrit en jour et mois, tel que 0611"
    ),
    "this is not a mapping: {problem}": "ce n’est pas un fichier de correspondance : {problem}",
    "the file is larger than {most} MB": "le fichier dépasse {most} Mo",
    "Export fewer submissions at a time.": "Exportez moins de rapports à la fois.",
    "{suffix} is no file of submissions": "{suffix} n’est pas un fichier de rapports",
    "Files end in .csv, .xlsx, .json or, for short messages, .txt": (
        "Les fichiers se terminent par .csv, .xlsx, .json ou, pour les SMS, .txt"
    ),
    "the file cannot be read: {problem}": "le fichier ne peut pas être lu : {problem}",
    "Export it again, or save it as CSV in UTF-8.": (
        "Exportez-le de nouveau, ou enregistrez-le en CSV, en UTF-8."
    ),
    "no single report is named {name}": "aucun rapport unique ne s’appelle {name}",
    "List them: tocsin reports list": "Listez-les : tocsin reports list",
    "{status} is no verdict on a report": "{status} n’est pas un verdict sur un rapport",
    "Verdicts: {known}": "Verdicts : {known}",
    "a verdict needs a reason": "un verdict demande une raison",
    "Say why: --reason WORDS": "Dites pourquoi : --reason MOTS",
    "{verifier} made this report and cannot verify it": (
        "{verifier} a fait ce rapport et ne peut pas le vérifier"
    ),
    "A second person verifies: --verifier HANDLE": (
        "Une seconde personne vérifie : --verifier IDENTIFIANT"
    ),
    "a report is not linked with itself": "un rapport ne se relie pas à lui-même",
    "Name another report.": "Nommez un autre rapport.",
    "this is not a link: {problem}": "ce n’est pas un lien : {problem}",
    "this report has not been verified": "ce rapport n’a pas été vérifié",
    "Verify it first: tocsin reports verify {id}": (
        "Vérifiez-le d’abord : tocsin reports verify {id}"
    ),
    "this is not a closure: {problem}": "ce n’est pas une clôture : {problem}",
    "the role {role} does not verify reports": "le rôle {role} ne vérifie pas de rapports",
    "Name another: --reader ORG:verifier": "Nommez-en un autre : --reader ORG:verifier",
    "{grade} is no grade": "{grade} n’est pas une cote",
    "A letter A to F and a digit 1 to 6: B2": "Une lettre de A à F et un chiffre de 1 à 6 : B2",
}
