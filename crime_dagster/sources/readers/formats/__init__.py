"""File formats: from bytes to cells or shapes, within limits."""
