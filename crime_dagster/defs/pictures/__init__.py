"""Assets that draw charts, maps and GIFs."""
