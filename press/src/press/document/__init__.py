"""The document: pandoc's tree, its forms, the words and dates that a renderer adds."""
