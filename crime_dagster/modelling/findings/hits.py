"""The share of the areas with most crime that a prediction identifies."""

import numpy as np
import pandas as pd

FEWEST_AREAS = 10
_TENTH = 0.1


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
