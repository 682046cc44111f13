"""Tables: cells in, records of a source out."""
