"""Shared ground: settings, errors, the warehouse door, column words. Imports no other room of the project."""
