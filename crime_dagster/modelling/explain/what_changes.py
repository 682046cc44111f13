"""A design table in which one feature is changed and everything that follows from it by rule."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from crime_dagster.modelling.kit.design import Design


def change_feature(
    design: Design, table: pd.DataFrame, features: pd.DataFrame, feature: str, values: pd.Series, *, nearby: bool = True
) -> pd.DataFrame:
    """Build again only the columns that depend on one feature.

    Args:
        design: The rules of the table.
        table: The design table of the features as they are.
        features: The features as they are, same index.
        feature: The one that changes.
        values: Its new values, same index.
        nearby: Whether the means of neighbours change too.
    """
    changed = features.assign(**{feature: values})
    counts = design.counts if feature == design.residents else tuple(name for name in design.counts if name == feature)
    columns = tuple(name for name in design.columns if name == feature or name in counts)
    part = replace(design, columns=columns, counts=counts, neighbours=design.neighbours if nearby else None)
    return table.assign(**{str(name): column for name, column in part.build(changed).items()})
