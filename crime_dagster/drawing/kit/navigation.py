"""Addresses of the gallery's pages, and the header links that every page has."""

OVERVIEW, EXPLORER, BOROUGHS, DATA = "index.html", "explorer.html", "boroughs/index.html", "data.html"
TYPES, MAPS = "types/index.html", "maps/index.html"
PAGES = (
    ("Overview", OVERVIEW),
    ("Maps", MAPS),
    ("Explorer", EXPLORER),
    ("Crime types", TYPES),
    ("Boroughs", BOROUGHS),
    ("What if", f"{OVERVIEW}#what-if"),
    ("Data and model", DATA),
)
# The index of places and postcodes, which every search box loads.
PLACES_FOLDER = "places"
