"""One module a room, each holding `TEXT`: the English template and its French."""
