"""The map of model errors: areas whose recorded figure is outside the predicted range."""

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from crime_dagster.drawing.charts.map_chart import BandMap, draw_band_map, find_highest
from crime_dagster.drawing.kit import classes, theme, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.key import Key, no_data_label
from crime_dagster.drawing.kit.layout import Chart

BREAKS = (-1.5, -0.5, 0.5, 1.5)
LABELS = ("below 90% range", "below 80% range", "inside", "above 80% range", "above 90% range")
# Without an 80 % range there are three bands.
FEWER_BREAKS, FEWER_LABELS = (-1.5, 1.5), (LABELS[0], LABELS[2], LABELS[4])


def chart_residuals(areas: Areas, values: pd.DataFrame, period_label: str) -> Chart:
    """Chart the areas outside their range.

    `values` is indexed by LSOA code: actual, predicted, lower_90, upper_90, and lower_80, upper_80 if the model gives
    them.
    """
    numbers = areas.align(pd.Series(find_bands(values), values.index))
    has_80 = {"lower_80", "upper_80"} <= set(values.columns)
    breaks, labels = (BREAKS, LABELS) if has_80 else (FEWER_BREAKS, FEWER_LABELS)
    known = np.isfinite(numbers)
    outside = float(np.mean(np.abs(numbers[known]) > 1.5)) if known.any() else 0.0
    title = f"Recorded crime is outside the model’s range in {words.percent(100 * outside, decimals=0)} of areas"
    subtitle = (
        f"Recorded against predicted crimes in {words.whole_number(known.sum())} small areas, {period_label}. A 90% "
        "range leaves 10% outside; neighbouring areas with the same error show what the features miss"
    )
    key = Key(
        title="Recorded crimes are",
        labels=list(labels),
        colours=theme.choose_diverging(len(labels)),
        counts=classes.band_counts(numbers, breaks),
        no_data_label=no_data_label(areas, numbers),
    )
    counts = zip(key.labels, key.counts, strict=True)
    said = "; ".join(f"{name}: {words.whole_number(count)}" for name, count in reversed(list(counts)))
    content = BandMap(areas, numbers, breaks, key, find_highest(areas, numbers, 0))
    return Chart(
        title,
        subtitle,
        f"{title}. Areas by where the recorded figure is: {said}.",
        values[["actual", "predicted", "lower_90", "upper_90"]].reset_index(),
        partial(draw_band_map, content),
    )


def find_bands(values: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return -2 or 2 outside the 90 % range, -1 or 1 outside the 80 % range, else 0; NaN without a count or range."""
    actual = values["actual"].to_numpy(float)
    bands = np.zeros(len(values))
    for level, size in ((80, 1), (90, 2)):
        if f"lower_{level}" not in values:
            continue
        low, high = (values[f"{end}_{level}"].to_numpy(float) for end in ("lower", "upper"))
        bands = np.where(actual < low, -size, np.where(actual > high, size, bands))
    bands[~np.isfinite(actual) | ~np.isfinite(values["lower_90"].to_numpy(float))] = np.nan
    return bands
