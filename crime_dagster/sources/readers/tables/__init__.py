"""Tables: from cells to records of a source."""
