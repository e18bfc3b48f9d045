"""Reading a book, running nothing: configuration, chapters, cells, parameters."""
