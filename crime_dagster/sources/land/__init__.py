"""Landing: published files become tables of text, and every record is accounted for."""
