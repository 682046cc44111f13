"""Downloads: tables with words, a GeoPackage and a workbook, each opened again with the library that users use."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import box

from crime_dagster.drawing.downloads.download_tables import TypeFigures, build_area_table, build_borough_table
from crime_dagster.drawing.downloads.geopackage import write_geopackage
from crime_dagster.drawing.downloads.workbook import Sheet, write_workbook

CODES = ["E01000001", "E01000002", "E01000003"]
HOSTILE = '=HYPERLINK("x","</script>")'


@pytest.fixture
def lsoas() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "lsoa_code": CODES[::-1],
            "lsoa_name": ["c", "b", "a"],
            "area_name": ["c", HOSTILE, "a"],
            "msoa_code": "E02000001",
            "borough_code": ["E09000002", "E09000001", "E09000001"],
            "borough_name": ["Two", "One", "One"],
            "area_km2": [1.0, 2.0, 0.0],
        }
    )


def make_type(name: str = "total") -> TypeFigures:
    values = pd.DataFrame(
        {
            "lsoa_code": CODES,
            "recorded": [10, 20, np.nan],
            "recorded_before": [1, 2, 3],
            "residents": [1000, 0, np.nan],
            "residents_year": 2024,
            "crimes_per_1000": [10.04, np.nan, np.nan],
            "crimes_per_km2": [np.nan, 10.0, np.nan],
            "rank": [2, 1, None],
            "hotspot_class": ["none", "persistent", None],
            "change_direction": ["up", "down", None],
            "is_clear_change": [True, False, None],
        }
    )
    values[["predicted", "lower_90", "upper_90", "forecast", "forecast_lower_90", "forecast_upper_90"]] = np.nan
    return TypeFigures(name, "All crime", values)


def test_a_row_per_area_with_words_for_each_column(lsoas: pd.DataFrame) -> None:
    table, words = build_area_table(lsoas, [make_type(), make_type("drug")])
    assert table["lsoa_code"].tolist() == CODES
    assert [word.column for word in words] == table.columns.tolist()
    assert table["crimes_total"].tolist()[:2] == [10, 20]
    assert pd.isna(table["crimes_total"][2])  # not reported is not zero
    assert table["change_total"].tolist()[:2] == ["up", "no clear change"]
    assert table["crimes_total_per_1000"][0] == 10
    assert {"crimes_drug", "rank_drug"} <= set(table)
    assert "crimes_drug_per_1000" not in table
    assert not [name for name in table if str(name).startswith(("predicted", "forecast"))], "columns without any figure"


def test_a_borough_with_an_unknown_area_has_no_sum() -> None:
    boroughs = pd.DataFrame(
        {"borough_code": ["E2", "E1"], "borough_name": ["Two", "One"], "areas": [1, 2], "area_km2": 1.0, "residents": 5}
        | {"residents_year": 2024}
    )
    years = pd.DataFrame(
        [
            ("E1", "total", "2025-05-01", 3.0),
            ("E1", "total", "2026-05-01", 30.0),
            ("E2", "total", "2025-05-01", 3.0),
            ("E2", "total", "2026-05-01", None),
        ],
        columns=["borough_code", "crime_type", "year_ending", "crimes"],
    )
    table = build_borough_table(boroughs, years, ["total", "drug"])
    assert table["borough_code"].tolist() == ["E1", "E2"]
    assert table["areas"].tolist() == [2, 1]
    assert table["crimes_total"][0] == 30
    assert pd.isna(table["crimes_total"][1])
    assert table["crimes_total_before"].tolist() == [3, 3]
    assert "crimes_drug" not in table


def test_a_geopackage_opens_again_and_has_the_same_bytes(tmp_path: Path) -> None:
    shapes = gpd.GeoDataFrame(
        {"name": ["é", HOSTILE], "month": pd.to_datetime(pd.Series(["2026-02-01", None])), "crimes": [1.5, np.nan]},
        geometry=[box(530000, 180000, 530100, 180100), box(530100, 180000, 530200, 180100)],
        crs="EPSG:27700",
    )
    notes = pd.DataFrame({"about": ["Licence"], "note": ["Open"]})
    paths = [write_geopackage(tmp_path / f"{n}" / "a.gpkg", {"areas": shapes}, {"notes": notes}) for n in (1, 2)]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert [path.name for path in paths[0].parent.iterdir()] == ["a.gpkg"]
    assert pyogrio.list_layers(paths[0])[:, 0].tolist() == ["areas", "notes"]
    again = pyogrio.read_dataframe(paths[0], layer="areas")
    assert again.crs.to_epsg() == 27700
    assert again["name"].tolist() == ["é", HOSTILE]
    assert again["month"].tolist()[0] == "2026-02-01"
    assert again.geometry.area.tolist() == [10_000, 10_000]
    assert pyogrio.read_dataframe(paths[0], layer="notes")["note"].tolist() == ["Open"]


def test_a_failed_geopackage_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"of yesterday")
    with pytest.raises(AttributeError):
        write_geopackage(path, {"areas": None}, {})
    assert path.read_bytes() == b"of yesterday"
    assert [one.name for one in tmp_path.iterdir()] == ["a.gpkg"]


def test_a_workbook_opens_again_and_has_the_same_bytes() -> None:
    table = pd.DataFrame({"name": [HOSTILE, None], "crimes": [1234.0, np.inf], "share": [0.25, np.nan]})
    draft = [
        write_workbook("Title", [("Licence", "Open")], [Sheet("A", "Rows", table, {"crimes": "crimes"})])
        for _ in range(2)
    ]
    assert draft[0] == draft[1]
    book = openpyxl.load_workbook(BytesIO(draft[0]))
    assert book.sheetnames == ["Read me", "A"]
    rows = list(book["A"].iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("name", "crimes", "share")
    assert rows[1] == ("", "crimes", "")
    assert rows[2] == (HOSTILE, 1234, 0.25)
    assert rows[3:] == [], "neither infinity nor nothing is a number"
    assert book["A"]["A5"].data_type == "s", "text stays text"
    assert [row[1] for row in book["Read me"].iter_rows(values_only=True)][2] == "Open"


def test_an_empty_table_is_a_sheet_with_heads() -> None:
    content = write_workbook("Title", [], [Sheet("A", "Rows", pd.DataFrame(columns=["name", "crimes"]), {})])
    book = openpyxl.load_workbook(BytesIO(content))
    assert [cell.value for cell in book["A"][3]] == ["name", "crimes"]
