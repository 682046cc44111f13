"""Serialisation of fitted models: parameters and the text of trees, never a pickle."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.kit.fold_models import FoldModels

if TYPE_CHECKING:
    from crime_dagster.modelling.kit.estimators import CountEnsemble

# Types in our files that skops does not already trust. A booster is read from its text; none of these types runs code
# from the file.
TRUSTED = (
    "collections.OrderedDict",
    "crime_dagster.modelling.kit.estimators.CountEnsemble",
    "lightgbm.basic.Booster",
    "numpy.dtype",
)


def pack_models(models: FoldModels) -> bytes:
    """Serialise the fitted parts of fold models: estimators, scales and levels of forces."""
    # Its import looks up some eight hundred types: half a second that loading the definitions does not need.
    from skops.io import dumps

    folds = sorted(models.estimators)
    parts = {
        "folds": folds,
        "scales": [models.scales[fold] for fold in folds],
        "levels": [models.levels.get(fold, {}) for fold in folds],
        "estimators": [models.estimators[fold] for fold in folds],
    }
    # The fastest level: the files are a tenth larger than by the usual one.
    return dumps(parts, compression=ZIP_DEFLATED, compresslevel=1)


def unpack_models(content: bytes) -> tuple[dict[int, CountEnsemble], dict[int, float], dict[int, dict[str, float]]]:
    """Return estimators, scales and levels per fold; refuse bytes with any type that `pack_models` does not write."""
    from skops.io import get_untrusted_types, loads

    strange = sorted(set(get_untrusted_types(data=content)) - set(TRUSTED))
    if strange:
        raise InputError(
            found=f"a model file with {', '.join(strange)}",
            expected=f"no other types than those of scikit-learn, numpy and {', '.join(TRUSTED)}",
            remedy="delete the file and materialise models/explain, which writes it again",
        )
    parts = loads(content, trusted=list(TRUSTED))
    folds = [int(fold) for fold in parts["folds"]]
    scales = dict(zip(folds, map(float, parts["scales"]), strict=True))
    return dict(zip(folds, parts["estimators"], strict=True)), scales, dict(zip(folds, parts["levels"], strict=True))
