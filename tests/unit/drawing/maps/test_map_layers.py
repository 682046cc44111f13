"""Layers: titles by rule, rates, and where the model identifies the highest areas."""

import numpy as np
import pandas as pd

from crime_dagster.drawing.kit.year import CITY
from crime_dagster.drawing.maps.map_content import align_values
from crime_dagster.drawing.maps.map_layers import build_layers
from tests.unit.drawing.findings import find_areas, find_places, name_year


def layers_of(areas, accuracy=None, **columns):
    boroughs = areas.areas.set_index("lsoa_code")["borough_code"]
    values = find_areas(pd.DataFrame({"lsoa_code": areas.codes, **columns}), boroughs)
    year = name_year(places={CITY: find_places(values)[CITY]}, accuracy={CITY: accuracy or {}})
    return {layer.name: layer for layer in build_layers(align_values(areas, values), [5.0, 20.0], year)}


def test_small_rates_keep_their_decimals(town_areas):
    number = len(town_areas.codes)
    layer = layers_of(town_areas, recorded=np.arange(number) / 10, residents=1000.0)["per_1000"]
    assert layer.title == "Recorded burglaries per 1,000 residents: half of all areas have 2 or fewer"
    assert any("under" in band.name for band in layer.bands)
    assert sum(band.areas for band in layer.bands) == number


def test_half_of_the_areas_with_nothing(town_areas):
    recorded = np.where(np.arange(len(town_areas.codes)) % 4 == 0, 3.0, 0.0)
    layer = layers_of(town_areas, recorded=recorded, residents=1000.0)["per_1000"]
    assert layer.title.endswith("half of all areas have none")


def test_nobody_lives_there_is_no_rate_and_no_error(town_areas):
    residents = np.where(np.arange(len(town_areas.codes)) == 0, 0.0, 1000.0)
    layer = layers_of(town_areas, recorded=12.0, residents=residents)["per_1000"]
    assert layer.band_of_area[0] == -1
    assert layer.band_of_area.count(-1) == 1


def test_the_difference_says_how_often_the_range_fails(town_areas):
    recorded = np.full(len(town_areas.codes), 100.0)
    predicted = np.where(np.arange(48) < 12, 300.0, 100.0)
    layer = layers_of(
        town_areas,
        {"in_range_pct": 75.0},
        recorded=recorded,
        predicted=predicted,
        lower_90=predicted / 2,
        upper_90=predicted * 2,
    )["difference"]
    assert layer.title == "Recorded burglaries: outside the model’s 90% range in 25% of areas"
    assert layer.is_predicted
    # Recorded 100 against 150 to 600 in twelve areas, and against 50 to 200 in the others.
    assert layer.band_of_area == [0] * 12 + [1] * 36
    assert [(band.name, band.areas) for band in layer.bands] == [
        ("below", 12),
        ("inside", 36),
        ("above", 0),
    ]


def test_the_difference_without_a_range_claims_nothing(town_areas):
    layer = layers_of(town_areas, recorded=100.0, predicted=90.0)["difference"]
    assert layer.title == "Recorded minus predicted burglaries in Squaretown"


def test_recorded_and_predicted_share_their_bands(town_areas):
    number = np.arange(len(town_areas.codes), dtype=float)
    layers = layers_of(town_areas, recorded=number, predicted=number[::-1].copy())
    assert [band.name for band in layers["recorded"].bands] == [band.name for band in layers["predicted"].bands]
    assert [band.light for band in layers["recorded"].bands] == [band.light for band in layers["predicted"].bands]


def test_the_prediction_says_how_much_of_the_highest_tenth_it_finds(town_areas):
    subject = {"found_pct": 80.0}
    layer = layers_of(town_areas, subject, recorded=7.0, predicted=7.0)["predicted"]
    assert layer.title == "The model identifies 80% of the tenth of areas with most recorded burglaries"
    unknown = layers_of(town_areas, recorded=7.0, predicted=7.0)["predicted"]
    assert unknown.title == "Predicted burglaries in Squaretown, 12 months to February 2026"
