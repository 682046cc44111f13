"""Shared by all pictures and pages: colours, words, lettering, prepared areas, and writing of files."""
