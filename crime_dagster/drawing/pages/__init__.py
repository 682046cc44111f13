"""Pages of the gallery: their content as plain values, and their HTML."""
