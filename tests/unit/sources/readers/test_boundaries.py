import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import SourceColumn
from crime_dagster.sources.land.portions import combine_versions, plan_portions
from tests.unit.sources.landing import land

SQUARES = [box(530_000 + 100 * i, 180_000, 530_100 + 100 * i, 180_100) for i in range(3)]


def make_frame(shapes=SQUARES, crs="EPSG:27700", codes=None) -> gpd.GeoDataFrame:
    codes = codes or [f"E0100000{i + 1}" for i in range(len(shapes))]
    return gpd.GeoDataFrame(
        {"LSOA21CD": codes, "LSOA21NM": [f"Zoë {i}" for i in range(len(shapes))]}, geometry=list(shapes), crs=crs
    )


def shapes_of(landed) -> list[shapely.Geometry]:
    return list(shapely.from_wkb(landed.rows["geometry_wkb"].to_pylist()))


@pytest.mark.parametrize("name", ["areas.shp", "areas.geojson", "areas.gpkg"])
@pytest.mark.parametrize("crs", ["EPSG:27700", "EPSG:4326", "EPSG:3857"])
def test_every_format_and_system_lands_on_the_national_grid(tmp_path, boundaries, name, crs):
    make_frame().to_crs(crs).to_file(tmp_path / name, encoding="utf-8")
    landed = land(boundaries, tmp_path)
    assert landed.rows["lsoa_code"].to_pylist() == ["E01000001", "E01000002", "E01000003"]
    assert landed.rows["lsoa_name"].to_pylist() == ["Zoë 0", "Zoë 1", "Zoë 2"]
    assert landed.rows.column_names == ["lsoa_code", "lsoa_name", "geometry_wkb", "source_file", "row_number"]
    for found, wanted in zip(shapes_of(landed), SQUARES, strict=True):
        assert found.symmetric_difference(wanted).area < 5
    assert landed.warnings == []


@pytest.mark.parametrize("name", ["areas.shp", "areas.geojson", "areas.gpkg"])
def test_a_number_that_stands_for_none_is_no_size_of_an_area(tmp_path, boundaries, name):
    size = SourceColumn("hectares", ("HECTARES",), "number", "hectares", range=(0.1, 100_000))
    make_frame().assign(HECTARES=[1.5, -999.0, 2.5]).to_file(tmp_path / name, encoding="utf-8")
    landed = land(replace(boundaries, columns=(*boundaries.columns, size)), tmp_path)
    assert landed.rows["hectares"].to_pylist() == ["1.5", "2.5"]
    assert landed.set_aside["reason"].to_pylist() == ["bad_number"]
    assert "column 'HECTARES': -999.0 in 1 row (expected 0.1 to 100,000)" in landed.warnings[0]


def test_an_odd_name_and_a_link_are_no_obstacle(tmp_path, boundaries):
    real = tmp_path / "real"
    real.mkdir()
    make_frame().to_file(real / "O'Neil's [areas] é.shp", encoding="utf-8")
    data = tmp_path / "data"
    data.symlink_to(real, target_is_directory=True)
    assert land(boundaries, data).rows.num_rows == 3


def test_an_invalid_shape_is_repaired_and_told(tmp_path, boundaries):
    bow_tie = Polygon([(530_200, 180_000), (530_300, 180_100), (530_300, 180_000), (530_200, 180_100)])
    make_frame([SQUARES[0], bow_tie]).to_file(tmp_path / "areas.gpkg")
    landed = land(boundaries, tmp_path)
    assert all(shape.is_valid for shape in shapes_of(landed))
    assert shapes_of(landed)[1].area == pytest.approx(5_000)
    assert landed.warnings == ["areas.gpkg: 1 invalid shapes repaired (rows 2)"]


def test_an_area_inside_another_one_is_told(tmp_path, boundaries):
    make_frame([SQUARES[0], SQUARES[0].buffer(-10), SQUARES[2]]).to_file(tmp_path / "areas.gpkg")
    landed = land(boundaries, tmp_path)
    assert landed.rows.num_rows == 3
    assert landed.warnings == ["areas.gpkg: 2 areas are inside the shape of another one; both are kept (rows 1, 2)"]


def test_the_table_of_another_shapefile_is_refused(tmp_path, boundaries):
    make_frame().to_file(tmp_path / "areas.shp")
    make_frame(SQUARES[:2]).to_file(tmp_path / "other.shp")
    (tmp_path / "other.dbf").replace(tmp_path / "areas.dbf")
    for path in tmp_path.glob("other.*"):
        path.unlink()
    with pytest.raises(InputError, match=r"3 shapes in areas\.shx and 2 records in areas\.dbf"):
        land(boundaries, tmp_path)


