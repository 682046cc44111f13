"""Ranks of areas with intervals."""

import numpy as np
import pandas as pd
import scipy

DRAWS = 500


def rank_areas_with_intervals(crimes: pd.Series, dispersion: float = 1.0, seed: int = 0) -> pd.DataFrame:
    """Rank areas by their count of crimes, with 90 % intervals of the rank.

    Counts, not rates: an area with few residents and many visitors would lead every list of rates. Each area's lasting
    level is drawn from its gamma posterior (with a prior fitted to all areas by moments) and the areas are ranked in
    each draw. Counts are divided by `dispersion`, the variance over mean of repeated counts.

    Returns:
        `rank` (1 is most, ties share the best), `rank_lower_90` (the better end) and `rank_upper_90`, nullable integers
        on the index of `crimes`, missing where the count is.

    Source: Goldstein and Spiegelhalter (1996), League tables and their limitations, Journal of the Royal Statistical
    Society A 159: 385-443.
    """
    known = crimes.dropna().astype(float).sort_index()
    table = pd.DataFrame(index=crimes.index, columns=["rank", "rank_lower_90", "rank_upper_90"], dtype="Int64")
    if known.empty:
        return table
    counts = known.to_numpy()
    # Equal counts may differ in their last digits if they are sums of fractions of crimes.
    ranks = scipy.stats.rankdata(-np.round(counts, 6), method="min").astype(int)
    drawn = _draw_ranks(counts, max(dispersion, 1.0), seed)
    lower = np.percentile(drawn, 5, axis=0, method="lower")
    upper = np.percentile(drawn, 95, axis=0, method="higher")
    # Among many ties the shared rank can be just outside the draws.
    figures = {"rank": ranks, "rank_lower_90": np.minimum(lower, ranks), "rank_upper_90": np.maximum(upper, ranks)}
    for name, values in figures.items():
        table.loc[known.index, name] = values
    return table


def _draw_ranks(counts: np.ndarray, dispersion: float, seed: int) -> np.ndarray:
    """Return the ranks in each draw, shape (draws, areas)."""
    rng = np.random.default_rng(seed)
    mean = counts.mean()
    between = counts.var() - dispersion * mean
    if mean > 0 and between > 0:
        shape = mean**2 / between
        levels = rng.gamma(shape + counts / dispersion, 1 / (shape / mean + 1 / dispersion), (DRAWS, len(counts)))
    else:
        # The counts differ no more than by chance: any order is equally likely.
        levels = rng.random((DRAWS, len(counts)))
    order = np.argsort(-levels, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(counts) + 1)[None, :], axis=1)
    return ranks
