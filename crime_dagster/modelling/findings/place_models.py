"""The accuracy of a model for whole places: sums, errors, ranges, hits, and positions in a funnel."""

import numpy as np
import pandas as pd

from crime_dagster.modelling.findings.funnel import find_funnel
from crime_dagster.modelling.kit.fairness import compare_groups

FEWEST_AREAS = 10
_TENTH = 0.1


def judge_places(predictions: pd.DataFrame, places: pd.Series, clusters: pd.Series) -> pd.DataFrame:
    """Return the accuracy of a model for each place.

    Args:
        predictions: One row per area: `actual`, `predicted`, `lower_90`, `upper_90` (crimes); areas without `actual` or
            `predicted` are ignored.
        places: Place of each area.
        clusters: Cluster of each area, such as its MSOA.

    Returns:
        A row per place: `areas`, `actual` and `predicted` (sums), `mean_error` (absolute, crimes per area),
        `areas_with_range`, `areas_in_range`, `mean_residual` (recorded less predicted) with
        `mean_residual_lower_90` and `mean_residual_upper_90`, and `found_pct`, see `find_hit_share`.
    """
    known = predictions.dropna(subset=["actual", "predicted"])
    place = places.reindex(known.index)
    residual = known["actual"] - known["predicted"]
    table = pd.DataFrame(
        {
            "areas": 1,
            "actual": known["actual"],
            "predicted": known["predicted"],
            "mean_error": residual.abs(),
            "areas_with_range": known[["lower_90", "upper_90"]].notna().all(axis=1).astype(int),
            "areas_in_range": known["actual"].between(known["lower_90"], known["upper_90"]).astype(int),
        }
    ).groupby(place)
    sums = table.sum()
    sums["mean_error"] = sums["mean_error"] / sums["areas"]
    means = compare_groups(residual, place, clusters.reindex(known.index)).set_index("group").drop(columns="areas")
    hits = {name: find_hit_share(rows["actual"], rows["predicted"]) for name, rows in known.groupby(place)}
    return (
        sums.join(means.rename(columns=lambda name: name if name == "mean_residual" else f"mean_residual_{name}"))
        .assign(found_pct=100 * pd.Series(hits, dtype=float).reindex(sums.index))
        .rename_axis("place")
    )


def add_funnel(judged: pd.DataFrame) -> pd.DataFrame:
    """Add each place's position in the funnel (see `find_funnel`) to the result of `judge_places`."""
    return judged.join(find_funnel(judged["actual"], judged["predicted"]))


def find_hit_share(actual: pd.Series, predicted: pd.Series) -> float | None:
    """Return the share (0 to 1) of the tenth of areas with most crime that are in the tenth with most predicted crime.

    Ties are broken by code. None if fewer than ten areas have both, or nothing was recorded.
    """
    both = pd.DataFrame({"actual": actual, "predicted": predicted}).replace([np.inf, -np.inf], np.nan)
    both = both.dropna().sort_index()
    areas = round(_TENTH * len(both))
    if len(both) < FEWEST_AREAS or both["actual"].sum() <= 0:
        return None
    highest = both["actual"].sort_values(ascending=False, kind="stable").index[:areas]
    expected = both["predicted"].sort_values(ascending=False, kind="stable").index[:areas]
    return len(highest.intersection(expected)) / areas
