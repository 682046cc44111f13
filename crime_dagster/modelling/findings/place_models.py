"""The accuracy of a model for whole places: sums, errors, ranges, hits, and positions in a funnel."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from crime_dagster.modelling.kit.fairness import compare_groups

FEWEST_AREAS = 10
_TENTH = 0.1
FEWEST_PLACES = 5
_WINSORISED = 0.1
# Normal quantiles of the limits: one place in twenty and one in five hundred is outside by chance.
LIMITS = {"95%": 1.959964, "99.8%": 3.090232}


def judge_places(predictions: pd.DataFrame, places: pd.Series, clusters: pd.Series) -> pd.DataFrame:
    """Return the accuracy of a model for each place; clusters of areas are such as their MSOAs.

    `predictions` has `actual`, `predicted`, `lower_90` and `upper_90` per area; without one of the first two an area is
    ignored.

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


def find_limit(expected: npt.NDArray[np.float64], dispersion: float, quantile: float) -> npt.NDArray[np.float64]:
    """Return the upper limit of recorded over expected; the lower one is its reciprocal."""
    return np.exp(quantile * np.sqrt(dispersion / expected))


def find_funnel(recorded: pd.Series, expected: pd.Series) -> pd.DataFrame:
    """Compare recorded with expected crime per place.

    Returns:
        On the same index, missing if not both are above 0, and for all with fewer than five such places: `ratio`, `z`
        (standard deviations including over-dispersion, on the log scale), `dispersion` (variance over that of Poisson
        counts, at least 1), `limit_95` and `limit_998` (upper limits of the ratio; the lower ones are their
        reciprocals) and `is_outside` (of the wider ones).

    Source:
        Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:
        multiplicative over-dispersion from z-scores, with the outer tenths winsorised.
    """
    both = pd.DataFrame({"recorded": recorded, "expected": expected}).replace([np.inf, -np.inf], np.nan).dropna()
    both = both[(both["recorded"] > 0) & (both["expected"] > 0)].astype(float)
    if len(both) < FEWEST_PLACES:
        nothing = dict.fromkeys(("ratio", "z", "dispersion", "limit_95", "limit_998"), np.nan)
        none = pd.array([pd.NA] * len(recorded), "boolean")
        return pd.DataFrame(nothing, recorded.index).assign(is_outside=none)
    ratio = both["recorded"] / both["expected"]
    plain = np.log(ratio) * np.sqrt(both["expected"])
    drawn_in = plain.clip(*plain.quantile([_WINSORISED, 1 - _WINSORISED]))
    dispersion = max(1.0, float((drawn_in**2).mean()))
    found = pd.DataFrame({"ratio": ratio, "z": plain / np.sqrt(dispersion), "dispersion": dispersion})
    for name, quantile in LIMITS.items():
        limit = find_limit(both["expected"].to_numpy(), dispersion, quantile)
        found[f"limit_{name.rstrip('%').replace('.', '')}"] = limit
    outside = (found["z"].abs() > LIMITS["99.8%"]).astype("boolean")
    return found.assign(is_outside=outside).reindex(recorded.index)
