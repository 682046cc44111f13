"""Which boroughs, neighbourhoods and areas are most similar in traits other than crime."""

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

# All per person or per land, so that size does not count.
TRAITS = ("people_per_km2", "income_deprivation_pct", "aged_20_to_29_pct", "private_rented_pct", "ptal_index")
LEAST_TRAITS = 3
SIMILAR_PLACES, SIMILAR_AREAS = 5, 10


def describe_areas(features: pd.DataFrame) -> pd.DataFrame:
    """Traits of areas, people per km² as a logarithm; an area without a trait takes the middle value of all.

    Args:
        features: A row per area with those of `TRAITS` that the data set has.
    """
    traits = _take_logs(features[[name for name in TRAITS if name in features]].astype(float))
    return traits.fillna(traits.median()).dropna(axis="columns")


def describe_places(features: pd.DataFrame, places: pd.Series) -> pd.DataFrame:
    """Traits of places: means over their areas, each weighted by its residents.

    Args:
        features: One row per area: `residents` and those of `TRAITS` that the data set has.
        places: Place of each area, same index.

    Returns:
        One row per place, one column per trait that is known everywhere; people per km² as a logarithm.
    """
    residents = features["residents"].fillna(0).clip(lower=0)
    means = {}
    for name in (name for name in TRAITS if name in features):
        weights = residents.where(features[name].notna(), 0)
        sums = (features[name] * weights).groupby(places).sum()
        means[name] = sums / weights.groupby(places).sum().replace(0, np.nan)
    return _take_logs(pd.DataFrame(means)).dropna(axis="columns")


def find_similar(traits: pd.DataFrame, number: int) -> pd.DataFrame:
    """The others most like each, by the distance of their traits in standard deviations.

    Args:
        traits: A row per place, a column per trait, none missing.
        number: How many others.

    Returns:
        `code`, `place` (1 is most similar) and `similar_code`; no rows where there are too few traits, or so few
        places that each would be like every other.
    """
    spread = traits.std(ddof=0)
    usable = traits.loc[:, spread > 0]
    if usable.shape[1] < LEAST_TRAITS or len(traits) <= number + 1:
        return pd.DataFrame(columns=["code", "place", "similar_code"])
    scaled = ((usable - usable.mean()) / spread[usable.columns]).to_numpy()
    _, order = KDTree(scaled).query(scaled, k=number + 1)
    # A place is nearest to itself, but for twins, where either may come first.
    others = np.array([[at for at in row if at != own][:number] for own, row in enumerate(np.asarray(order))])
    codes = traits.index.to_numpy()
    return pd.DataFrame(
        {
            "code": np.repeat(codes, number),
            "place": np.tile(np.arange(1, number + 1), len(codes)),
            "similar_code": codes[others.ravel()],
        }
    )


def _take_logs(traits: pd.DataFrame) -> pd.DataFrame:
    dense = [name for name in traits if str(name).endswith("_per_km2")]
    return traits.assign(**{str(name): np.log(traits[name].clip(lower=1e-9)) for name in dense})
