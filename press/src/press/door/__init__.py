"""The one door out: figures and tables, written with what they were computed from."""
