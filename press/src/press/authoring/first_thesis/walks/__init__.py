"""The science of the thesis: data in, tables, figures and numbers out."""
