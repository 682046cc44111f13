"""What models say of a place as a whole: how well they know it, and what a what-if would do there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.fairness import compare_groups

# A what-if of fewer areas says something of these areas, not of their borough.
LEAST_AREAS = 5


def judge_places(predictions: pd.DataFrame, places: pd.Series, clusters: pd.Series) -> pd.DataFrame:
    """How well a model knows each place.

    Args:
        predictions: One row per area: `actual`, `predicted`, `lower_90`, `upper_90` (crimes); without `actual` or
            `predicted` an area takes no part.
        places: Place of each area, same index.
        clusters: Cluster of each area, same index, such as its MSOA.

    Returns:
        A row per place: `areas`, `actual` and `predicted` (sums), `mean_error` (crimes an area, whatever its sign),
        `covered` (areas inside their range), `ranged` (areas that have a range), `mean_residual` (recorded less
        predicted) with `lower_90` and `upper_90`.
    """
    known = predictions.dropna(subset=["actual", "predicted"])
    place = places.reindex(known.index)
    residual = known["actual"] - known["predicted"]
    has_range = known[["lower_90", "upper_90"]].notna().all(axis=1)
    table = pd.DataFrame(
        {
            "areas": 1,
            "actual": known["actual"],
            "predicted": known["predicted"],
            "mean_error": residual.abs(),
            "covered": known["actual"].between(known["lower_90"], known["upper_90"]).astype(int),
            "ranged": has_range.astype(int),
        }
    ).groupby(place)
    sums = table.sum()
    sums["mean_error"] = sums["mean_error"] / sums["areas"]
    means = compare_groups(residual, place, clusters.reindex(known.index)).set_index("group")
    return sums.join(means[["mean_residual", "lower_90", "upper_90"]]).rename_axis("place")


def sum_what_ifs(areas: pd.DataFrame, places: pd.Series) -> pd.DataFrame:
    """What each what-if would do in each place, over the areas of the place that were chosen for it.

    Args:
        areas: A row per scenario and area: `scenario, lsoa_code, predicted, predicted_changed`.
        places: Place of each area, indexed by code.

    Returns:
        `scenario, place, areas, predicted, predicted_changed, change_pct`, where at least `LEAST_AREAS` were chosen;
        sorted by place and the size of the change.
    """
    table = areas.assign(place=areas["lsoa_code"].map(places), areas=1)
    sums = table.groupby(["scenario", "place"])[["areas", "predicted", "predicted_changed"]].sum().reset_index()
    sums = sums[(sums["areas"] >= LEAST_AREAS) & (sums["predicted"] > 0)]
    change = 100 * (sums["predicted_changed"] / sums["predicted"] - 1)
    sums = sums.assign(change_pct=change, size=-np.abs(change))
    return sums.sort_values(["place", "size", "scenario"], ignore_index=True).drop(columns="size")
