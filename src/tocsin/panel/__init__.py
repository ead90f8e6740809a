"""Events and series to unit-months."""