def test_only_what_is_area_is_kept_of_a_shape(tmp_path, boundaries):
    spike = Polygon([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0), (0, -50), (0, 0)])
    moved = shapely.transform(spike, lambda points: points + np.array([530_000, 180_000]))
    make_frame([moved]).to_file(tmp_path / "areas.gpkg")
    shape = shapes_of(land(boundaries, tmp_path))[0]
    assert shape.geom_type in ("Polygon", "MultiPolygon")
    assert shape.area == pytest.approx(10_000)


def test_heights_are_dropped(tmp_path, boundaries):
    make_frame([shapely.force_3d(SQUARES[0], 7.0)]).to_file(tmp_path / "areas.gpkg")
    assert not shapes_of(land(boundaries, tmp_path))[0].has_z


def test_repeated_codes_bad_codes_and_missing_shapes_are_set_aside(tmp_path, boundaries):
    codes = ["E01000001", "E01000001", "E09000001", "nowhere", "E01000002", "E01000003"]
    shapes = [*SQUARES, SQUARES[0], None, MultiPolygon()]
    make_frame(shapes, codes=codes).to_file(tmp_path / "areas.gpkg")
    landed = land(boundaries, tmp_path)
    assert landed.rows["row_number"].to_pylist() == [1]
    assert dict(
        zip(landed.set_aside["row_number"].to_pylist(), landed.set_aside["reason"].to_pylist(), strict=True)
    ) == {
        2: "duplicate",
        3: "total_row",
        4: "bad_code",
        5: "no_geometry",
        6: "no_geometry",
    }
    assert landed.files.to_pylist()[0]["rows_in"] == 6
    assert "areas.gpkg: 2 areas without a shape, excluded" in landed.warnings


def test_a_shape_without_attributes_does_not_shift_the_others(tmp_path, boundaries):
    frame = make_frame()
    frame.loc[0, ["LSOA21CD", "LSOA21NM"]] = None
    frame.to_file(tmp_path / "areas.gpkg")
    landed = land(boundaries, tmp_path)
    assert landed.set_aside["reason"].to_pylist() == ["blank_line"]
    assert landed.rows["row_number"].to_pylist() == [2, 3]
    assert shapes_of(landed)[0].equals(SQUARES[1])


def test_points_are_no_areas(tmp_path, boundaries):
    make_frame([Point(530_000, 180_000)]).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(InputError, match="1 no_geometry"):
        land(boundaries, tmp_path)


@pytest.mark.parametrize(("crs", "guess"), [("EPSG:27700", "EPSG:27700"), ("EPSG:4326", "EPSG:4326")])
def test_a_missing_system_is_told_by_the_numbers(tmp_path, boundaries, crs, guess):
    make_frame().to_crs(crs).to_file(tmp_path / "areas.shp")
    (tmp_path / "areas.prj").unlink()
    landed = land(boundaries, tmp_path)
    assert shapes_of(landed)[0].symmetric_difference(SQUARES[0]).area < 5
    assert len(landed.warnings) == 1
    assert guess in landed.warnings[0]


def test_metres_in_a_geojson_that_says_nothing_are_not_taken_for_degrees(tmp_path, boundaries):
    text = json.loads(make_frame().to_json())
    text.pop("crs", None)
    (tmp_path / "areas.geojson").write_text(json.dumps(text))
    landed = land(boundaries, tmp_path)
    assert shapes_of(landed)[0].equals(SQUARES[0])
    assert "EPSG:27700" in landed.warnings[0]


def turn(shapes):
    return [shapely.transform(shape, lambda pairs: pairs[:, ::-1]) for shape in shapes]


@pytest.mark.parametrize("stated", ["EPSG:27700", "EPSG:4326", "EPSG:3857", "EPSG:2157"])
@pytest.mark.parametrize("true", ["EPSG:27700", "EPSG:4326", "EPSG:3857"])
@pytest.mark.parametrize("is_swapped", [False, True])
def test_a_wrong_system_or_swapped_axes_are_found_from_the_coordinates(tmp_path, boundaries, stated, true, is_swapped):
    shapes = list(make_frame().to_crs(true).geometry)
    make_frame(turn(shapes) if is_swapped else shapes, crs=stated).to_file(tmp_path / "areas.gpkg")
    landed = land(boundaries, tmp_path)
    for found, wanted in zip(shapes_of(landed), SQUARES, strict=True):
        assert found.symmetric_difference(wanted).area < 5
    words = "".join(landed.warnings)
    assert ("swapped" in words) == is_swapped
    assert (true in words) == (stated != true)


