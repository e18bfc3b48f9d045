"""Writing the PDF, through Typst."""
