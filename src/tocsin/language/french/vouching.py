"""Signing in through an identity provider, in French."""

TEXT: dict[str, str] = {
    "Ask the provider whether it answers.": "Demander au fournisseur s’il répond.",
    "Go on": "Continuer",
    "It answers as it must.": "Il répond comme il se doit.",
    "None: people sign in with accounts of this node.": "Aucun : on se connecte avec les comptes de ce nœud.",
    "Or with the account of your organisation:": "Ou avec le compte de votre organisation :",
    "Put it into the vault: tocsin channels secret NAME": "Mettez-le au coffre : tocsin channels secret NOM",
    "Say through which identity provider people may sign in, and which of its roles count here; with --check, ask it whether it answers.\n\nExample: tocsin account provider --check": "Dit par quel fournisseur d’identité on peut se connecter, et lesquels de ses rôles comptent ici ; avec --check, lui demande s’il répond.\n\nExemple : tocsin account provider --check",
    "See docs/how-to/use-the-room.md; until then accounts of this node sign in.": "Voyez docs/how-to/use-the-room.md ; d’ici là, les comptes de ce nœud se connectent.",
    "Sign in with an account of this node, or write {file} in the store.": "Connectez-vous avec un compte de ce nœud, ou écrivez {file} dans la réserve.",
    "Signed in": "Connecté",
    "Try again, or ask the administrator which role you have.": "Réessayez, ou demandez à l’administrateur quel rôle vous avez.",
    "how people sign in is not set up as it must be: {problem}": "la connexion n’est pas réglée comme il se doit : {problem}",
    "no identity provider is configured": "aucun fournisseur d’identité n’est réglé",
    "the identity provider’s answer lets nobody in": "la réponse du fournisseur d’identité ne laisse entrer personne",
    "{name} holds no secret": "{name} ne contient aucun secret",
}
