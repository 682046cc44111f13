"""Assets that write the gallery pages and the downloads."""
