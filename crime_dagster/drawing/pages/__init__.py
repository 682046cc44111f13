"""Pages of the gallery: what they say as plain values, and the HTML that says it."""
