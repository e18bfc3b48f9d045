"""Executing chapters, and keeping what they gave."""
