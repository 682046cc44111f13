"""Findings in recorded crime: changes, hot spots, ranks, similar places."""
