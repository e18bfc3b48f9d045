"""Recomputing the committed tables."""
