"""Tables, figures and sentences of the chapters."""
