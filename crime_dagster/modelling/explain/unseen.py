"""Areas that no model has learned from: which they are, and where their predictions come from."""

from __future__ import annotations

from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.kit.validation import UNREPORTED


def list_unseen(models: FoldModels) -> list[str]:
    """One sentence per borough without any count, and one for areas without a borough.

    Areas without a count are predicted by a model of every area that has one: no model uses a borough's name, only what
    its areas are like.
    """
    unknown = models.folds == UNREPORTED
    learned = set(models.boroughs[~unknown])
    lines = []
    for borough, areas in models.boroughs[unknown].fillna("").groupby(models.boroughs[unknown].fillna("")):
        if borough not in learned:
            name = f"borough {borough}" if borough else "areas without a borough"
            lines.append(f"{name}: no count to learn from; {len(areas)} area(s) predicted by a model of all others")
    return lines
