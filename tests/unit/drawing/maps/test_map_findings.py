"""Layers of findings: forecast, significant changes, hot spots."""

import numpy as np
import pandas as pd

from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.year import CITY
from crime_dagster.drawing.maps.map_content import align_values
from crime_dagster.drawing.maps.map_findings import HOTSPOT_CLASSES, build_findings, code_findings
from tests.unit.drawing.findings import name_year


def layers_of(areas, outlook_method="", **columns):
    values = pd.DataFrame({"lsoa_code": areas.codes, "recorded": 10.0, **columns})
    change = values.get("clear_change", pd.Series(dtype=float))
    city = {"forecast_period_label": "12 months to February 2027"}
    city |= {"forecast": values["forecast"].sum()} if "forecast" in values else {}
    city |= {"areas_up": (change > 0).sum(), "areas_down": (change < 0).sum()} if len(change) else {}
    city |= {"areas_persistent": (values["hotspot"] == 4).sum()} if "hotspot" in values else {}
    numbers, year = align_values(areas, values), name_year(places={CITY: city})
    return {layer.name: layer for layer in build_findings(numbers, [5.0, 20.0], year, outlook_method)}


def test_findings_become_numbers_and_what_is_not_known_stays_unknown():
    rows = pd.DataFrame(
        {
            "lsoa_code": list("abcdef"),
            "hotspot_class": ["none", "former", "intermittent", "emerging", "persistent", None],
            "is_clear_change": [True, True, False, False, True, None],
            "change_direction": ["up", "down", "up", "same", "new", None],
            "rank_lower_90": [1, 2, 3, 4, 5, None],
            "rank_upper_90": [2, 3, 4, 5, 6, None],
        }
    )
    coded = code_findings(rows)
    assert coded["hotspot"].tolist()[:5] == [0, 1, 2, 3, 4]
    assert coded["clear_change"].tolist()[:5] == [1, -1, 0, 0, 1]
    assert coded.loc[5, ["hotspot", "clear_change"]].isna().all()


def test_only_a_clear_change_is_coloured(town_areas):
    change = np.zeros(len(town_areas.codes))
    change[:3], change[3], change[4] = 1, -1, np.nan
    layer = layers_of(town_areas, clear_change=change)["change"]
    assert layer.title == "Recorded burglaries rose significantly in 3 areas and fell in 1"
    assert layer.band_of_area[:6] == [2, 2, 2, 0, -1, 1]
    assert [(band.name[:1], band.areas) for band in layer.bands] == [("−", 1), ("w", 43), ("+", 3)]
    assert layer.bands[1].light == theme.DIVERGING[3]
    assert layer.marks == ("−", "", "+")


def test_no_clear_change_is_said(town_areas):
    layer = layers_of(town_areas, clear_change=0.0)["change"]
    assert layer.title == "Recorded burglaries: no area changed significantly"


def test_hot_spots_have_a_letter_beside_their_colour(town_areas):
    hotspot = np.arange(len(town_areas.codes)) % 5.0
    layer = layers_of(town_areas, hotspot=hotspot)["hotspot"]
    assert [band.light for band in layer.bands] == [theme.HOTSPOT[name] for name in HOTSPOT_CLASSES]
    assert [band.name[:1] for band in layer.bands[1:]] == list(layer.marks[1:]) == ["F", "I", "E", "P"]
    assert layer.title == "Lasting hot spots of recorded burglaries: 9 areas"


def test_a_forecast_shares_the_bands_and_says_when_a_baseline_stands_in(town_areas):
    layer = layers_of(town_areas, forecast=12.0)["forecast"]
    assert layer.title == "Forecast: 576 burglaries in the 12 months to February 2027"
    assert set(layer.band_of_area) == {1}
    assert layer.is_predicted
    assert "baseline" not in layer.note
    assert (
        "did not beat its baselines, so last year is shown"
        in layers_of(town_areas, "last year", forecast=12.0)["forecast"].note
    )


def test_layers_without_numbers_are_off_and_say_why(town_areas):
    layers = layers_of(town_areas)
    assert list(layers) == ["forecast", "change", "hotspot"]
    assert all(layer.why_off and not layer.bands for layer in layers.values())
