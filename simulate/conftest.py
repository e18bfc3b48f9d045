"""Modules whose optional packages are absent are not searched for examples."""

from importlib.util import find_spec

READERS = ["featurize/dumps.py", "featurize/ionwindows.py", "featurize/opening.py"]
collect_ignore = [] if find_spec("MDAnalysis") else READERS
