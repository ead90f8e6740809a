"""One folder a source: what it publishes, under which licence, and how it is read."""
