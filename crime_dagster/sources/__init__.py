"""Published files: which they are, where they come from, and whether they are complete."""
