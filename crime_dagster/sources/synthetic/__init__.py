"""A made-up city of any size, written in the layouts of the published files, with known effects."""