def test_a_shape_far_from_the_others_is_set_aside(tmp_path, boundaries):
    text = json.loads(make_frame().to_crs("EPSG:4326").to_json())
    text.pop("crs", None)
    # One in metres among others in degrees.
    text["features"][1]["geometry"] = shapely.geometry.mapping(SQUARES[1])
    (tmp_path / "areas.geojson").write_text(json.dumps(text))
    landed = land(boundaries, tmp_path)
    assert landed.rows["lsoa_code"].to_pylist() == ["E01000001", "E01000003"]
    assert landed.set_aside.select(["row_number", "reason"]).to_pylist() == [{"row_number": 2, "reason": "outside"}]
    assert "1 shapes are outside England and Wales, excluded (rows 2)" in landed.warnings[0]


def test_a_system_that_nobody_can_tell_is_refused(tmp_path, boundaries):
    far = [shapely.transform(square, lambda points: points * 100) for square in SQUARES]
    make_frame(far).to_file(tmp_path / "areas.shp")
    (tmp_path / "areas.prj").unlink()
    with pytest.raises(InputError, match="no coordinate system"):
        land(boundaries, tmp_path)


def test_a_missing_attribute_is_named(tmp_path, boundaries):
    make_frame().rename(columns={"LSOA21CD": "LSOA11CD"}).to_file(tmp_path / "areas.geojson")
    with pytest.raises(InputError) as caught:
        land(boundaries, tmp_path)
    assert caught.value.column == "lsoa_code"
    assert "'LSOA11CD'" in str(caught.value.found)


@pytest.mark.parametrize("suffix", [".dbf", ".shx"])
def test_a_part_of_a_shapefile_that_is_missing_is_named(tmp_path, boundaries, suffix):
    make_frame().to_file(tmp_path / "areas.shp")
    (tmp_path / f"areas{suffix}").unlink()
    with pytest.raises(InputError, match=f"no {suffix} beside it"):
        land(boundaries, tmp_path)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b'{"type": "FeatureCollection", "features": [{"type"'])
@pytest.mark.parametrize("name", ["areas.geojson", "areas.gpkg"])
def test_a_file_that_is_no_map_is_refused(put, tmp_path, boundaries, name, content):
    put(f"ons/{name}", content)
    with pytest.raises(InputError) as caught:
        land(boundaries, tmp_path)
    assert caught.value.file == f"ons/{name}"


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("keep", [0, 20, -10])
def test_a_shapefile_that_was_cut_off_is_refused(tmp_path, boundaries, suffix, keep):
    make_frame().to_file(tmp_path / "areas.shp")
    path = tmp_path / f"areas{suffix}"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match=f"areas{suffix} of .* bytes, cut off") as caught:
        land(boundaries, tmp_path)
    assert caught.value.file == "areas.shp"


def test_a_map_without_areas_is_refused(put, tmp_path, boundaries):
    put("areas.geojson", '{"type": "FeatureCollection", "features": []}')
    with pytest.raises(InputError, match="no shapes"):
        land(boundaries, tmp_path)


def test_the_version_follows_the_parts_of_a_shapefile(tmp_path, boundaries):
    make_frame().to_file(tmp_path / "areas.shp")
    before = combine_versions(plan_portions(boundaries, tmp_path))
    part: Path = tmp_path / "areas.dbf"
    part.write_bytes(part.read_bytes().replace(b"E01000001", b"E01000009"))
    assert combine_versions(plan_portions(boundaries, tmp_path)) != before


def test_an_outline_that_goes_over_itself_again_and_again_is_refused(tmp_path, boundaries):
    loop = [(530_000, 180_000), (530_100, 180_100), (530_100, 180_000), (530_000, 180_100)]
    make_frame([SQUARES[0], Polygon(loop * 500)]).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(InputError, match="an outline of 2,001 points that are 4 places"):
        land(boundaries, tmp_path)


def test_names_that_moved_against_the_shapes_are_told(tmp_path, boundaries):
    rows = [box(100 * x, 0, 100 * x + 100, 100) for x in range(5_300, 5_420)]
    shapes = [shapely.affinity.translate(shape, 300 * (at // 4), 180_000) for at, shape in enumerate(rows)]
    codes = [f"E01{at:06d}" for at in range(120)]
    names = [f"Camden {at // 4:03d}{'ABCD'[at % 4]}" for at in range(120)]
    for moved, is_told in ((names, False), (sorted(names, key=lambda name: name[-1]), True)):
        make_frame(shapes, codes=codes).assign(LSOA21NM=moved).to_file(tmp_path / "areas.gpkg")
        warnings = land(boundaries, tmp_path).warnings
        assert any("may be moved against the shapes" in warning for warning in warnings) == is_told
