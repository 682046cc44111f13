"""The files of a data folder, and the source of each."""
