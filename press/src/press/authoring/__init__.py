"""What an author has while writing: checks, a preview, differences, a thesis to begin with."""
