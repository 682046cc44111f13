"""File formats: bytes in, cells or shapes out, within limits."""
