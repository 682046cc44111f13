"""Which areas are most similar, so that an area is compared with similar ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from crime_dagster.modelling.findings.similar_places import LEAST_TRAITS, TRAITS

MOST_SIMILAR = 10


def find_similar_areas(features: pd.DataFrame, number: int = MOST_SIMILAR) -> npt.NDArray[np.int64]:
    """The areas most similar to each area, by traits other than crime.

    Args:
        features: A row per area with those of `similar_places.TRAITS` that the data set has.
        number: How many.

    Returns:
        Positions of the others, most similar first, areas x number: by the distance of traits in standard deviations.
        No columns where there are too few traits or too few areas. An area without a trait takes its middle value.
    """
    nobody = np.empty((len(features), 0), dtype=np.int64)
    traits = features[[name for name in TRAITS if name in features]].astype(float)
    for name in (name for name in TRAITS if name in traits and name.endswith("_per_km2")):
        traits[name] = np.log(traits[name].clip(lower=1e-9))
    traits = traits.fillna(traits.median()).dropna(axis="columns")
    spread = traits.std(ddof=0)
    usable = traits.loc[:, spread > 0]
    if usable.shape[1] < LEAST_TRAITS or len(traits) <= number:
        return nobody
    scaled = ((usable - usable.mean()) / spread[usable.columns]).to_numpy()
    _, order = KDTree(scaled).query(scaled, k=number + 1)
    # An area is nearest to itself, but for twins, where either may come first.
    others = [[at for at in row if at != own][:number] for own, row in enumerate(np.asarray(order))]
    return np.array(others, dtype=np.int64)
