"""Findings about an area's recorded crime in a year: hot spot, significant change, rank with its interval."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from crime_dagster.modelling.findings.hotspots import FEWEST_HALF_YEARS, HALF_YEAR, find_hotspots
from crime_dagster.modelling.kit.change import find_changes, measure_dispersion

DRAWS = 500


@dataclass(frozen=True)
class AreaFindings:
    """The findings of one crime type."""

    # One row per area, sorted by code: `lsoa_code, gi_star, p_value, is_hot, hotspot_class, crimes_before, crimes,
    # change_pct, change_p_value, is_clear_change, change_direction, rank, rank_lower_90, rank_upper_90`.
    areas: pd.DataFrame
    dispersion: float  # variance over mean of an area's months, used in the tests
    notes: list[str]  # missing findings, and why


def find_area_findings(
    crimes: pd.Series,
    crimes_before: pd.Series,
    months: pd.DataFrame,
    residents: pd.Series,
    coordinates: pd.DataFrame,
    seed: int = 0,
) -> AreaFindings:
    """Find hot spots, changes and ranks of one crime type; where data is insufficient they are missing, with a note.

    All are indexed by `lsoa_code`, NaN where not known. `months` has a column per month in order up to the year's last,
    or none; `coordinates` are `easting` and `northing` of each area's centre in metres.
    """
    index = crimes.index.sort_values()
    crimes, crimes_before = crimes.reindex(index).astype(float), crimes_before.reindex(index).astype(float)
    months = months.reindex(index)
    dispersion = measure_dispersion(months)
    areas = pd.concat(
        [
            find_hotspots(crimes, months, residents.reindex(index), coordinates, seed),
            find_changes(crimes_before, crimes, dispersion),
            rank_areas_with_intervals(crimes, dispersion, seed),
        ],
        axis=1,
    )
    notes = _note_gaps(areas, months)
    return AreaFindings(areas.rename_axis("lsoa_code").reset_index(), dispersion, notes)


def _note_gaps(areas: pd.DataFrame, months: pd.DataFrame) -> list[str]:
    reported, least = areas["crimes"].notna(), FEWEST_HALF_YEARS * HALF_YEAR
    unclassed = int((areas["is_hot"].notna() & areas["hotspot_class"].isna()).sum())
    too_short = months.shape[1] < least
    notes = {
        f"{int((~reported).sum())} of {len(areas)} areas are not reported in this year": not reported.all(),
        "too few areas to compare a neighbourhood with": bool(reported.any() and areas["is_hot"].isna().all()),
        "no crime in this year": bool(reported.any() and not areas["crimes"].sum() > 0),
        "the year before is not known, so no change": areas["crimes_before"].isna().all(),
        f"{months.shape[1]} months, and a class over time needs {least}": too_short,
        f"{unclassed} areas lack months that a class over time needs": bool(unclassed and not too_short),
        "fewer than twelve months: chance is judged as if counts were Poisson": months.shape[1] < 12,
    }
    return [note for note, applies in notes.items() if applies]


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
