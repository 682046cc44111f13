"""Addresses of the gallery's pages, the header links that every page has, and slugs of places."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

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
# With prefix and suffix, a file name stays within the 255 bytes that file systems allow.
LONGEST = 80
_OTHER = re.compile(r"[^a-z0-9]+")


def make_slug(name: str) -> str:
    """Return the slug of a name: "Kensington and Chelsea" is `kensington-and-chelsea`.

    Lower-case letters a to z, digits and single hyphens, at most 80; accents are dropped. `place` if nothing is left.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    return _OTHER.sub("-", plain).strip("-")[:LONGEST].strip("-") or "place"


def make_slugs(names: Iterable[str], codes: Iterable[str]) -> list[str]:
    """Return unique slugs of several places: a repeated one, or `index`, gets its code too."""
    slugs = [make_slug(str(name)) for name in names]
    taken = Counter([*slugs, "index"])
    return [
        slug if taken[slug] == 1 else f"{slug}-{make_slug(str(code))}" for slug, code in zip(slugs, codes, strict=True)
    ]
