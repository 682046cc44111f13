"""Files in the layouts at the catalogue's addresses, where these differ from tidied copies."""

import json
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from crime_dagster.core.errors import InputError
from tests.unit.sources.conftest import save_book
from tests.unit.sources.landing import land

NOMIS = "date,geography,geography code,"
# File, source, headers after the three common to Nomis tables, and the landed values of 1, 2, 3, ...
CENSUS = [
    (
        "census2021-ts007a-lsoa.csv",
        "ons/age",
        ["Age: Total", "Age: Aged 4 years and under"]
        + [f"Age: Aged {first} to {first + 4} years" for first in range(5, 85, 5)]
        + ["Age: Aged 85 years and over"],
        {"residents": "1", "aged_0_to_4": "2", "aged_20_to_24": "6"},
    ),
    (
        "census2021-ts045-lsoa.csv",
        "ons/cars",
        [
            "Number of cars or vans: Total: All households",
            "Number of cars or vans: No cars or vans in household",
            "Number of cars or vans: 1 car or van in household",
            "Number of cars or vans: 2 cars or vans in household",
            "Number of cars or vans: 3 or more cars or vans in household",
        ],
        {"households": "1", "without_car": "2", "three_cars_or_more": "5"},
    ),
    (
        "census2021-ts059-lsoa.csv",
        "ons/hours_worked",
        [
            "Hours worked: Total: All usual residents aged 16 years and over in employment the week before the census",
            "Hours worked: Part-time: 15 hours or less worked",
            "Hours worked: Part-time: 16 to 30 hours worked",
            "Hours worked: Full-time: 31 to 48 hours worked",
            "Hours worked: Full-time: 49 or more hours worked",
        ],
        {"workers": "1", "part_time_15": "2", "full_time_49_plus": "5"},
    ),
    (
        "ks402ew_2011_london.csv",
        "ons/tenure_2011",
        [
            f"Tenure: {name}; measures: Value"
            for name in (
                "All households",
                "Owned: Total",
                "Owned: Owned outright",
                "Owned: Owned with a mortgage or loan",
                "Shared ownership (part owned and part rented)",
                "Social rented: Total",
                "Social rented: Rented from council (Local Authority)",
                "Social rented: Other",
                "Private rented: Total",
                "Private rented: Private landlord or letting agency",
                "Private rented: Other",
                "Living rent free",
            )
        ],
        {},
    ),
]


@pytest.mark.parametrize(("name", "key", "headers", "expected"), CENSUS)
def test_census_tables_of_nomis(put, take, name, key, headers, expected):
    figures = ",".join(str(number) for number in range(1, len(headers) + 1))
    put(name, f"{NOMIS}{','.join(headers)}\n2021,Barnet 001A,E01000001,{figures}\n")
    (row,) = take(name, key).rows.to_pylist()
    assert {column: row[column] for column in expected} == expected
    assert None not in row.values()


def test_tenures_stand_in_headers_or_in_a_column(put, take, tmp_path: Path):
    kinds = ["Owned: Owns outright", "Social rented: Other social rented", "Lives rent free"]
    headers = ["Total: All households", "Owned", *kinds]
    put(
        "census2021-ts054-lsoa.csv",
        f"{NOMIS}{','.join(f'Tenure of household: {name}' for name in headers)}\n2021,x,E01000001,9,4,4,3,2\n",
    )
    wide = take("census2021-ts054-lsoa.csv", "ons/tenure").rows.select(["tenure", "total_households", "households"])
    (tmp_path / "census2021-ts054-lsoa.csv").unlink()
    lines = "".join(f"E01000001,9,{kind},{count}\n" for kind, count in zip(kinds, (4, 3, 2), strict=True))
    put("household_tenure21_lsoa21.csv", f"lsoa21_code,total_households,tenure,n\n{lines}")
    long = take("household_tenure21_lsoa21.csv", "ons/tenure").rows.select(wide.column_names)
    assert sorted(wide.to_pylist(), key=str) == sorted(long.to_pylist(), key=str)


