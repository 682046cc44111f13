"""The map of model errors: areas whose recorded figure is outside the predicted range."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from crime_dagster.drawing.charts.map_chart import KEY_NOTE, BandMap, draw_band_map, find_highest
from crime_dagster.drawing.kit import classes, words
from crime_dagster.drawing.kit.differences import choose_diverging
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.key import Key, no_data_label

BREAKS = (-1.5, -0.5, 0.5, 1.5)
LABELS = ("below 90%", "below 80%", "inside", "above 80%", "above 90%")
# Without an 80 % range there are three bands.
FEWER_BREAKS, FEWER_LABELS = (-1.5, 1.5), (LABELS[0], LABELS[2], LABELS[4])
KEY_TITLE = "Recorded crimes are"


@dataclass(frozen=True)
class ResidualMap:
    """The content of the map: title, subtitle, alternative text, and the bands of the areas."""

    title: str
    subtitle: str
    alt: str
    bands: npt.NDArray[np.float64]
    breaks: tuple[float, ...]
    labels: tuple[str, ...]


def describe_residuals(areas: Areas, values: pd.DataFrame, period_label: str) -> ResidualMap:
    """Find the areas outside their range, and describe them.

    `values` is indexed by LSOA code: actual, lower_90, upper_90, and lower_80, upper_80 if the model gives them.
    """
    bands = _find_bands(values)
    numbers = areas.align(pd.Series(bands, values.index))
    has_80 = {"lower_80", "upper_80"} <= set(values.columns)
    breaks, labels = (BREAKS, LABELS) if has_80 else (FEWER_BREAKS, FEWER_LABELS)
    known = np.isfinite(numbers)
    outside = float(np.mean(np.abs(numbers[known]) > 1.5)) if known.any() else 0.0
    title = f"Recorded crime is outside the model’s range in {words.percent(100 * outside, decimals=0)} of areas"
    subtitle = (
        f"Recorded against predicted crimes in {words.whole_number(known.sum())} small areas, {period_label}. A 90% "
        "range leaves 10% outside; neighbouring areas with the same error show what the features miss"
    )
    counts = dict(zip(labels, classes.band_counts(numbers, breaks), strict=True))
    said = "; ".join(f"{name}: {words.whole_number(count)}" for name, count in reversed(counts.items()))
    return ResidualMap(
        title, subtitle, f"{title}. Areas by where the recorded figure is: {said}.", numbers, breaks, labels
    )


def draw_residual_map(areas: Areas, said: ResidualMap, *, narrow: bool = False) -> Figure:
    """Draw the map of `describe_residuals`."""
    key = Key(
        title=KEY_TITLE,
        note=KEY_NOTE,
        labels=list(said.labels),
        colours=choose_diverging(len(said.labels)),
        counts=classes.band_counts(said.bands, said.breaks),
        no_data_label=no_data_label(areas, said.bands),
    )
    places = find_highest(areas, said.bands, 0)
    return draw_band_map(BandMap(areas, said.bands, said.breaks, key, said.title, said.subtitle, places), narrow=narrow)


def _find_bands(values: pd.DataFrame) -> npt.NDArray[np.float64]:
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
