"""Of the areas with most crime, the share that a prediction finds."""

from __future__ import annotations

import numpy as np
import pandas as pd


def hit_share(actual: pd.Series, predicted: pd.Series, share: float = 0.1) -> float | None:
    """How much of the tenth of areas with most crime the model finds.

    Args:
        actual: Crimes per area, indexed by LSOA code.
        predicted: Predicted crimes, likewise.
        share: Share of the areas, 0 to 1.

    Returns:
        Share, 0 to 1, of the areas with most crime that are also among the areas with most predicted crime; equal
        values are taken in order of their codes. None where fewer than ten areas have both, or nothing was recorded.
    """
    both = (
        pd.DataFrame({"actual": actual, "predicted": predicted})
        .replace([np.inf, -np.inf], np.nan)
        .dropna()
        .sort_index()
    )
    areas = round(share * len(both))
    if len(both) < 10 or areas < 1 or both["actual"].sum() <= 0:
        return None
    highest = both["actual"].sort_values(ascending=False, kind="stable").index[:areas]
    expected = both["predicted"].sort_values(ascending=False, kind="stable").index[:areas]
    return len(highest.intersection(expected)) / areas
