"""A lake (DuckLake) in place of the database file, for those who outgrow one machine."""
