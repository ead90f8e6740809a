"""What a record amounts to: figures, actors, agreements, the mission, cases, plans. Pure."""
