"""How publishers write areas, boroughs, months and categories."""
