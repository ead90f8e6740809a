"""French for links across borders, and for what records have to do with."""

TEXT = {
    "tag": "étiquette",
    "What a record has to do with, for links across borders: a route, goods, an actor, a border.": "Ce dont une fiche relève, pour les rapprochements par-delà les frontières : un itinéraire, des marchandises, un acteur, une frontière.",
    "Say what a record has to do with: a route, goods, an actor, a segment of border. Of your own record its readers read it; of a partner’s it stays in the house.\n\nExample: tocsin share tag 01890a5d-ac96-774b-bcce-b302099a8057 --goods rifles --border BFA/MLI:koro": "Dire de quoi relève une fiche : un itinéraire, des marchandises, un acteur, un tronçon de frontière. De votre fiche, ses lecteurs le lisent ; de celle d’un partenaire, cela reste dans la maison.\n\nExemple : tocsin share tag 01890a5d-ac96-774b-bcce-b302099a8057 --goods fusils --border BFA/MLI:koro",
    "Links between records of different houses or countries that share a route, goods, an actor, a segment of border, a case or a published event: the most telling first, each with the statements that say so. Only what you may see is linked, as it was known on the day.\n\nExamples: tocsin share links\n\ntocsin share links 01890a5d-ac96-774b-bcce-b302099a8057 --what goods --as-of 2024-03-31": "Rapprochements entre fiches de maisons ou de pays différents qui ont en commun un itinéraire, des marchandises, un acteur, un tronçon de frontière, un dossier ou un événement publié : les plus parlants d’abord, chacun avec les déclarations qui le disent. Seul ce que vous pouvez voir est rapproché, tel que connu ce jour-là.\n\nExemples : tocsin share links\n\ntocsin share links 01890a5d-ac96-774b-bcce-b302099a8057 --what goods --as-of 2024-03-31",
    "A route; repeat it.": "Un itinéraire ; à répéter.",
    "A kind of goods; repeat it.": "Une sorte de marchandises ; à répéter.",
    "An actor: a name, or actor:NAME; repeat it.": "Un acteur : un nom, ou actor:NOM ; à répéter.",
    "Two countries, BFA/MLI or BFA/MLI:NAME; repeat it.": "Deux pays, BFA/MLI ou BFA/MLI:NOM ; à répéter.",
    "One record (default: all).": "Une seule fiche (par défaut : toutes).",
    "route, goods, actor, border, case or event.": "route, goods, actor, border, case ou event.",
    "route": "itinéraire",
    "goods": "marchandises",
    "border": "frontière",
    "and {more} more: --limit": "et {more} de plus : --limit",
    "Nothing that you may see is linked as of that date.": "Rien de ce que vous pouvez voir n’est rapproché à cette date.",
    # What is refused.
    "nothing is said of the record": "rien n’est dit de la fiche",
    "Give one of: --route, --goods, --actor, --border.": "Donnez l’un de : --route, --goods, --actor, --border.",
    "nothing is linked over {what}": "rien ne se rapproche par {what}",
    "{value} is no segment of border": "{value} n’est pas un tronçon de frontière",
    "Write it as BFA/MLI or BFA/MLI:koro.": "Écrivez-le BFA/MLI ou BFA/MLI:koro.",
    "{first} and {second} have no border": "{first} et {second} n’ont pas de frontière commune",
    "Write two neighbours by their ISO codes, as BFA/MLI.": "Écrivez deux voisins par leurs codes ISO : BFA/MLI.",
}
