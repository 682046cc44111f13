"""Names for a fictional city; none is the name of a real British place."""

import itertools

CITY = "Doggermouth"
CITY_SLUG = "doggermouth"
COUNTRY = "Aldermark"
# The small borough in the middle with its own police force, like the City of London.
CITY_BOROUGH = f"City of {CITY}"
CITY_FORCE = f"{CITY_BOROUGH} Police"
CITY_FORCE_SLUG = "city-of-doggermouth"

_BOROUGHS = ("Anchorholt", "Gannetstow", "Kelpminster", "St Osmar's", "Tarrywick and Selk")
_STARTS = ("Bollard", "Cormor", "Dunlin", "Eider", "Fulmar", "Guille", "Hawser", "Kitti", "Limpet", "Murrel", "Petrel")
_SIDES = ("", "Upper ", "Nether ", "Old ", "Far ")
_ENDS = ("stow", "minster", "holt", "wick", "hythe", "combe", "thorpe", "garth")

FORCES = [f"{start}{end} Police" for end in ("shire", " Vale", " Bay", " Holm") for start in _STARTS]

_AREA_STARTS = (
    "Amber", "Barnacle", "Capstan", "Driftwood", "Ebb", "Foghorn", "Groyne", "Harpoon", "Inkfish", "Jetty", "Keel",
    "Lantern", "Marram", "Nautilus", "Oyster", "Pilot", "Quay", "Rigging", "Sextant", "Tern", "Undertow", "Vane",
    "Whelk", "Yardarm",
)  # fmt: skip
_AREA_ENDS = ("Green", "Hill", "Common", "Docks", "Fields", "Park", "Cross", "Gate", "Heath", "Wharf")
_AREA_SIDES = ("", " North", " South", " East", " West")

_PUB_FIRST = ("Anchor", "Cod", "Ferryman", "Gull", "Herring", "Lobster", "Mermaid", "Puffin", "Seal", "Smuggler")
_PUB_SECOND = ("Arms", "Bell", "Compass", "Crown", "Lamp", "Net", "Rope", "Tavern", "Whistle", "Wheel")
_STREET_ENDS = ("Street", "Road", "Lane", "Row", "Yard", "Parade", "Steps")


def list_borough_names(boroughs: int) -> list[str]:
    """Return the names of boroughs, the City first, the others in alphabetical order."""
    made = (side + start + end for side in _SIDES for end in _ENDS for start in _STARTS)
    others = [*_BOROUGHS, *itertools.islice(made, max(0, boroughs - 1 - len(_BOROUGHS)))][: boroughs - 1]
    return [CITY_BOROUGH, *sorted(others)]


def name_area(number: int) -> str:
    """Return a local name for the MSOA with this number (from 0)."""
    starts, ends = len(_AREA_STARTS), len(_AREA_ENDS)
    start, end = number % starts, (number % starts + number // starts) % ends
    side = number // (starts * ends)
    tail = _AREA_SIDES[side] if side < len(_AREA_SIDES) else f" {side}"
    return f"{_AREA_STARTS[start]} {_AREA_ENDS[end]}{tail}"


def name_pub(number: int) -> str:
    """Return the name of the pub with this number; names repeat, as they do for real pubs."""
    return f"{_PUB_FIRST[number % 10]} and {_PUB_SECOND[(number // 10 + number) % 10]}"


def name_street(number: int) -> str:
    return f"{_AREA_STARTS[number % len(_AREA_STARTS)]} {_STREET_ENDS[number % len(_STREET_ENDS)]}"
