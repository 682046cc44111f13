"""Boroughs, neighbourhoods and areas that are most similar in traits other than crime."""

import numpy as np
import pandas as pd
import scipy

# All per person or per land, so that size does not count.
TRAITS = ("people_per_km2", "income_deprivation_pct", "aged_20_to_29_pct", "private_rented_pct", "ptal_index")
LEAST_TRAITS = 3
SIMILAR_PLACES, SIMILAR_AREAS = 5, 10


def describe_areas(features: pd.DataFrame) -> pd.DataFrame:
    """Return traits of areas, with log people per km²; missing ones are the median of all areas.

    `features` has a row per area with those of `TRAITS` that the data set has.
    """
    traits = _take_logs(features[[name for name in TRAITS if name in features]].astype(float))
    return traits.fillna(traits.median()).dropna(axis="columns")


def describe_places(features: pd.DataFrame, places: pd.Series) -> pd.DataFrame:
    """Return traits of places, means over their areas weighted by residents, with log people per km².

    `features` has `residents` and those of `TRAITS` that the data set has, `places` the place of each area. Only traits
    that are known everywhere are returned.
    """
    residents = features["residents"].fillna(0).clip(lower=0)
    means = {}
    for name in (name for name in TRAITS if name in features):
        weights = residents.where(features[name].notna(), 0)
        sums = (features[name] * weights).groupby(places).sum()
        means[name] = sums / weights.groupby(places).sum().replace(0, np.nan)
    return _take_logs(pd.DataFrame(means)).dropna(axis="columns")


def find_similar(traits: pd.DataFrame, number: int) -> pd.DataFrame:
    """Return the places nearest to each by the distance of their traits in standard deviations.

    `traits` has a row per place, none missing. The result has `code`, `place` (1 is most similar) and `similar_code`;
    no rows if there are too few traits, or too few places to choose from.
    """
    spread = traits.std(ddof=0)
    usable = traits.loc[:, spread > 0]
    if usable.shape[1] < LEAST_TRAITS or len(traits) <= number + 1:
        return pd.DataFrame(columns=["code", "place", "similar_code"])
    scaled = ((usable - usable.mean()) / spread[usable.columns]).to_numpy()
    _, order = scipy.spatial.KDTree(scaled).query(scaled, k=number + 1)
    # A place is nearest to itself, except that of two identical places either may come first.
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
