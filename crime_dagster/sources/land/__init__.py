"""Landing: published files become tables of text, every record accounted for."""
