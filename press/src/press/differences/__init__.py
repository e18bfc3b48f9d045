"""What changed in the results between two commits, editions, runs or folders."""
