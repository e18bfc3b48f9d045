"""Findings on the coarse-grained model."""
