"""Assets and jobs that land, download and check published files."""
