"""Assets that write the pages of the gallery and its downloads."""
