"""Immutable Parquet snapshots with their manifests."""
