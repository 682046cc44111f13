"""The catalogue of published sources."""
