"""Thresholds for the models on London's published files, year to February 2026.

They come from this project's own trials before the models were built: several kinds of models were fitted to the same
files with the same splits, and each threshold is a little below the best result, and above the strongest baseline. A
score varies by about 0.01 of D² with the seed of the folds. They do not apply to other cities or years.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Threshold:
    """The bounds of a score of `marts.model_scores`, or of its ratio to the metric `share_of`."""

    model: str
    split: str
    metric: str
    crime_type: str
    least: float | None = None
    most: float | None = None
    share_of: str = ""


_EXPLAIN = {
    "d2": {"total": 0.86, "violent": 0.745, "drug": 0.53, "burglary": 0.56, "robbery": 0.725},
    "r2_log": {"total": 0.73, "violent": 0.70, "drug": 0.40, "burglary": 0.39, "robbery": 0.52},
    "pei_10": {"total": 0.89, "violent": 0.86, "drug": 0.72, "burglary": 0.83, "robbery": 0.85},
}
# With training areas at least 2 km from any tested borough, and without Westminster, which has a tenth of all crime.
_FURTHER = {
    "borough_folds_2km": {"total": 0.84, "violent": 0.73, "drug": 0.50, "burglary": 0.545, "robbery": 0.69},
    "without_westminster": {"total": 0.82, "violent": 0.725, "drug": 0.50, "burglary": 0.50, "robbery": 0.665},
}
# By chance the lowest of 32 boroughs has 84 to 85 % inside its 90 % ranges.
_LEAST_IN_BOROUGHS = 0.82
_IN_BOROUGHS = ("total", "violent", "drug", "burglary", "robbery", "theft", "damage", "public_order", "vehicle")
# Vehicle offences are left out: their residuals are as clustered as the counts.
_UNCLUSTERED = ("total", "violent", "drug", "burglary", "robbery", "theft")
_YEAR = {
    "total": 0.956,
    "violent": 0.887,
    "drug": 0.575,
    "burglary": 0.60,
    "robbery": 0.80,
    "theft": 0.943,
    "vehicle": 0.608,
}
_MONTH = {"total": 0.879, "violent": 0.585, "drug": 0.33, "burglary": 0.18, "robbery": 0.45}
# Moran's I of the residuals may be at most this share of that of the counts.
LARGEST_MORAN_SHARE = 0.55
_BOROUGHS, _ORIGINS = "borough_folds", "rolling_origin"

BARS = (
    *(
        Threshold("explain", _BOROUGHS, metric, crime_type, least=least)
        for metric, bars in _EXPLAIN.items()
        for crime_type, least in bars.items()
    ),
    *(
        Threshold("explain", _BOROUGHS, "residual_moran", name, most=LARGEST_MORAN_SHARE, share_of="target_moran")
        for name in _UNCLUSTERED
    ),
    *(
        Threshold("explain", split, "d2", crime_type, least=least)
        for split, bars in _FURTHER.items()
        for crime_type, least in bars.items()
    ),
    *(
        Threshold(model, split, "coverage_90_worst_borough", name, least=_LEAST_IN_BOROUGHS)
        for model, split in (("explain", _BOROUGHS), ("forecast_year", _ORIGINS))
        for name in _IN_BOROUGHS
    ),
    *(Threshold("forecast_year", _ORIGINS, "d2", crime_type, least=least) for crime_type, least in _YEAR.items()),
    *(Threshold("forecast_year", _ORIGINS, "coverage_90", crime_type, least=0.88, most=0.97) for crime_type in _YEAR),
    *(Threshold("forecast_year", _ORIGINS, "coverage_90_top_decile", crime_type, least=0.85) for crime_type in _YEAR),
    *(Threshold("forecast_month", _ORIGINS, "d2", crime_type, least=least) for crime_type, least in _MONTH.items()),
)
