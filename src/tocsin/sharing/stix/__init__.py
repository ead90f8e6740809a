"""STIX 2.1: what a reader may see as STIX objects, and STIX objects as statements.

`naming` gives ids and moments, `marking` the markings both ways, `telling` the words, `incidents`
the official extension for incidents, `mapping` the objects of one statement, `bundling` a stream of
them, `reading` the objects of a file or an answer, `arriving` what becomes of each.
"""
