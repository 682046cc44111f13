"""A made-up city with known effects, small enough to be modelled in a second or two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest


@dataclass(frozen=True)
class City:
    """Features, counts, boroughs and centres of made-up areas."""

    features: pd.DataFrame
    target: pd.Series
    boroughs: pd.Series
    coordinates: pd.DataFrame

    def shuffle(self, seed: int) -> City:
        order = np.random.default_rng(seed).permutation(len(self.features))
        return City(
            self.features.iloc[order], self.target.iloc[order], self.boroughs.iloc[order], self.coordinates.iloc[order]
        )


def make_city(boroughs: int = 8, side: int = 8, seed: int = 1) -> City:
    """Boroughs in a row, each a square of areas; crime depends on income deprivation, pubs and residents.

    Crime is proportional to (1 + deprivation)^0.8 x (1 + pubs)^0.4 x residents, over-dispersed, times a hidden driver.
    """
    rng = np.random.default_rng(seed)
    areas = boroughs * side * side
    codes = pd.Index([f"E{number:08d}" for number in range(1, areas + 1)], name="lsoa_code")
    borough = np.repeat(np.arange(boroughs), side * side)
    easting = 1000.0 * (borough * side + np.tile(np.repeat(np.arange(side), side), boroughs))
    northing = 1000.0 * np.tile(np.arange(side), boroughs * side)
    deprived = 25 * rng.beta(2, 4, areas) + 3 * np.sin(easting / 7000) + 4
    pubs = rng.poisson(rng.gamma(0.5, 4, areas)).astype(float)
    residents = rng.integers(1000, 2500, areas).astype(float)
    owned = rng.uniform(10, 60, areas)
    social = (100 - owned) * rng.uniform(0.2, 0.8, areas)
    land = rng.uniform(0.1, 2, areas)
    features = pd.DataFrame(
        {
            "residents": residents,
            "income_deprivation_pct": deprived,
            "pubs": pubs,
            "pubs_per_km2": pubs / land,
            "pubs_per_1000": 1000 * pubs / residents,
            "area_km2": land,
            "owned_pct": owned,
            "social_rented_pct": social,
            "private_rented_pct": 100 - owned - social,
            "air_score": rng.normal(0, 1, areas),
        },
        index=codes,
    )
    expected = 0.005 * residents * (1 + deprived) ** 0.8 * (1 + pubs) ** 0.4 * np.exp(0.2 * np.sin(northing / 2500))
    counts = rng.poisson(expected * rng.gamma(8, 1 / 8, areas)).astype(float)
    return City(
        features,
        pd.Series(counts, codes, name="crimes"),
        pd.Series([f"B{number:02d}" for number in borough], codes),
        pd.DataFrame({"easting": easting, "northing": northing}, codes),
    )


@pytest.fixture(scope="session")
def city() -> City:
    return make_city()
