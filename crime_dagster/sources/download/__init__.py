"""Downloads published files from the catalogue's addresses, and reads each before keeping it."""
