"""What a result came from, recorded once, and whether it is still so."""
