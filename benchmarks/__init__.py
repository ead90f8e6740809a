"""Figures, each beside a named peer or the hardware in the same run: `make bench`."""
