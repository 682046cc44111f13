"""The header links, the same on every page of the gallery."""

from crime_dagster.drawing.kit.page_content import Link

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
# Pages that share an entry of the header.
DATA_AND_MODEL = (("The data", DATA), ("The models", "models.html"))


def list_links(current: str = "", up: str = "") -> list[Link]:
    """Return the header links with the current entry marked; `up` leads from the page's folder to the gallery's."""
    return [Link(label, f"{up}{href}", is_current=href == current) for label, href in PAGES]


def list_siblings(current: str) -> list[Link]:
    return [Link(label, href, is_current=href == current) for label, href in DATA_AND_MODEL]
