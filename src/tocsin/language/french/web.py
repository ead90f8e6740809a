"""French of the server: tokens, errors that clients are told, pages."""

TEXT = {
    # commands
    "Serve over HTTP: reports come in from phones, gateways and browsers.\n\n"
    "Who may call has a token (tocsin token create). Stop it with Ctrl-C.\n\n"
    "Examples: tocsin serve\n\n"
    "tocsin serve --host 0.0.0.0 --certificate node.crt --key node.key --workers 2": (
        "Sert par HTTP : les rapports arrivent des téléphones, des passerelles et des navigateurs."
        "\n\nQui peut appeler a un jeton (tocsin token create). Arrêt par Ctrl-C.\n\n"
        "Exemples : tocsin serve\n\n"
        "tocsin serve --host 0.0.0.0 --certificate noeud.crt --key noeud.key --workers 2"
    ),
    "The address to listen on.": "L’adresse où écouter.",
    "The port to listen on.": "Le port où écouter.",
    "How many processes.": "Le nombre de processus.",
    "A TLS certificate (PEM).": "Un certificat TLS (PEM).",
    "Its private key (PEM).": "Sa clé privée (PEM).",
    "Caution: others can reach this address, and nothing is encrypted: tokens and reports can be "
    "read on the way. Give --certificate and --key, or listen on 127.0.0.1 behind a reverse proxy "
    "that encrypts.": (
        "Attention : d’autres peuvent atteindre cette adresse, et rien n’est chiffré : jetons et "
        "rapports peuvent être lus en chemin. Donnez --certificate et --key, ou écoutez sur "
        "127.0.0.1 derrière un mandataire inverse qui chiffre."
    ),
    "Serving at {address}": "Service à l’adresse {address}",
    "Tokens: who may call the server. Each is shown once and can be revoked.": (
        "Jetons : qui peut appeler le serveur. Chacun est montré une fois et peut être révoqué."
    ),
    "Make a token and print it, once: only its hash is kept.\n\n"
    "It is sent as a Bearer token, or as the password of HTTP Basic with any user name.\n\n"
    "Scopes: reports, gateway (needs it named), exchange, taxii, api, pages.\n\n"
    "Examples: tocsin token create --role reporter --note 'phone 12'\n\n"
    "tocsin token create --org ECOWAS --role peer --scope taxii --expires 2027-12-31": (
        "Crée un jeton et l’affiche, une fois : seule son empreinte est gardée.\n\n"
        "Il s’envoie comme jeton Bearer, ou comme mot de passe HTTP Basic avec n’importe quel "
        "nom d’utilisateur.\n\n"
        "Portées : reports, gateway (à nommer exprès), exchange, taxii, api, pages.\n\n"
        'Exemples : tocsin token create --role reporter --note "téléphone 12"\n\n'
        "tocsin token create --org CEDEAO --role peer --scope taxii --expires 2027-12-31"
    ),
    "List tokens: whose, what for, until when.\n\nExample: tocsin token list": (
        "Liste les jetons : à qui, pour quoi, jusqu’à quand.\n\nExemple : tocsin token list"
    ),
    "Let a token open nothing any more, at once.\n\nExample: tocsin token revoke 7kq2m9xw": (
        "Fait qu’un jeton n’ouvre plus rien, aussitôt.\n\nExemple : tocsin token revoke 7kq2m9xw"
    ),
    "Whose people call with it (default: the node's own).": (
        "Pour les gens de quelle organisation (par défaut : celle du nœud)."
    ),
    "The caller's role.": "Le rôle de qui appelle.",
    "Only for this (above); repeat it for more.": (
        "Seulement pour cela (voir plus haut) ; se répète."
    ),
    "An earlier handle of the same reporter.": "Un pseudonyme antérieur du même rapporteur.",
    "What it is for; no names.": "À quoi il sert ; pas de noms.",
    "The last day on which it holds.": "Le dernier jour où il vaut.",
    "The token's id.": "L’identifiant du jeton.",
    "Keep it now: it is not shown again.": "Gardez-le maintenant : il ne sera plus montré.",
    "revoked on {day}": "révoqué le {day}",
    "has expired": "a expiré",
    "until {day}": "jusqu’au {day}",
    "until it is revoked": "jusqu’à sa révocation",
    "all that the role may do": "tout ce que permet le rôle",
    # errors of tokens
    "no token is named {name}": "aucun jeton ne s’appelle {name}",
    "tocsin token list shows them.": "tocsin token list les montre.",
    "a token has no scope {scope}": "un jeton n’a pas de portée {scope}",
    "Scopes: {known}.": "Portées : {known}.",
    "{handle} is not a handle": "{handle} n’est pas un pseudonyme",
    "Letters, a dash, letters or digits, such as m-17; never a name or a number.": (
        "Des lettres, un tiret, des lettres ou des chiffres, comme m-17 ; jamais un nom ni un "
        "numéro."
    ),
    "{day} has passed": "le {day} est passé",
    "Give a later day.": "Donnez un jour à venir.",
    # what clients are told
    "The request cannot be read.": "La requête ne se lit pas.",
    "This needs a token that holds.": "Il faut ici un jeton valable.",
    "Ask the node’s administrator for one (tocsin token create).": (
        "Demandez-en un à l’administrateur du nœud (tocsin token create)."
    ),
    "Your token is not for this.": "Votre jeton n’est pas pour cela.",
    "Ask for one with the role that this needs.": "Demandez-en un qui ait le rôle voulu.",
    "There is nothing at this address.": "Il n’y a rien à cette adresse.",
    "Check the address.": "Vérifiez l’adresse.",
    "This address does not take such a request.": "Cette adresse ne prend pas cette requête.",
    "The request took too long.": "La requête a duré trop longtemps.",
    "Send it again.": "Envoyez-la de nouveau.",
    "This contradicts what is held already.": "Cela contredit ce qui est déjà gardé.",
    "The request does not say how long it is.": "La requête ne dit pas sa longueur.",
    "This is larger than the server takes.": "C’est plus grand que ce que prend le serveur.",
    "Send less at a time.": "Envoyez-en moins à la fois.",
    "The server does not read this type of content.": "Le serveur ne lit pas ce type de contenu.",
    "Too many requests.": "Trop de requêtes.",
    "Wait a moment, then send it again.": "Attendez un moment, puis recommencez.",
    "Something went wrong here that was not foreseen.": "Quelque chose d’imprévu est arrivé ici.",
    "Nothing was lost. Tell the administrator the reference {reference}.": (
        "Rien n’est perdu. Donnez à l’administrateur la référence {reference}."
    ),
    "The server cannot write at the moment. Send it again later.": (
        "Le serveur ne peut pas écrire en ce moment. Envoyez plus tard."
    ),
    "Language": "Langue",
    # reports over a line
    "A photo that came with a report, before it or after it; it lies encrypted in the store.": (
        "Une photo venue avec un rapport, avant lui ou après lui ; elle est chiffrée dans le dépôt."
    ),
    "Your report has been received.": "Votre rapport a été reçu.",
    "Your report had been received already.": "Votre rapport avait déjà été reçu.",
    "There is no filled form in the request.": "La requête ne contient pas de formulaire rempli.",
    "the form is larger than {most} kB": "le formulaire dépasse {most} ko",
    "the form is not XML (line {line})": "le formulaire n’est pas du XML (ligne {line})",
    "the form holds a document type, which may hide entities": (
        "le formulaire contient un type de document, qui peut cacher des entités"
    ),
    "the form holds more than any of ours asks": (
        "le formulaire contient plus que n’en demande aucun des nôtres"
    ),
    "the question {name} is answered twice": "la question {name} a deux réponses",
    "the form has no instanceID": "le formulaire n’a pas d’instanceID",
    "the photo is neither a JPEG nor a PNG": "la photo n’est ni un JPEG ni un PNG",
    "the photo is cut or damaged": "la photo est coupée ou abîmée",
    "the photo is too large": "la photo est trop grande",
    "a photo says to which report it belongs": "une photo dit à quel rapport elle appartient",
    "{held} bytes are held: go on from there": "{held} octets sont gardés : continuez de là",
    "no media are held under {name}": "aucun média n’est gardé sous {name}",
    "a file of media is not what its name says": "un fichier de média n’est pas ce que dit son nom",
    "the disk has no room for media": "le disque n’a plus de place pour les médias",
    # forms as pages
    "Report": "Signaler",
    "What do you report?": "Que signalez-vous ?",
    "{minutes} minutes at most": "{minutes} minutes au plus",
    "Received. Thank you.": "Reçu. Merci.",
    "Report something else": "Signaler autre chose",
    "No line. What you send waits on this device until there is one.": (
        "Pas de réseau. Ce que vous envoyez attend sur cet appareil qu’il y en ait."
    ),
    "Kept on this device. It is sent as soon as there is a line.": (
        "Gardé sur cet appareil. C’est envoyé dès qu’il y a du réseau."
    ),
    "Waiting to be sent:": "En attente d’envoi :",
    "Your token does not hold. Enter it again, then it is sent.": (
        "Votre jeton ne vaut plus. Saisissez-le de nouveau, puis l’envoi se fait."
    ),
    "Not taken in. Correct it, then send it again.": (
        "Pas reçu. Corrigez, puis envoyez de nouveau."
    ),
    "Correct": "Corriger",
    "Delete": "Effacer",
    "Delete from this device everything that waits, and these pages?": (
        "Effacer de cet appareil tout ce qui attend, et ces pages ?"
    ),
    "Delete everything from this device": "Tout effacer de cet appareil",
    "Enter your token first": "Saisissez d’abord votre jeton",
    "Position, device and time are taken out of it.": (
        "La position, l’appareil et l’heure en sont retirés."
    ),
    "Where I am": "Là où je suis",
    "What was seen?": "Qu’a-t-on observé ?",
    "Seen?": "Observé ?",
    "How much?": "Combien ?",
    "And before?": "Et avant ?",
    "If you know more": "Si vous en savez plus",
    "Send": "Envoyer",
    "Your token": "Votre jeton",
    "You were given it when you were enrolled. This device remembers it.": (
        "Il vous a été remis à votre inscription. Cet appareil s’en souvient."
    ),
    "This token does not hold here.": "Ce jeton ne vaut pas ici.",
    "Token": "Jeton",
    "Go on": "Continuer",
    # gateways and mail
    "this is not a list of gateways: {problem}": "ce n’est pas une liste de passerelles : {problem}",
    "See docs/how-to/receive-reports.md for every field.": (
        "Voir docs/how-to/receive-reports.md pour chaque champ."
    ),
    "no gateway has that name": "aucune passerelle n’a ce nom",
    "Write it into gateways.yml.": "Inscrivez-la dans gateways.yml.",
    "the call is too large for a short message": "l’appel est trop grand pour un SMS",
    "the call is neither a form nor JSON": "l’appel n’est ni un formulaire ni du JSON",
    "the call names no {field}": "l’appel ne nomme pas {field}",
    "Write into gateways.yml how the gateway names its fields.": (
        "Inscrivez dans gateways.yml comment la passerelle nomme ses champs."
    ),
    "Please send it again.": "Merci de le renvoyer.",
    "this is no folder of mail": "ce n’est pas un dossier de courrier",
    "the mail holds no report": "le courriel ne contient pas de rapport",
    "nothing in the mail could be taken in": "rien dans le courriel n’a pu être reçu",
    "the mail is too large": "le courriel est trop grand",
    "the mail cannot be read": "le courriel ne se lit pas",
    "the mail names no sender": "le courriel ne nomme pas d’expéditeur",
    "the mail has too many parts": "le courriel a trop de parties",
    "Read a folder of mail: each file once, then moved to done or refused.": (
        "Lit un dossier de courriels : chaque fichier une fois, puis déplacé dans done ou refused."
    ),
    "The file; with --mail, the folder.": "Le fichier ; avec --mail, le dossier.",
    "answer the sender": "répondre à l’expéditeur",
    # photos
    "List the photos of a report; --out writes them, decrypted: delete them when you have seen "
    "them.\n\nExample: tocsin reports photos 01890a5d --out seen": (
        "Liste les photos d’un rapport ; --out les écrit, déchiffrées : effacez-les une fois vues."
        "\n\nExemple : tocsin reports photos 01890a5d --out vues"
    ),
    "has not come": "n’est pas arrivée",
    "The report names no photo.": "Le rapport ne nomme pas de photo.",
    "this is no folder": "ce n’est pas un dossier",
    "Name a folder: --out FOLDER": "Nommez un dossier : --out DOSSIER",
    # receipts
    "Receipt: {code}.": "Reçu n° {code}.",
    "With it you can ask what became of your report.": (
        "Il vous permet de demander ce qu’est devenu votre rapport."
    ),
    "What became of it?": "Qu’est-il devenu ?",
    "What became of a report?": "Qu’est devenu un rapport ?",
    "Check the code. A report that came in just now has no answer yet.": (
        "Vérifiez le code. Un rapport qui vient d’arriver n’a pas encore de réponse."
    ),
    "The code of the receipt": "Le code du reçu",
    "Look it up": "Chercher",
    # starting
    "{address} cannot be listened on: {problem}": "impossible d’écouter sur {address} : {problem}",
    "Give another --port or --host, or stop what listens there.": (
        "Donnez un autre --port ou --host, ou arrêtez ce qui y écoute."
    ),
    "a key needs its certificate": "une clé demande son certificat",
    "Give --certificate as well.": "Donnez aussi --certificate.",
    "the certificate and its key cannot be used": ("le certificat et sa clé ne peuvent pas servir"),
    "Give a PEM certificate and, with --key, its private key.": (
        "Donnez un certificat PEM et, par --key, sa clé privée."
    ),
}