def test_premises_are_records_in_a_document(put, take):
    places = [
        {
            "FHRSID": 1,
            "BusinessName": "The Bell",
            "BusinessType": "Pub/bar/nightclub",
            "Scores": {"Hygiene": 5},
            "Geocode": {"Longitude": "-0.1", "Latitude": "51.5"},
        },
        {"FHRSID": 2, "BusinessName": "A van", "BusinessType": "Mobile caterer", "Geocode": None},
    ]
    document = {
        "FHRSEstablishment": {"Header": {"ItemCount": 2}, "EstablishmentCollection": places},
    }
    put("FHRS501en-GB.json", "\ufeff" + json.dumps(document))
    landed = take("FHRS501en-GB.json", "fsa/establishments")
    rows = landed.rows.select(["establishment_id", "business_type", "longitude", "latitude"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("1", "Pub/bar/nightclub", "-0.1", "51.5"),
    ]
    # A place at a private address is published without coordinates.
    assert landed.set_aside["reason"].to_pylist() == ["unlocated"]


def test_stations_are_records_in_a_document(put, take):
    stop = {"naptanId": "940GZZLUBNK", "hubNaptanCode": "HUBBAN", "stopType": "NaptanMetroStation", "modes": ["tube"]}
    stop |= {"commonName": "Bank Underground Station", "lat": 51.513356, "lon": -0.088899}
    put("tfl_stations.json", json.dumps({"stopPoints": [stop]}))
    (row,) = take("tfl_stations.json", "tfl/stations").rows.to_pylist()
    assert (row["stop_id"], row["hub_id"], row["latitude"]) == ("940GZZLUBNK", "HUBBAN", "51.513356")


@pytest.mark.parametrize("content", ["{", "[]", '{"stopPoints": []}', '{"stopPoints": [1, 2]}', '"words"'])
def test_a_document_without_records_is_refused(put, catalogue, tmp_path: Path, content: str):
    put("tfl_stations.json", content)
    with pytest.raises(InputError, match=r"JSON"):
        land(catalogue["tfl/stations"], tmp_path)


def test_officers_of_wards_stand_on_the_sheet_of_strengths(take, tmp_path: Path):
    save_book(
        tmp_path / "DWO_Abstraction.xlsx",
        {
            "Sheet1": [["Date", "OCU", "Abstractions"], [datetime(2026, 2, 1), "Central North", 12]],
            "Strengths": [
                ["Date", "OCU", "Department", "Team", "Rank", "FTE"],
                [datetime(2026, 2, 1), "Central North", "Camden", "Bloomsbury", "PC", 2],
                [datetime(2026, 2, 1), "Central North", "Camden", "Bloomsbury", "PCSO", None],
            ],
        },
    )
    rows = take("DWO_Abstraction.xlsx", "mps/officers").rows
    assert rows.select(["department", "team", "rank", "officers"]).to_pylist() == [
        {"department": "E09000007", "team": "Bloomsbury", "rank": "PC", "officers": "2"},
        {"department": "E09000007", "team": "Bloomsbury", "rank": "PCSO", "officers": None},
    ]


def test_indicators_of_four_sheets_are_joined(take, catalogue, tmp_path: Path):
    titles = [column.headers[0] for column in catalogue["mhclg/deprivation_indicators"].columns]
    parts = [titles[1::4], titles[2::4], titles[3::4], titles[4::4]]
    sheets = catalogue["mhclg/deprivation_indicators"].options["joined_sheets"]
    book = {
        sheet: [[titles[0], *part], ["E01000001", *[1] * len(part)]] for sheet, part in zip(sheets, parts, strict=True)
    }
    save_book(
        tmp_path / "File_8_IoD2025_Underlying_Indicators.xlsx", {"Notes": [["Notes"]], "IoD25 Income": [[""]]} | book
    )
    (row,) = take("File_8_IoD2025_Underlying_Indicators.xlsx", "mhclg/deprivation_indicators").rows.to_pylist()
    assert None not in row.values()


def test_parks_are_those_of_one_layer_near_the_city(take, tmp_path: Path):
    path = tmp_path / "Data" / "opgrsp_gb.gpkg"
    path.parent.mkdir()
    frame = {"id": ["near", "far"], "function": ["Public Park Or Garden"] * 2, "distinctive_name_1": ["A park", None]}
    gates = gpd.GeoDataFrame({"id": ["gate"]}, geometry=[Point(530_000, 180_000)], crs=27700)
    gates.to_file(path, layer="access_point", driver="GPKG")
    parks = gpd.GeoDataFrame(
        frame, geometry=[box(530_000, 180_000, 530_100, 180_100), box(400_000, 300_000, 400_100, 300_100)], crs=27700
    )
    parks.to_file(path, layer="greenspace_site", driver="GPKG")
    rows = take("Data/opgrsp_gb.gpkg", "os/greenspace").rows
    assert rows["site_id"].to_pylist() == ["near"]
