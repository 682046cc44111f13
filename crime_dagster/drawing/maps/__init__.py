"""Interactive maps and the explorer."""
