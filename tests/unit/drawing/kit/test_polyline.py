"""Encoded shapes: decoding restores them, to a metre."""

import numpy as np
import pytest
import shapely

from crime_dagster.drawing.kit.polyline import encode_points, encode_shape


def decode(text: str) -> list[list[tuple[float, float]]]:
    """Decode, written from the format's description and not from the encoder."""
    rings = []
    for part in text.split(" "):
        numbers, value, shift = [], 0, 0
        for character in part:
            bits = ord(character) - 63
            value |= (bits & 31) << shift
            shift += 5
            if bits < 32:
                numbers.append(-((value + 1) >> 1) if value & 1 else value >> 1)
                value, shift = 0, 0
        steps = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0) / 1e5
        rings.append([(longitude, latitude) for latitude, longitude in steps.tolist()])
    return rings


def test_the_published_example():
    # The example in the format's description.
    points = np.array([[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]])
    assert encode_points(points) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_holes_and_parts_come_back():
    shape = shapely.MultiPolygon(
        [
            shapely.Polygon(
                [(-0.1, 51.5), (0.1, 51.5), (0.1, 51.6), (-0.1, 51.6)],
                [[(-0.05, 51.52), (0.05, 51.52), (0.05, 51.58)]],
            ),
            shapely.box(0.2, 51.5, 0.30001, 51.50002),
        ]
    )
    rings = decode(encode_shape(shape))
    assert len(rings) == 3
    surface = shapely.Polygon(rings[0], [rings[1]]).union(shapely.Polygon(rings[2]))
    assert surface.symmetric_difference(shape).area < 1e-12


@pytest.mark.parametrize("shape", [shapely.Polygon(), shapely.MultiPolygon(), shapely.GeometryCollection()])
def test_nothing_is_no_text(shape):
    assert encode_shape(shape) == ""


def test_the_text_needs_no_escape_in_a_script():
    rings = encode_shape(shapely.box(-0.51, 51.28, 0.33, 51.69).segmentize(0.01))
    assert not set(rings) & set("<>&\"'")
