"""Which boroughs are most similar, so that a borough is compared with similar ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

# What makes places similar here; crime is not included. All per person or per land, so that size does not count.
TRAITS = ("people_per_km2", "income_deprivation_pct", "aged_20_to_29_pct", "private_rented_pct", "ptal_index")
LEAST_TRAITS = 3
MOST_SIMILAR = 5


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
        sums = (features[name] * weights).groupby(places).sum() / weights.groupby(places).sum().replace(0, np.nan)
        means[name] = np.log(sums.clip(lower=1e-9)) if name.endswith("_per_km2") else sums
    return pd.DataFrame(means).dropna(axis="columns")


def find_similar(traits: pd.DataFrame, number: int = MOST_SIMILAR) -> dict[str, list[str]]:
    """The places most like each place.

    Args:
        traits: As `describe_places` returns them.
        number: How many at most.

    Returns:
        Place to the names of others, most similar first: by the distance of traits in standard deviations. Without
        enough traits, or with no more places than asked for, nobody is like anybody.
    """
    spread = traits.std(ddof=0)
    usable = traits.loc[:, spread > 0]
    if usable.shape[1] < LEAST_TRAITS or len(traits) <= number + 1:
        return {str(place): [] for place in traits.index}
    scaled = ((usable - usable.mean()) / spread[usable.columns]).to_numpy()
    distances = np.sqrt(((scaled[:, None, :] - scaled[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(distances, np.inf)
    names = [str(place) for place in traits.index]
    order = np.argsort(distances, axis=1, kind="stable")[:, :number]
    return {name: [names[at] for at in row] for name, row in zip(names, order, strict=True)}
