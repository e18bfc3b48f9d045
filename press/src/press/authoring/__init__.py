"""What an author has while writing: checks, a preview, a thesis to begin with."""
