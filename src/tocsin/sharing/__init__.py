"""Sharing: how warnings leave the house, and whether they arrived."""
