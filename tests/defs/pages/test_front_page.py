"""What the front page takes from the marts for a crime type."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from crime_dagster.defs.pages.front_page import list_score, list_type
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import CITY
from crime_dagster.drawing.pages.type_page import draw_type_list
from tests.unit.drawing.pages.test_borough_page import make_type


def test_a_type_has_the_score_of_all_boroughs_together_and_not_that_of_one():
    lsoas = pd.DataFrame({"lsoa_code": ["A", "B"], "area_name": ["A", "B"], "borough_code": ["X", "Y"]})
    year = make_type("burglary", "Burglary", "burglaries", lsoas, 30)
    rows = [("coverage_90", "X", 0.5), ("d2", "X", 0.1), ("coverage_90", None, 0.9), ("d2", None, 0.6)]
    scores = pd.DataFrame(rows, columns=["metric", "borough_code", "value"])
    score = list_score(year, scores.assign(crime_type="burglary", baseline="linear", baseline_value=0.4))
    assert (score["d2"], score["baseline_d2"], score["covered_pct"]) == (0.6, 0.4, 90)


def test_a_type_that_some_areas_did_not_report_the_year_before_has_the_change_of_the_others(tmp_path: Path):
    lsoas = pd.DataFrame({"lsoa_code": ["A", "B"], "area_name": ["A", "B"], "borough_code": ["X", "Y"]})
    year = make_type("burglary", "Burglary", "burglaries", lsoas, 30)
    known = {"crimes_before": None, "areas_compared": 880, "crimes_compared_before": 1_000, "crimes_compared": 1_043}
    year = replace(year, places={**year.places, CITY: {**year.city, **known, "is_clear_change": True}})
    months = pd.DataFrame({"crime_type": [], "month": [], "crimes_per_day": []})
    scores = pd.DataFrame(columns=["metric", "borough_code", "value", "crime_type", "baseline", "baseline_value"])
    breaks = pd.DataFrame(columns=["starts_on", "crime_type", "title"])
    row = list_type(tmp_path, year, months, scores, breaks)
    assert (row["crimes_before"], row["change"].words) == (None, "up 4.3%")
    said = "the change is that of the small areas that reported both years."
    for rows, expected in (([row], True), ([{**row, "crimes_before": 1_000}], False)):
        page = draw_type_list(
            rows, Stamp("Wex", False, "2025", (), "", ""), months_label="Each month", picture=None, notes=()
        )
        assert (said in page) is expected
