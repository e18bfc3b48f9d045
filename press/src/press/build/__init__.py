"""Rendering and rerunning: read, execute, resolve, write, put in place."""
