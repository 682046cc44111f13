"""The what-ifs of scenarios.yml, validated in the first seconds of a run and not after the models."""

from __future__ import annotations

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.errors import InputError
from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.modelling.what_if.scenarios import ScenarioFile, check_scenarios, read_scenario_file


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
    except InputError as error:
        line = _find_line(settings, error)
        raise InputError(
            file=f"{settings.scenarios_file}{f', line {line}' if line else ''}",
            column=error.column,
            found=error.found,
            expected=error.expected,
            remedy=error.remedy,
        ) from error


def _find_line(settings: Settings, error: InputError) -> int | None:
    """Return the number of the line with the faulty value, if found."""
    value = (error.found or "").split(" in the scenario ")[0].strip("'\"")
    number = value.removesuffix(".0").lstrip("-")
    for row, line in enumerate(settings.scenarios_file.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.split("#")[0]
        if (error.column or "") in text and (value in text or number in text):
            return row
    return None
