"""Every table of months has the cautions about the month, and every sum its number of areas."""

from pathlib import Path

import pytest
import yaml

MARTS = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "marts"
FLAGS = {"is_complete", "is_provisional", "recording_break"}
# Officers and searches, not recorded crime: provisional months are not known.
OTHER = {"officers", "stop_and_search"}
SUMS = ("city_months", "place_months", "borough_months", "borough_years", "harm")


def read_marts() -> dict[str, set[str]]:
    models = [
        model for path in MARTS.rglob("*.yml") for model in yaml.safe_load(path.read_text("utf-8")).get("models", [])
    ]
    return {model["name"]: {column["name"] for column in model.get("columns", [])} for model in models}


def test_every_table_of_months_flags_them():
    months = {name: columns for name, columns in read_marts().items() if "month" in columns and name not in OTHER}
    assert {"lsoa_crimes", "coverage", "borough_reconciliations"} < set(months)
    assert {name: FLAGS - columns for name, columns in months.items() if not columns >= FLAGS} == {}


@pytest.mark.parametrize("name", SUMS)
def test_a_sum_says_over_how_many_areas_it_is(name: str):
    assert read_marts()[name] >= {"areas", "of_areas"}
