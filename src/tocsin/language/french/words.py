"""French for the language room's own messages."""

TEXT = {
    "{text!r} is not a number": "{text!r} n’est pas un nombre",
    "Write a number as {example}.": "Écrivez un nombre ainsi : {example}.",
}
