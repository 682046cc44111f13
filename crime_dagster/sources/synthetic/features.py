"""Features of the areas: people, homes, work, places, deprivation; everything but crime."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from scipy.special import expit

from crime_dagster.sources.synthetic.geography import Geography
from crime_dagster.sources.synthetic.kit import Array, draw_spots, draw_surface, open_stream, read_table, standardise

POPULATION_YEARS = range(2011, 2023)
CENTRE_REACH = 0.18  # radii over which the bustle of the centre fades
HUB_REACH, HUB_BUSTLE = 350.0, 0.55  # a high street: metres over which it fades, bustle relative to the centre

# Log share of a category, then its weights for deprivation, renting, students and the centre.
SHARES = read_table("shares")
WEIGHTS = ["level", "need", "renting", "students", "centre"]
# Log of the mean count in a place on the edge; rise from there to the centre.
PLACES = read_table("places")
# Of each deprivation domain, weights for need and for the centre; the rest is independent. Crime follows from records.
DOMAINS = read_table("domains")
# The busiest of many areas would be busier than any real one; a sliver at the shore has no room for many pubs.
MOST_IN_AREA, MOST_PUBS_PER_KM2 = 520, 1_000
# The centre of a city larger than this has areas so small that their places would be nearer together than real ones.
LARGE_CITY, MOST_PLACES_PER_KM2 = 5_000, 4_000
PUBS, CLUBS = (-0.95, 4.4), (-5.0, 6.0)


@dataclass(frozen=True)
class MadeUpAreas:
    """Areas with everything published about them but crime."""

    # One row per 2021 LSOA in geography order; counts, percentages and the shares that drive crime, as anyone can
    # calculate them from the files.
    features: pd.DataFrame
    population: pd.DataFrame  # mid-year residents, one column per year
    tenures: pd.DataFrame
    occupations: pd.DataFrame  # residents of 16 and over by socio-economic class
    deprivation: pd.DataFrame  # standard scores underlying the deprivation domains
    pubs: pd.DataFrame  # points: lsoa (position in `features`, -1 for outside), easting, northing
    clubs: pd.DataFrame  # the same for nightclubs
    premises: pd.DataFrame  # the same for places that sell food, with their kind, a name of `PLACES`


def draw_areas(seed: int, geography: Geography) -> MadeUpAreas:
    """Draw features and the counts behind them, consistent with each other and with the geometry."""
    random = open_stream(seed, "areas")
    bustle = _draw_bustle(geography, random)
    needs = draw_surface(geography.centroids, 2_500, random)
    renting = draw_surface(geography.centroids, 2_000, random)
    learning = draw_surface(geography.centroids, 1_500, random)
    needs = standardise(needs + 0.55 * random.normal(size=len(needs)))
    leanings = np.column_stack([np.ones_like(needs), needs, renting, learning, standardise(bustle)])

    population = _draw_population(geography, random)
    residents = population[POPULATION_YEARS[-1]].to_numpy()
    tenures = _draw_shares("tenures", leanings, np.round(residents / 2.5).astype(int), random)
    occupations = _draw_shares("occupations", leanings, np.round(residents * 0.81).astype(int), random)
    deprivation = _draw_deprivation(geography, needs, bustle, random)
    room = np.ceil(MOST_PUBS_PER_KM2 * geography.lsoas.area.to_numpy() / 1e6).astype(int)
    pubs = _draw_points(geography, np.minimum(_draw_counts(PUBS, bustle, geography, random), room), random)
    club_counts = _draw_counts(CLUBS, bustle, geography, random)
    # At least one club in any city: a file without rows is refused.
    club_counts[bustle.argmax()] = max(1, club_counts[bustle.argmax()])
    clubs = _draw_points(geography, club_counts, random)
    specs = {place["kind"]: (place["level"], place["rise"]) for place in PLACES.to_dict("records")}
    places = pd.DataFrame({kind: _draw_counts(spec, bustle, geography, random) for kind, spec in specs.items()})
    if len(places) > LARGE_CITY:
        land = geography.lsoas.area.to_numpy() / 1e6
        places = places.clip(upper=np.ceil(MOST_PLACES_PER_KM2 * land).astype(int), axis=0)
    pubs = pd.concat([pubs, _place_outside(geography)], ignore_index=True)
    premises = _draw_premises(seed, geography, places)

    features = places.assign(
        area_km2=(geography.lsoas.geometry.area / 1e6).round(4),
        residents=residents,
        pubs=_count_points(pubs, len(places)),
        nightclubs=_count_points(clubs, len(places)),
        never_worked_pct=_find_share(occupations, "never_worked"),
        students_pct=_find_share(occupations, "students"),
        higher_managers_pct=_find_share(occupations, "higher_managers"),
        private_rented_pct=_find_share(tenures, "Private rented"),
        social_rented_pct=_find_share(tenures, "Social rented"),
        owned_pct=_find_share(tenures, "Owned"),
        income_deprivation_pct=100 * expit(-1.15 + 0.6 * deprivation["income"]).round(3),
    )
    features["people_per_km2"] = (features["residents"] / features["area_km2"]).round(1)
    return MadeUpAreas(features, population, tenures, occupations, deprivation, pubs, clubs, premises)


def _draw_bustle(geography: Geography, random: np.random.Generator) -> Array:
    """Draw how busy each area is, 0 to 1: most in the centre, some in scattered high streets."""
    centres = geography.centroids
    hubs = centres[random.choice(len(centres), size=max(2, len(centres) // 40), replace=False)]
    nearest = hubs[KDTree(hubs).query(centres)[1]]
    to_hub = np.hypot(*(centres - nearest).T)
    middle = np.exp(-geography.distance_to_centre / CENTRE_REACH)
    bustle = np.maximum(middle, HUB_BUSTLE * np.exp(-to_hub / HUB_REACH))
    # The City is an old quarter of offices, quiet for its location, so that its files stay small.
    return np.where(geography.lsoas["is_city"], 0.0, bustle)


def _draw_population(geography: Geography, random: np.random.Generator) -> pd.DataFrame:
    areas = len(geography.lsoas)
    newest = np.clip(1_700 * np.exp(0.16 * random.normal(size=areas)), 1_000, 3_600)
    growth = 0.007 + 0.008 * random.normal(size=areas)
    years = np.array(POPULATION_YEARS)
    path = np.log(newest)[:, None] + growth[:, None] * (years - years[-1])
    wobble = 0.008 * random.normal(size=path.shape)
    return pd.DataFrame(np.round(np.exp(path + wobble)).astype(int), columns=years)


def _draw_shares(table: str, leanings: Array, totals: np.ndarray, random: np.random.Generator) -> pd.DataFrame:
    rows = SHARES[SHARES["table"] == table]
    logits = leanings @ np.ascontiguousarray(rows[WEIGHTS]).T
    logits = logits + 0.22 * random.normal(size=logits.shape)
    shares = np.exp(logits)
    shares /= shares.sum(axis=1, keepdims=True)
    return pd.DataFrame(random.multinomial(totals, shares), columns=list(rows["name"]))


def _find_share(counts: pd.DataFrame, start: str) -> pd.Series:
    chosen = [column for column in counts if str(column).startswith(start)]
    return 100 * counts[chosen].sum(axis=1) / counts.sum(axis=1)


def _draw_counts(
    spec: tuple[float, float], bustle: Array, geography: Geography, random: np.random.Generator
) -> np.ndarray:
    level, rise = spec
    local = draw_surface(geography.centroids, 900, random)
    mean = np.exp(level - 0.35 + rise * bustle + 0.5 * local + 0.55 * random.normal(size=len(bustle)))
    return np.minimum(random.poisson(mean), MOST_IN_AREA)


def _draw_points(geography: Geography, counts: np.ndarray, random: np.random.Generator) -> pd.DataFrame:
    """Put each place at a random point of its area, a little away from the edge."""
    rows = [
        (lsoa, x, y)
        for lsoa, (shape, count) in enumerate(zip(geography.lsoas.geometry, counts, strict=True))
        for x, y in draw_spots(shape, 8, count, random, decimals=1)
    ]
    return pd.DataFrame(rows, columns=["lsoa", "easting", "northing"])


def _draw_premises(seed: int, geography: Geography, places: pd.DataFrame) -> pd.DataFrame:
    """Put places that sell food at points of their areas; their number is already drawn."""
    random = open_stream(seed, "premises")
    drawn = [_draw_points(geography, places[kind].to_numpy(), random).assign(kind=str(kind)) for kind in places]
    return pd.concat(drawn, ignore_index=True)


def _place_outside(geography: Geography) -> pd.DataFrame:
    """Put two pubs on the river and two off the coast: like some real ones, they are in no area."""
    river = geography.river.representative_point()
    _, south, east, _ = geography.lsoas.total_bounds
    spots = [(river.x, river.y), (river.x + 2, river.y + 1), (east + 400, south), (east + 900, south - 300)]
    return pd.DataFrame([{"lsoa": -1, "easting": round(x, 1), "northing": round(y, 1)} for x, y in spots])


def _count_points(points: pd.DataFrame, areas: int) -> np.ndarray:
    inside = points.loc[points["lsoa"] >= 0, "lsoa"].to_numpy(dtype=int)
    return np.bincount(inside, minlength=areas)


def _draw_deprivation(geography: Geography, needs: Array, bustle: Array, random: np.random.Generator) -> pd.DataFrame:
    middle = standardise(bustle)
    scores = {}
    for domain in DOMAINS.dropna().to_dict("records"):
        on_needs, on_middle = domain["on_need"], domain["on_centre"]
        rest = max(0.1, 1 - on_needs**2 - on_middle**2) ** 0.5
        own = 0.6 * draw_surface(geography.centroids, 2_500, random) + 0.8 * random.normal(size=len(needs))
        scores[domain["key"]] = standardise(on_needs * needs + on_middle * middle + rest * own)
    return pd.DataFrame(scores)
