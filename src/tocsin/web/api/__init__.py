"""The JSON API, version 1: what pages show, for programs, under the same rights.

`routes` declares each address once: who may call it, what it may be asked with, what it answers.
From that declaration come the route, the check of what was asked, and the description
(`describing`), so none of them can say what another does not. `asking` reads requests,
`answering` makes answers: pages, conditional requests, compression, problems.
"""
