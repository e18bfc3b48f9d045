"""The study that is followed: its scores, its searches, its corrections."""
