import numpy as np
import pandas as pd

from crime_dagster.drawing.charts.residual_map import chart_residuals, find_bands


def make_values(codes: pd.Index) -> pd.DataFrame:
    """Recorded 5 against ranges that it is above, above, inside, below and below; the rest is not reported."""
    ends = {"lower_80": [1.0, 1, 3, 6, 7], "upper_80": [3.0, 4, 7, 9, 9], "lower_90": [0.0, 0, 2, 4, 6]}
    values = pd.DataFrame(ends | {"upper_90": [4.0, 6, 8, 10, 10]}, codes[:5]).reindex(codes)
    return values.assign(actual=[5.0] * 5 + [np.nan] * (len(codes) - 5), predicted=5.0)


def test_areas_are_told_apart_by_the_range_they_leave(town_areas):
    codes = pd.Index(town_areas.areas["lsoa_code"])
    bands = find_bands(make_values(codes))
    assert bands[:5].tolist() == [2, 1, 0, -1, -2]
    assert np.isnan(bands[5:]).all()
    said = chart_residuals(town_areas, make_values(codes), "12 months to May 2024")
    assert said.title == "Recorded crime is outside the model’s range in 40% of areas"
    assert "above 90% range: 1; above 80% range: 1; inside: 1; below 80% range: 1; below 90% range: 1" in said.alt
    fewer = make_values(codes).drop(columns=["lower_80", "upper_80"])
    assert find_bands(fewer)[:5].tolist() == [2, 0, 0, 0, -2]
    assert "above 90% range: 1; inside: 3; below 90% range: 1" in chart_residuals(town_areas, fewer, "a year").alt


def test_both_sizes_are_drawn_with_the_key(town_areas):
    said = chart_residuals(town_areas, make_values(pd.Index(town_areas.areas["lsoa_code"])), "a year")
    for narrow in (False, True):
        texts = [text.get_text() for text in said.render(narrow=narrow).texts]
        assert "above 90%" in " ".join(texts)
