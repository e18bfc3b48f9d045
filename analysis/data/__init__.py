"""The windows table, the registry of data sets and how they are read."""
