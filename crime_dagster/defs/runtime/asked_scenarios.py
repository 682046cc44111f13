"""The what-ifs of scenarios.yml, validated in the first seconds of a run and not after the models."""

import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.errors import InputError
from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.invalid_config import find_line
from crime_dagster.modelling.what_if.scenarios import ScenarioFile, check_scenarios, find_places, read_scenario_file


@noted()
def read_scenarios(settings: Settings) -> ScenarioFile:
    """Read the what-ifs of the data folder, or the project's own."""
    file = settings.scenarios_file
    return read_scenario_file(file.read_text(encoding="utf-8"), file)


def require_scenarios(settings: Settings) -> None:
    """Refuse what-ifs that no data could answer; whether this data can is known after the models.

    Raises:
        InputError: Names file and line, the fault, and the nearest valid words.
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
        text = settings.scenarios_file.read_text(encoding="utf-8")
        value, column = (error.found or "").split(" in the scenario ")[0].strip("'\""), error.column or ""
        line = find_line(text, column, value) or find_line(text, column, value.removesuffix(".0").lstrip("-"))
        line = line or find_line(text, value)  # of a list with one item per line
        raise error.at(f"{settings.scenarios_file}{f', line {line}' if line else ''}") from error


def read_named_areas(settings: Settings) -> pd.DataFrame:
    """Return areas and boroughs by code and name."""
    return read_mart(settings.database, "lsoas", columns=["lsoa_code", "area_name", "borough_code", "borough_name"])


def _read_built_areas(settings: Settings) -> pd.DataFrame | None:
    """Return the same if a run has built them already: places of a first run are checked with the models."""
    try:
        return read_named_areas(settings)
    except InputError:
        return None
