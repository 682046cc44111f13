"""Checks that every address of the catalogue still answers as expected; nothing that it sends is kept."""
