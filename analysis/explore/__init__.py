"""What the windows show without learning: averages, memory, maps, ceilings."""
