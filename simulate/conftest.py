"""Modules whose optional packages are absent are not searched for examples."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("MDAnalysis") else ["featurize/ionwindows.py"]
