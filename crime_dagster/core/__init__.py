"""Shared foundations: settings, errors, DuckDB access, column metadata. Imports nothing else of this package."""
