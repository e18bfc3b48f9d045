"""Books, projects and processes that the tests share."""
