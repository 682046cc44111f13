"""`make check`: what would be done with a file, archive or folder."""
