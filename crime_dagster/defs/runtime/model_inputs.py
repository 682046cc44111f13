"""The inputs of the models: the analysis table, split by the roles of its columns."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from crime_dagster.core.crime_types import CrimeType, list_analysed
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.reported_place import read_forces
from crime_dagster.modelling.explain.steady_year import split_kinds, steady_year
from crime_dagster.modelling.forecast.months import tabulate_months
from crime_dagster.modelling.kit.design import find_centroids
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_many
from crime_dagster.modelling.kit.spatial import find_nearest
from crime_dagster.modelling.what_if.changes import Relations, read_relations

LEARNED_ROLES = ("feature", "recording", "exposure")
OFFICERS = "officers_per_1000"

# Marts that models are fitted to.
MODEL_MARTS = ("boroughs", "lsoa_crimes", "lsoa_features", "lsoa_kinds", "lsoas")
# Crime types whose kinds happen in unlike places (burglary of homes, of sheds, of shops) are learned by kind too.
LEARNED_BY_KIND = ("burglary", "drug")


@dataclass(frozen=True)
class ModelInputs:
    """One row per LSOA in each part, indexed by code."""

    features: pd.DataFrame  # what the models may learn from
    changeable: list[str]  # features that a scenario may change
    targets: pd.DataFrame  # crimes of the newest year, one column per crime type; NaN where not reported
    # The same, smoothed with earlier months (see `steady_year`), and split by kind: what models are fitted to.
    learned: dict[str, pd.DataFrame]
    boroughs: pd.Series  # borough code
    coordinates: pd.DataFrame  # easting and northing of the area's centre, metres
    land: pd.Series  # square kilometres
    period: tuple[pd.Timestamp, pd.Timestamp]  # first day of the year's first month, last day of its last
    left_out: dict[str, str]  # why a chosen crime type is not in `targets`
    # Officers per 1,000 residents of the borough, NaN where not published; context, never a feature.
    officers: pd.Series
    forces: pd.Series | None = None  # police force, where a place has several
    labels: Mapping[str, str] = field(default_factory=dict)  # of `changeable`, for people


def read_model_inputs(settings: Settings, crimes: list[CrimeType]) -> ModelInputs:
    """Read the analysis table for some crime types; those that cannot be modelled are left out of `targets`."""
    table = read_mart(settings.database, "lsoa_features").set_index("lsoa_code").sort_index()
    lsoas = read_mart(settings.database, "lsoas").set_index("lsoa_code").sort_index()
    columns = read_columns(settings.manifest, "lsoa_features")
    targets = table[[f"crimes_{crime.crime_type}" for crime in crimes]].astype(float)
    targets.columns = pd.Index([crime.crime_type for crime in crimes])
    last_month = pd.Timestamp(table["year_ending"].max())
    analysed = {crime.crime_type for crime in list_analysed(table, crimes)}
    obstacles = {name: _find_obstacle(targets[name], lsoas["borough_code"], name in analysed) for name in targets}
    left_out = {str(name): why for name, why in obstacles.items() if why}
    targets = targets.drop(columns=list(left_out))
    first_month, forces = last_month - pd.DateOffset(months=11), read_forces(settings)
    return ModelInputs(
        features=table[[column.name for column in columns if column.role in LEARNED_ROLES]].astype(float),
        changeable=[column.name for column in columns if column.role == "feature"],
        labels={column.name: column.label for column in columns if column.role == "feature"},
        targets=targets,
        learned={str(name): _learn(settings, year, first_month) for name, year in targets.items()},
        boroughs=lsoas["borough_code"],
        forces=lsoas["borough_code"].map(forces) if forces else None,
        coordinates=find_centroids(lsoas["geometry_wkb"].map(bytes)),
        land=lsoas["area_km2"],
        period=(first_month, last_month + pd.offsets.MonthEnd(0)),
        left_out=left_out,
        officers=table[OFFICERS].astype(float),
    )


def read_feature_relations(settings: Settings, inputs: ModelInputs) -> Relations:
    """Return how features depend on each other, as declared by columns; only what-ifs depend on this."""
    columns = read_columns(settings.manifest, "lsoa_features")
    found = read_relations(column for column in columns if column.name in inputs.features)
    msoas = read_mart(settings.database, "lsoas", columns=["lsoa_code", "msoa_code"]).set_index("lsoa_code")[
        "msoa_code"
    ]
    index = inputs.features.index
    return replace(found, msoas=msoas.reindex(index), nearest=find_nearest(inputs.coordinates, index))


def _learn(settings: Settings, year: pd.Series, first_month: pd.Timestamp) -> pd.DataFrame:
    steady = _steady(settings, year, first_month)
    if year.name not in LEARNED_BY_KIND:
        return steady.to_frame()
    return split_kinds(steady, read_mart(settings.database, "lsoa_kinds", {"crime_type": str(year.name)}))


def _steady(settings: Settings, year: pd.Series, first_month: pd.Timestamp) -> pd.Series:
    columns = ("lsoa_code", "month", "crimes")
    rows = read_mart(settings.database, "lsoa_crimes", {"crime_type": str(year.name)}, columns)
    rows = rows[(pd.to_datetime(rows["month"]) < first_month) & rows["crimes"].notna()]
    # Figures by year only, or none before this one: the year is all there is.
    return year if rows.empty else steady_year(year, tabulate_months(rows), first_month)


def _find_obstacle(target: pd.Series, boroughs: pd.Series, is_analysed: bool) -> str:
    if not is_analysed:
        return f"{int(target.notna().sum())} of {len(target)} areas report it in this year, too few"
    if not target.sum() > 0:
        return "no area has any in this year"
    if boroughs[target.notna()].nunique() < 2:
        return "only one borough has figures of it, and a model is tested on boroughs that it was not trained on"
    return ""


# Cached fits of this process's latest inputs: what-ifs use the same models as the predictions, and fitting is the
# longest step of a run.
_fitted: dict[str, dict[str, FoldModels]] = {}


def find_fitted(inputs: ModelInputs) -> dict[str, FoldModels] | None:
    """Return the models that this process fitted to these inputs, if any."""
    return _fitted.get(hash_inputs(inputs))


def fit_models(inputs: ModelInputs) -> dict[str, FoldModels]:
    """Fit the models of every crime type in `targets`; once per process for the same inputs."""
    key = hash_inputs(inputs)
    if key not in _fitted:
        _fitted.clear()
        _fitted[key] = fit_many(
            inputs.features,
            inputs.targets,
            inputs.boroughs,
            learned=inputs.learned,
            coordinates=inputs.coordinates,
            forces=inputs.forces,
        )
    return _fitted[key]


def hash_inputs(inputs: ModelInputs) -> str:
    """Return a fingerprint of everything that a fit depends on, SHA-256 in hexadecimal."""
    places = [one.to_frame() for one in (inputs.boroughs, inputs.forces) if one is not None]
    return hash_frames([inputs.features, inputs.targets, *inputs.learned.values(), *places, inputs.coordinates])


def choose_types(inputs: ModelInputs, crime_types: list[str]) -> ModelInputs:
    """Return the inputs of some of the crime types."""
    learned = {name: inputs.learned[name] for name in crime_types}
    return replace(inputs, targets=inputs.targets[crime_types], learned=learned)


def hash_frames(frames: list[pd.DataFrame]) -> str:
    """Hash names, rows and values of frames."""
    digest = hashlib.sha256()
    for part in frames:
        digest.update(repr(list(part.columns)).encode())
        digest.update(pd.util.hash_pandas_object(part).to_numpy().tobytes())
    return digest.hexdigest()


def write_model_rows(settings: Settings, thing: str, crime_type: str, rows: pd.DataFrame) -> Path:
    """Write one crime type's rows of a model result for dbt to read; other crime types' rows stay."""
    path = settings.landing_dir / "models" / thing / f"{crime_type}.parquet"
    write_parquet(rows, path)
    return path
