"""From executed chapters to one resolved book: constructs, numbers, references, citations."""
