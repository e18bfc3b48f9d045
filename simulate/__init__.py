"""Coarse-grained molecular dynamics, and the featurizer that turns trajectories into windows."""
