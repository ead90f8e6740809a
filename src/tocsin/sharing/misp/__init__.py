"""MISP: what a reader may see as MISP events, and MISP events as what we keep.

`taxonomies` are the tags both ways, `reach` how far an event may go, `events` our statements as
events, `reading` the events of a file, `keeping` somebody else's event whole, `bundles` the way
through misp-stix, which is an optional package.
"""
