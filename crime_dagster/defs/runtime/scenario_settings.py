"""The what-ifs of scenarios.yml, validated in the first seconds of a run and not after the models."""

import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.errors import InputError
from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.invalid_config import name_line
from crime_dagster.modelling.what_if.scenarios import ScenarioFile, check_scenarios, find_places, read_scenario_file


@noted()
def read_scenarios(settings: Settings) -> ScenarioFile:
    """Read the what-ifs of the data folder, or the project's own."""
    file = settings.scenarios_file
    return read_scenario_file(file.read_text(encoding="utf-8"), file)


def require_scenarios(settings: Settings) -> None:
    """Refuse what-ifs that no data could answer; whether this data can is known after the models.

    The error names file and line, the fault, and the nearest valid words.
    """
    said = read_scenarios(settings)
    features = [column.name for column in read_columns(settings.manifest, "lsoa_features") if column.role == "feature"]
    try:
        check_scenarios(said.scenarios, features, [one.crime_type for one in read_crime_types(settings.dbt_dir)])
        lsoas = _read_built_areas(settings) if any(one.boroughs or one.areas for one in said.scenarios) else None
        if lsoas is not None:
            for one in said.scenarios:
                find_places(one, lsoas)
    except InputError as error:
        value, column = (error.found or "").split(" in the scenario ")[0].strip("'\""), error.column or ""
        # The last is an item of a list with one per line.
        choices = (column, value), (column, value.removesuffix(".0").lstrip("-")), (value,)
        raise name_line(error, settings.scenarios_file, *choices) from error


def read_named_areas(settings: Settings) -> pd.DataFrame:
    return read_mart(settings.database, "lsoas", columns=["lsoa_code", "area_name", "borough_code", "borough_name"])


def _read_built_areas(settings: Settings) -> pd.DataFrame | None:
    """Return areas and boroughs if a run has built them already: a first run checks places with the models."""
    try:
        return read_named_areas(settings)
    except InputError:
        return None
