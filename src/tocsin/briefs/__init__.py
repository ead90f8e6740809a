"""Charts, maps and documents in French and English."""
