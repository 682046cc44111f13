import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from crime_dagster.drawing.maps.map_data import NO_LANDMARKS, describe_landmarks, encode_landmarks


@pytest.fixture
def landmarks():
    return gpd.GeoDataFrame(
        {
            "landmark_type": ["park", "park", "station"],
            "landmark_name": [None, "Great Park", "Kallmoor Gate"],
            "area_ha": [2.0, 90.0, None],
        },
        geometry=[
            box(530_000, 180_000, 530_200, 180_100),
            box(530_000, 180_000, 531_000, 180_900),
            Point(530_500, 180_500),
        ],
        crs="EPSG:27700",
    )


def test_the_largest_park_comes_first_and_one_without_a_name_has_none(landmarks):
    found = encode_landmarks(landmarks)
    assert [park[0] for park in found["parks"]] == ["Great Park", ""]
    name, latitude, longitude = found["stations"][0]
    assert name == "Kallmoor Gate"
    assert (latitude, longitude) == pytest.approx((51.5082, -0.1204), abs=1e-3)


def test_only_signs_that_are_on_the_map_are_explained(landmarks):
    assert describe_landmarks(encode_landmarks(landmarks[landmarks["landmark_type"] == "station"])) == (
        "Zoomed in, dots are stations."
    )
    assert encode_landmarks(landmarks.iloc[:0]) == NO_LANDMARKS
    assert describe_landmarks(NO_LANDMARKS) == ""
