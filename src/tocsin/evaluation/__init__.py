"""Scores, rolling origins, comparison of forecasts with what happened."""
