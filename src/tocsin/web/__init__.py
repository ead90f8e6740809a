"""The server: ways in for reports, and the pages.

`app.make_app` puts the rooms together. Each module of routes lists its own in `ROUTES`; every
route says who may call it (`access`), and a route that does not say is not served at all.
"""
