"""French of what becomes of reports: answers, coverage, contacts."""

TEXT = {
    # answers to reporters: one message of the GSM alphabet each
    "Ref {code}: received, thank you. It will be checked.": "Réf {code} : bien reçu, merci. Ce sera vérifié.",
    "Ref {code}: checked and confirmed. Thank you.": "Réf {code} : vérifié et confirmé. Merci.",
    "Ref {code}: checked and confirmed in part. Thank you.": "Réf {code} : vérifié, confirmé en partie. Merci.",
    "Ref {code}: checked, not confirmed. Thank you all the same.": "Réf {code} : vérifié, non confirmé. Merci quand même.",
    "Ref {code}: others have told the same. Thank you.": "Réf {code} : d’autres l’ont dit aussi. Merci.",
    "Ref {code}: it was used, and those responsible were told. Thank you.": "Réf {code} : cela a servi, les responsables sont prévenus. Merci.",
    "Ref {code}: those responsible have decided to act. Thank you.": "Réf {code} : les responsables ont décidé d’agir. Merci.",
    "Ref {code}: those responsible have weighed it. Thank you.": "Réf {code} : les responsables en ont tenu compte. Merci.",
    "Ref {code}: it is closed and kept on record. Thank you.": "Réf {code} : c’est clos et conservé. Merci.",
    # how far an answer has got
    "not_confirmed": "non confirmé",
    "known_already": "déjà connu",
    "used": "utilisé",
    "acted": "suivi d’une action",
    "weighed": "pris en compte",
    "answered": "répondu",
    "reporters wait: {problem}": "des informateurs attendent : {problem}",
    # commands
    "Tell reporters what became of their reports, each step once, by the way they came; the watch does it by itself.\n\n"
    "Whom it goes to is known only while it leaves. --text says something of your own to one reporter.\n\n"
    "Examples: tocsin reports answer 01890a5d --dry-run\n\ntocsin reports answer 01890a5d\n\n"
    'tocsin reports answer 01890a5d --text "which day was it?"': (
        "Dit aux informateurs ce que leurs rapports sont devenus, chaque étape une fois, par la voie d’où ils sont venus ; la veille le fait d’elle-même.\n\n"
        "Le destinataire n’est connu qu’au départ. --text dit à un seul informateur vos propres mots.\n\n"
        "Exemples : tocsin reports answer 01890a5d --dry-run\n\ntocsin reports answer 01890a5d\n\n"
        'tocsin reports answer 01890a5d --text "quel jour était-ce ?"'
    ),
    "What a reporter sees by the code of a receipt.\n\nExample: tocsin reports lookup VK7J-E6FM": (
        "Ce qu’un informateur voit avec le code de son reçu.\n\nExemple : tocsin reports lookup VK7J-E6FM"
    ),
    "Where and when somebody looked: areas by week, with the reason of each gap, and how soon reports were judged.\n\n"
    "Silence is a gap, never a calm.\n\nExamples: tocsin reports coverage --weeks 8\n\n"
    "tocsin reports coverage --area MLI --out coverage.csv": (
        "Où et quand quelqu’un a regardé : zones par semaine, avec la raison de chaque lacune, et en combien de temps les rapports ont été jugés.\n\n"
        "Un silence est une lacune, jamais un calme.\n\nExemples : tocsin reports coverage --weeks 8\n\n"
        "tocsin reports coverage --area MLI --out couverture.csv"
    ),
    "The report: its id, or its beginning or end; none: all.": "Le rapport : son identifiant, son début ou sa fin ; sans lui, tous.",
    "Words of your own.": "Vos propres mots.",
    "Only show what would be said.": "Montrer seulement ce qui serait dit.",
    "The code of the receipt.": "Le code du reçu.",
    "A country or area, such as MLI.": "Un pays ou une zone, comme MLI.",
    "How many.": "Combien.",
    "A CSV file to write the rows to.": "Un fichier CSV où écrire les lignes.",
    "name the report": "nommez le rapport",
    "tocsin reports answer ID": "tocsin reports answer ID",
    # coverage
    "could_not_observe": "n’a pas pu être observé",
    "not_asked": "non demandé",
    "no_report": "aucun rapport",
    "nobody_was_asked": "personne n’a été interrogé",
    "no_report_came": "aucun rapport n’est arrivé",
    "not_said": "raison non dite",
    "no_access": "pas d’accès",
    "no_network": "pas de réseau",
    "no_monitor": "pas d’observateur",
    "insecurity": "insécurité",
    "told": "rapporté",
    "{observed} of {all} area-weeks observed; {unplaced} reports without a place.": (
        "{observed} zones-semaines observées sur {all} ; {unplaced} rapports sans lieu confirmé."
    ),
    "judged within {hours} h: {share} % of {due}; {mark} % asked": "jugés sous {hours} h : {share} % de {due} ; {mark} % demandés",
    "{step}: half within {median} h, nine of ten within {ninth} h": "{step} : la moitié sous {median} h, neuf sur dix sous {ninth} h",
    # errors of answers
    "reporters cannot be answered by {way}: no channel is named for it": "on ne peut pas répondre aux informateurs par {way} : aucun canal n’est nommé pour cela",
    "See docs/how-to/receive-reports.md: Answer those who report.": "Voir docs/how-to/receive-reports.md : Answer those who report.",
    "an answer has at most {most} characters, and this one has {length}": "une réponse a au plus {most} caractères, celle-ci en a {length}",
    "Shorten it.": "Raccourcissez-la.",
    'the channel {name} has no `to` with "{place}" in it': "le canal {name} n’a pas de `to` qui contienne « {place} »",
    "the channel {name} is for reporters alone": "le canal {name} est pour les informateurs seuls",
    "no receipt has this code": "aucun reçu n’a ce code",
    "Check it: four signs, a dash, four.": "Vérifiez-le : quatre signes, un tiret, quatre signes.",
    "an answer holds no telephone number": "une réponse ne contient pas de numéro de téléphone",
    "Say it without; a number is passed on by voice.": "Dites-le sans ; un numéro se transmet de vive voix.",
    "its reporter has not been told what was found": "son informateur ne sait pas ce qui a été trouvé",
    "Answer: tocsin reports answer {id}; or say that you did: --told; or say why nobody can: --note WORDS": (
        "Répondez : tocsin reports answer {id} ; ou dites que c’est fait : --told ; ou dites pourquoi personne ne le peut : --note MOTS"
    ),
    # contacts
    "Contacts of reporters: never shown but to two persons together.": "Les contacts des informateurs : montrés à deux personnes ensemble, jamais autrement.",
    "List handles for which a contact is held, the way it is answered and the language; never the contact.\n\n"
    "Example: tocsin contacts list": (
        "Liste les pseudonymes dont le contact est gardé, la voie de réponse et la langue ; jamais le contact.\n\n"
        "Exemple : tocsin contacts list"
    ),
    "Open one contact, by two persons with a reason, which stays in the record under both their keys.\n\n"
    "Each types their own passphrase (see tocsin ledger persons); from a pipe, one a line.\n\n"
    'Example: tocsin contacts open r-7k2m9xqa --reason "threatened: must be warned by voice" '
    "--person duty-1 --person release-2": (
        "Ouvre un contact, par deux personnes et avec une raison, qui reste au registre sous leurs deux clés.\n\n"
        "Chacune tape sa propre phrase de passe (voir tocsin ledger persons) ; par un tube, une par ligne.\n\n"
        'Exemple : tocsin contacts open r-7k2m9xqa --reason "menacé : à prévenir de vive voix" '
        "--person duty-1 --person release-2"
    ),
    "Destroy one contact for good, by a person with a reason.\n\n"
    'Example: tocsin contacts purge r-7k2m9xqa --reason "asked for it" --person duty-1': (
        "Détruit un contact pour toujours, par une personne et avec une raison.\n\n"
        'Exemple : tocsin contacts purge r-7k2m9xqa --reason "à sa demande" --person duty-1'
    ),
    "Destroy every contact at once and for good: the key first, then what it opened. No passphrase is asked for, only the word wipe. "
    "The record stays readable.\n\nExample: tocsin contacts wipe --panic": (
        "Détruit tous les contacts d’un coup et pour toujours : la clé d’abord, puis ce qu’elle ouvrait. Aucune phrase de passe n’est demandée, "
        "seulement le mot effacer. Le registre reste lisible.\n\nExemple : tocsin contacts wipe --panic"
    ),
    "Say in which language a reporter is answered.\n\nExample: tocsin contacts language r-7k2m9xqa en": (
        "Dit dans quelle langue on répond à un informateur.\n\nExemple : tocsin contacts language r-7k2m9xqa en"
    ),
    "Why; never the contact itself.": "Pourquoi ; jamais le contact lui-même.",
    "A person's handle; name two.": "Le pseudonyme d’une personne ; nommez-en deux.",
    "The contact of {handle} is destroyed.": "Le contact de {handle} est détruit.",
    "Yes: all of them, now, for good.": "Oui : tous, maintenant, pour toujours.",
    "a wipe destroys every contact for good": "un effacement détruit tous les contacts pour toujours",
    "tocsin contacts wipe --panic": "tocsin contacts wipe --panic",
    "Type wipe to destroy every contact": "Tapez effacer pour détruire tous les contacts",
    "Wiped: {files} files of contacts, {letters} letters that waited.": "Effacé : {files} fichiers de contacts, {letters} messages en attente.",
    "Contacts of an older store lie in the vault, which is closed: destroy its key.": (
        "Des contacts d’un ancien dépôt sont dans le coffre, qui est fermé : détruisez sa clé."
    ),
    "fr or en.": "fr ou en.",
    "no contact is held for {handle}": "aucun contact n’est gardé pour {handle}",
    "See the handles: tocsin contacts list": "Voyez les pseudonymes : tocsin contacts list",
    "the contacts cannot be opened: their key is another's": "les contacts ne s’ouvrent pas : leur clé est une autre",
    "Put the key file back; or give them up: tocsin contacts wipe --panic": "Remettez le fichier de clé ; ou abandonnez-les : tocsin contacts wipe --panic",
    "{lang} is no language here": "{lang} n’est pas une langue d’ici",
    "Say fr or en.": "Dites fr ou en.",
    "a contact is opened by two persons": "un contact s’ouvre à deux personnes",
    "Name both: --person A --person B. Each types their own passphrase.": "Nommez-les : --person A --person B. Chacune tape sa propre phrase de passe.",
    "nothing was wiped": "rien n’a été effacé",
    "Type the word: wipe": "Tapez le mot : effacer",
    "the reason tells the contact, and it stays in the record": "la raison dit le contact, et elle reste au registre",
    "Say why without number, address or name.": "Dites pourquoi sans numéro, adresse ni nom.",
    "say why, in at most {most} characters": "dites pourquoi, en {most} caractères au plus",
    "--reason WORDS": "--reason MOTS",
    # rules over reports
    "no form asks for {name}": "aucun formulaire ne demande {name}",
    "{name} counts reports that nobody has verified: it can open a watch, no more": (
        "{name} compte des rapports que personne n’a vérifiés : il peut ouvrir une veille, rien de plus"
    ),
    # kinds of statements
    "A short answer to the reporter of a report, on its way or there. No address is kept here.": (
        "Une courte réponse à l’auteur d’un rapport, en route ou arrivée. Aucune adresse n’est gardée ici."
    ),
    "A contact was opened by two persons, or destroyed by one: who, why and when; never what.": (
        "Un contact ouvert par deux personnes, ou détruit par une : qui, pourquoi et quand ; jamais quoi."
    ),
}
