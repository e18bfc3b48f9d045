"""Plotting, statistics and the format of numbers."""
