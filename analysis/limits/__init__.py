"""How much of an ion's motion can be known, how long it is remembered, and when it is decided."""
