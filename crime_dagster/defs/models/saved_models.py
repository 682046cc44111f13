"""Fitted models shared between processes: saved by models/explain, opened by the assets that use them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crime_dagster.core.artefacts import list_versions, read_artefact, write_artefact
from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.model_inputs import ModelInputs, choose_types, find_fitted, fit_models, hash_inputs
from crime_dagster.modelling.explain.saving import pack_models, unpack_models
from crime_dagster.modelling.explain.steady_year import MONTHS_BEFORE
from crime_dagster.modelling.kit import fold_models
from crime_dagster.modelling.kit.fold_models import FoldModels, restore_fold_models


def save_models(
    settings: Settings, inputs: ModelInputs, fitted: dict[str, FoldModels], scores: dict[str, dict[str, float]]
) -> None:
    """Save the models of each crime type with versions, features, months and scores."""
    for crime_type, models in fitted.items():
        facts = {
            "crime_type": crime_type,
            "model": "explain",
            **_list_facts(inputs, crime_type),
            "training_year": [f"{day:%Y-%m}" for day in inputs.period],
            "earlier_months_at_most": MONTHS_BEFORE,
            "areas": int(models.target.notna().sum()),
            "features": list(models.check.columns),
            "scores": scores.get(crime_type, {}),
        }
        write_artefact(_find_path(settings, crime_type), pack_models(models), facts)


def open_models(settings: Settings, inputs: ModelInputs, warn: Callable[[str], object]) -> dict[str, FoldModels]:
    """Return the models of these inputs: those of this process, else the saved ones, else refitted ones.

    `warn` is told which saved models do not match and why, before they are refitted.
    """
    found = find_fitted(inputs)
    if found is not None:
        return found
    opened, lacking = dict[str, FoldModels](), list[str]()
    reasons = dict[str, list[str]]()
    for crime_type in map(str, inputs.targets.columns):
        try:
            opened[crime_type] = load_models(settings, inputs, crime_type)
        except InputError as error:
            reasons.setdefault(f"found {error.found}; expected {error.expected}", []).append(crime_type)
            lacking.append(crime_type)
    for reason, names in reasons.items():
        warn(f"{', '.join(names)}: fitted again, the saved models are not those of this run: {reason}")
    if lacking:
        opened |= fit_models(choose_types(inputs, lacking))
    return {crime_type: opened[crime_type] for crime_type in map(str, inputs.targets.columns)}


def load_models(settings: Settings, inputs: ModelInputs, crime_type: str) -> FoldModels:
    """Return the saved models of one crime type.

    Raises:
        InputError: There are none, their data, versions or code differ, or the file was changed.
    """
    content = read_artefact(_find_path(settings, crime_type), _list_facts(inputs, crime_type))
    return restore_fold_models(
        inputs.features,
        inputs.targets[crime_type],
        inputs.boroughs,
        *unpack_models(content),
        coordinates=inputs.coordinates,
        forces=inputs.forces,
    )


def _find_path(settings: Settings, crime_type: str) -> Path:
    return settings.models_dir / f"{crime_type}.skops"


def _list_facts(inputs: ModelInputs, crime_type: str) -> dict[str, Any]:
    """Return the facts that must match when the file is opened."""
    return {
        "versions": list_versions(),
        # Models fitted by other code are outdated.
        "code": find_code_version(fold_models.__name__),
        "inputs": hash_inputs(choose_types(inputs, [crime_type])),
    }
