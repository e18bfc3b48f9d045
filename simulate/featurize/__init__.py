"""From trajectories to windows."""
