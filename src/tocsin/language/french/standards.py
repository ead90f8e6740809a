"""French for STIX: what goes out to partners' programs, and what comes in."""

TEXT = {
    "A STIX object of somebody else's, whole: what we do not know of it is kept as well.": "Un objet STIX de quelqu’un d’autre, entier : ce que nous n’en connaissons pas est gardé aussi.",
    "Speak STIX 2.1 with partners’ programs.": "Parle STIX 2.1 avec les programmes des partenaires.",
    "Write what a reader may see as a STIX 2.1 bundle.\n\nEach object carries its statement whole, so that another node takes it in unchanged.\n\nExample: tocsin stix export --reader ecowas:peer --out for-ecowas.json": "Écrit ce qu’un lecteur peut voir comme un paquet STIX 2.1.\n\nChaque objet porte son énoncé entier, pour qu’un autre nœud le reprenne inchangé.\n\nExemple : tocsin stix export --reader cedeao:peer --out pour-cedeao.json",
    "Take in a STIX file of any length, 2.1 or 2.0.\n\nWhat another node signed comes in as its statement, if its key is trusted here. Any other object is kept whole, under its own marking; without a marking that is known it is for this node alone.\n\nExample: tocsin stix import from-opencti.json": "Reprend un fichier STIX de toute longueur, 2.1 ou 2.0.\n\nCe qu’un autre nœud a signé entre comme son énoncé, si sa clé est acceptée ici. Tout autre objet est gardé entier, sous son propre marquage ; sans marquage connu, il est pour ce seul nœud.\n\nExemple : tocsin stix import d-opencti.json",
    "Say what would become of a STIX file, and write nothing.\n\nExample: tocsin stix check from-opencti.json": "Dit ce que deviendrait un fichier STIX, et n’écrit rien.\n\nExemple : tocsin stix check d-opencti.json",
    "Take in TLP:RED: its sender named this node.": "Reprend le TLP:RED : son expéditeur a nommé ce nœud.",
    "A STIX file (JSON).": "Un fichier STIX (JSON).",
    "Also what was corrected or withdrawn since.": "Aussi ce qui a été corrigé ou retiré depuis.",
    "{added} would be taken in": "{added} seraient repris",
    "{objects} objects; {passed_by} say nothing of their own, {refused} refused": "{objects} objets ; {passed_by} ne disent rien d’eux-mêmes, {refused} refusés",
    "object {number} cannot be read: {problem}": "l’objet {number} ne peut être lu : {problem}",
    "Check that the file is STIX, and whole.": "Vérifiez que le fichier est du STIX, et qu’il est entier.",
    "it is not a STIX object that can be kept: {problem}": "ce n’est pas un objet STIX qui puisse être gardé : {problem}",
    "Leave it out, or ask its sender for it again.": "Laissez-le de côté, ou redemandez-le à l’expéditeur.",
    "it is TLP:RED, for those whom its sender named": "il est TLP:RED, pour ceux que son expéditeur a nommés",
    "If this node is one of them, say so: --named.": "Si ce nœud en est, dites-le : --named.",
    "statement {id} of {origin} is not released to this node": "l’énoncé {id} de {origin} n’est pas diffusé à ce nœud",
    "Ask {origin} to release it.": "Demandez à {origin} de le diffuser.",
    "objects are taken in from {own} alone": "les objets ne sont repris que de {own}",
    "Send them as a bundle between peers: tocsin share export": "Envoyez-les par un paquet entre pairs : tocsin share export",
}
