"""Boundaries: coordinates without a system or swapped, codes twice, areas elsewhere."""

import json

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import box

SQUARES = [box(545_000, 184_000, 545_500, 184_500), box(529_000, 185_000, 529_500, 185_500)]
CODES = ["E01000010", "E01000835"]


def write_shapes(path, shapes, codes, *, swap=False, crs=None):
    frame = gpd.GeoSeries(shapes, crs="EPSG:27700")
    frame = frame if crs is None else frame.to_crs(crs)
    places = [shapely.transform(shape, lambda pairs: pairs[:, ::-1]) if swap else shape for shape in frame]
    features = [
        {
            "type": "Feature",
            "properties": {"LSOA21CD": code, "LSOA21NM": code},
            "geometry": shapely.geometry.mapping(place),
        }
        for code, place in zip(codes, places, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def read_shapes(read, path):
    return shapely.from_wkb(read("ons/lsoa_boundaries", path).rows["geometry_wkb"].to_pylist())


@pytest.mark.parametrize(("crs", "swap"), [(None, False), ("EPSG:4326", False), ("EPSG:4326", True)])
def test_c01_c03_coordinates_are_known_by_their_numbers(tmp_path, read, check_one, crs, swap):
    path = write_shapes(tmp_path / "areas.geojson", SQUARES, CODES, crs=crs, swap=swap)
    shapes = read_shapes(read, path)
    assert [round(shape.area, -2) for shape in shapes] == [250_000, 250_000]
    assert shapes[0].bounds == pytest.approx(SQUARES[0].bounds, abs=0.1)
    assert swap == any("latitude comes before" in warning for warning in check_one(path).warnings)


def test_c01_a_shapefile_without_a_system_and_with_latin_names(tmp_path, read):
    frame = gpd.GeoDataFrame({"LSOA21CD": CODES, "LSOA21NM": ["Câmden", "B"]}, geometry=SQUARES, crs="EPSG:27700")
    frame.to_file(tmp_path / "areas.shp", encoding="ISO-8859-1")
    for suffix in (".prj", ".cpg"):
        (tmp_path / f"areas{suffix}").unlink(missing_ok=True)
    reading = read("ons/lsoa_boundaries", tmp_path / "areas.shp")
    assert reading.rows["lsoa_name"].to_pylist() == ["Câmden", "B"]
    assert read_shapes(read, tmp_path / "areas.shp")[0].equals(SQUARES[0])


def test_c05_one_shape_per_area_and_none_from_elsewhere(tmp_path, read, check, check_one):
    far = box(529_600, 185_600, 529_800, 185_800)
    shapes = [SQUARES[0], SQUARES[0], SQUARES[1], far, box(0, 0, 10, 10)]
    folder = tmp_path / "data"
    folder.mkdir()
    path = write_shapes(folder / "areas.geojson", shapes, [CODES[0], CODES[0], CODES[1], CODES[1], "W01001958"])
    account = check_one(path)
    assert (account.rows_kept, account.rows_set_aside) == (2, {"duplicate": 2, "outside": 1})
    assert read_shapes(read, path)[1].area == pytest.approx(290_000)
    (folder / "areas.csv").write_text("LSOA21CD\nE01000010\nE01000835\nE01000012\n", encoding="utf-8")
    warnings = check(folder).all.warnings
    assert any("1 of the 3 areas" in warning and "E01000012" in warning for warning in warnings)
