"""Errors, files, folders and progress: what every room stands on."""
