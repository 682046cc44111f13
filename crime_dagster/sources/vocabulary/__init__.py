"""Publishers' spellings of areas, boroughs, months and categories."""
