"""Hot spots: clusters of areas with high crime rates, and whether they last.

An area is hot if the rates of it and its eight nearest areas are higher together than random permutations of the map
would make them (Gi*). Rates are crimes per resident, shrunk towards the city's rate where residents are few, on the log
scale: a few areas have fifty times the usual rate, and on plain rates they would hide every other place. A busy area
among quiet ones (an airport, a lone shopping street) is not a hot spot in this sense; its rank shows it.
"""

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.significance import is_discovery
from crime_dagster.modelling.kit.spatial import find_nearest

# LSOAs are designed to have at least this many residents. Fewer count as this many: the area has lost homes since or is
# a workplace, and a rate based on its few residents means nothing.
LEAST_RESIDENTS = 1000
DRAWS = 99_999
HALF_YEAR = 6
# Half-years that decide a class: the latest two are the newest year, one or two come before.
MOST_HALF_YEARS, FEWEST_HALF_YEARS = 4, 3
CLASSES = ("persistent", "emerging", "former", "intermittent", "none")


def find_hotspots(
    crimes: pd.Series, months: pd.DataFrame, residents: pd.Series, coordinates: pd.DataFrame, seed: int = 0
) -> pd.DataFrame:
    """Find which areas are hot in a year, and whether they were before; arguments as for `find_area_findings`.

    Returns:
        On the index of `crimes`: `gi_star`, `p_value` (one-sided), `is_hot` and `hotspot_class`, missing where the area
        is not reported or there are no more areas than neighbours. A class needs every half-year that decides it.
    """
    index = crimes.index
    found = score_year(crimes, residents, coordinates, seed)
    windows = [
        score_year(part, residents, coordinates, seed)["is_hot"].sort_index() for part in split_half_years(months)
    ]
    found["hotspot_class"] = classify(found["is_hot"].sort_index(), windows)
    return found.reindex(index)


def score_year(crimes: pd.Series, residents: pd.Series, coordinates: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Return Gi* of the areas over one period: `gi_star`, `p_value`, `is_hot`."""
    table = pd.DataFrame({"gi_star": np.nan, "p_value": np.nan}, index=crimes.index)
    table["is_hot"] = pd.array([pd.NA] * len(table), "boolean")
    # Sorted by code, because the order of rows decides which values a permutation draws.
    known = crimes.dropna().sort_index()
    neighbours = find_nearest(coordinates, known.index)
    if neighbours is None or neighbours.shape[1] + 1 >= len(known):
        return table
    rates = shrink_rates(known.to_numpy(float), find_exposure(residents.reindex(known.index)))
    around = np.column_stack([np.arange(len(known)), neighbours])
    # Without any crime all rates are 0 and the logs only need to be equal.
    logs = np.log(np.maximum(rates, 1e-12))
    gi_star, p_value = score_gi_star(logs, around, seed)
    table.loc[known.index, "gi_star"] = gi_star
    table.loc[known.index, "p_value"] = p_value
    table.loc[known.index, "is_hot"] = is_discovery(p_value)
    return table


def find_exposure(residents: pd.Series) -> np.ndarray:
    """Return the larger of residents and 1,000; the median's where an area's are unknown.

    If residents are unknown everywhere, areas are compared by their counts.
    """
    typical = residents.median()
    return residents.fillna(LEAST_RESIDENTS if np.isnan(typical) else typical).clip(lower=LEAST_RESIDENTS).to_numpy()


def shrink_rates(crimes: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """Return crimes per unit of exposure, shrunk towards the overall rate, more so the less an area's count says.

    Counts and exposure (above 0) have shape (areas,). If the rates differ no more than by chance, all are the common
    rate.

    Source: Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics
    40: 283-294 (the global estimator).
    """
    rates = crimes / exposure
    common = crimes.sum() / exposure.sum()
    between = float(exposure @ (rates - common) ** 2 / exposure.sum() - common / exposure.mean())
    if between <= 0:
        return np.full(len(rates), common)
    return common + (rates - common) * between / (between + common / exposure)


def score_gi_star(values: np.ndarray, around: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return Gi* of each area (0 if all values are equal) and its one-sided p-value, each of shape (areas,).

    The p-value comes from permutations of the map, the null hypothesis whose mean and variance scale Gi*. The normal
    approximation would need longer sums than nine skewed values: on London's rates it calls half as many areas again
    hot for all crime, and a third fewer for robbery. `around` has the row numbers of each neighbourhood, including the
    area itself, shape (areas, m), m < areas.

    Source: Ord and Getis (1995), Local spatial autocorrelation statistics, Geographical Analysis 27: 286-306.
    """
    areas, size = around.shape
    # Rounding errors of equal values would look like a pattern.
    if np.ptp(values) <= 1e-12 * np.abs(values).max(initial=0):
        return np.zeros(areas), np.ones(areas)
    standard = (values - values.mean()) / values.std()
    sums = standard[around].sum(axis=1)
    gi_star = sums / np.sqrt((areas * size - size**2) / (areas - 1))
    drawn = _draw_sums(standard, size, np.random.default_rng(seed))
    # With a tolerance: sums of the same values in another order are equal.
    at_least = len(drawn) - np.searchsorted(drawn, sums - 1e-9)
    return gi_star, (1 + at_least) / (1 + len(drawn))


def _draw_sums(values: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return sorted sums of neighbourhoods on permuted maps."""
    each = len(values) // size
    maps = rng.permuted(np.tile(values, (-(-DRAWS // each), 1)), axis=1)[:, : each * size]
    return np.sort(maps.reshape(-1, size).sum(axis=1)[:DRAWS])


def split_half_years(months: pd.DataFrame) -> list[pd.Series]:
    """Return crimes per half-year, the newest first, four at most; NaN where a month is missing.

    Three months of a rare type are too few, and the season does not matter: Gi* compares areas within the same months.
    """
    count = min(MOST_HALF_YEARS, months.shape[1] // HALF_YEAR)
    last = months.shape[1]
    parts = [months.iloc[:, last - HALF_YEAR * (part + 1) : last - HALF_YEAR * part] for part in range(count)]
    return [part.sum(axis=1, min_count=HALF_YEAR) for part in parts]


def classify(is_hot: pd.Series, windows: list[pd.Series]) -> pd.Series:
    """Classify how a hot spot has lasted; missing where a half-year or the year is unknown.

    - `persistent`: hot in every half-year.
    - `emerging`: hot in the newest year and in its second half, in no half-year before that year.
    - `former`: hot in a half-year before the newest year; neither in that year nor in a half of it.
    - `intermittent`: hot in some other way.
    - `none`: hot in no half-year, and not in the newest year.

    `windows` are the half-years, the newest first; two make the newest year, and there are no classes with fewer than
    three.
    """
    if len(windows) < FEWEST_HALF_YEARS:
        return pd.Series(None, is_hot.index, dtype="str")
    table = pd.concat(windows, axis=1)
    known = (is_hot.notna() & table.notna().all(axis=1)).to_numpy()
    hot = table.fillna(False).to_numpy(bool)
    year = is_hot.fillna(False).to_numpy(bool)
    before, ever = hot[:, 2:].any(axis=1), hot.any(axis=1) | year
    classes = np.select(
        [hot.all(axis=1), year & hot[:, 0] & ~before, before & ~year & ~hot[:, :2].any(axis=1), ever],
        CLASSES[:4],
        default=CLASSES[4],
    )
    return pd.Series(classes, is_hot.index).where(known)
