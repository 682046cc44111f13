"""Downloads: tables with descriptions, a GeoPackage and a workbook, each opened with a user's library."""

import datetime as dt
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import box

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.dictionary import Column
from crime_dagster.drawing.downloads.download_tables import AREAS, BOROUGHS, build_table
from crime_dagster.drawing.downloads.workbook import Sheet, write_geopackage, write_workbook

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
            "msoa_name": "Town 001",
            "ward_name": None,
            "borough_code": ["E09000002", "E09000001", "E09000001"],
            "borough_name": ["Two", "One", "One"],
            "area_km2": [1.0, 2.0, 0.123456],
        }
    )


def make_type(name: str = "total") -> tuple[CrimeType, pd.DataFrame]:
    values = pd.DataFrame(
        {
            "lsoa_code": CODES,
            "crimes": [10, 20, np.nan],
            "crimes_before": [1, 2, 3],
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
    return CrimeType(name, "All crime", "crime", "crimes", 1), values


def describe(*names: str) -> dict[str, Column]:
    said = "What it is; NULL where not reported."
    return {name: Column(name, name.capitalize(), "crimes", "context", said, "double") for name in names}


def test_a_row_per_area_with_words_for_each_column(lsoas: pd.DataFrame) -> None:
    figures = make_type()
    table, words = build_table(
        AREAS, lsoas, [figures, make_type("drug")], describe(*lsoas.columns), describe(*figures[1].columns)
    )
    assert table["lsoa_code"].tolist() == CODES
    assert [word.column for word in words] == table.columns.tolist()
    assert table["crimes_total"].tolist()[:2] == [10, 20]
    assert pd.isna(table["crimes_total"][2])  # not reported is not zero
    assert table["change_total"].tolist()[:2] == ["up", "within usual variation"]
    assert table["crimes_total_per_1000"][0] == 10
    assert table["area_km2"][0] == 0.1235
    assert {"crimes_drug", "rank_drug"} <= set(table)
    assert not {"crimes_drug_per_1000", "ward_name"} & set(table)
    assert not [name for name in table if str(name).startswith(("predicted", "forecast"))], "columns without any figure"
    said = {word.column: word for word in words}
    assert said["rank_drug"].label == "All crime: rank"
    assert said["crimes_total"].meaning == "What it is; empty where not reported."


def test_a_borough_without_figures_is_in_the_table() -> None:
    boroughs = pd.DataFrame(
        {"borough_code": ["E2", "E1"], "borough_name": ["Two", "One"], "areas": [1, 2], "area_km2": 1.0, "residents": 5}
        | {"residents_year": 2024}
    )
    columns = ["place_code", "crimes", "crimes_before", "crimes_per_1000", "rank", "share_pct", "change_pct"]
    values = pd.DataFrame([("E1", 30.0, 3.0, 1.26, 1, 99.99, 900.0)], columns=columns).assign(is_clear_change=True)
    figures = [(CrimeType("total", "All crime", "crime", "crimes", 1), values)]
    table, _ = build_table(BOROUGHS, boroughs, figures, describe(*boroughs.columns), describe(*values.columns))
    assert table["borough_code"].tolist() == ["E1", "E2"]
    assert table["areas"].tolist() == [2, 1]
    assert (table["crimes_total"][0], table["crimes_total_per_1000"][0], table["share_total_pct"][0]) == (30, 1.3, 100)
    assert pd.isna(table["crimes_total"][1])


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
    months = pd.to_datetime(pd.Series(["2026-02-01", None]))
    table = pd.DataFrame(
        {
            "name": [HOSTILE, None],
            "crimes": [1234.0, np.inf],
            "share": [0.25, np.nan],
            "is": [True, None],
            "month": months,
        }
    )
    table["month"] = months
    draft = [write_workbook("Title", [("Licence", "Open")], [Sheet("A", "Rows", table)]) for _ in range(2)]
    assert draft[0] == draft[1]
    book = openpyxl.load_workbook(BytesIO(draft[0]))
    assert book.sheetnames == ["Read me", "A"]
    rows = list(book["A"].iter_rows(values_only=True))
    assert rows[0] == ("name", "crimes", "share", "is", "month")
    assert rows[1] == (HOSTILE, 1234, 0.25, True, dt.datetime(2026, 2, 1))
    assert rows[2:] == [], "neither infinity nor nothing is a number"
    assert book["A"]["A2"].data_type == "s", "text stays text"
    assert (book["A"].auto_filter.ref, book["A"].freeze_panes) == ("A1:E3", "B2")
    assert [row[1] for row in book["Read me"].iter_rows(values_only=True)][2] == "Open"


def test_an_empty_table_is_a_sheet_with_heads() -> None:
    content = write_workbook("Title", [], [Sheet("A", "Rows", pd.DataFrame(columns=["name", "crimes"]))])
    book = openpyxl.load_workbook(BytesIO(content))
    assert [cell.value for cell in book["A"][1]] == ["name", "crimes"]
