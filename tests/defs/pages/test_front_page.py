"""What the front page takes from the marts for a crime type."""

import pandas as pd

from crime_dagster.defs.pages.front_page import list_score
from tests.unit.drawing.pages.test_borough_page import make_type


def test_a_type_has_the_score_of_all_boroughs_together_and_not_that_of_one():
    lsoas = pd.DataFrame({"lsoa_code": ["A", "B"], "area_name": ["A", "B"], "borough_code": ["X", "Y"]})
    year = make_type("burglary", "Burglary", "burglaries", lsoas, 30)
    rows = [("coverage_90", "X", 0.5), ("d2", "X", 0.1), ("coverage_90", None, 0.9), ("d2", None, 0.6)]
    scores = pd.DataFrame(rows, columns=["metric", "borough_code", "value"])
    score = list_score(year, scores.assign(crime_type="burglary", baseline="linear", baseline_value=0.4))
    assert (score["d2"], score["baseline_d2"], score["covered_pct"]) == (0.6, 0.4, 90)
