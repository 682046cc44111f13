"""`make check`: how a file, archive or folder would be read."""
