"""The situation room: pages that answer what changed, why we think so, who must act.

A page is a function from a question (`asking.Asked`: who, as of when, in which language) to the
values of its template. Nothing here reads a store: `workflow` answers, through the reader's view.
"""
