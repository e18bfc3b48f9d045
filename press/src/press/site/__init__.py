"""Writing the website."""
