"""Boundaries, pubs and nightclubs as in the Cultural Infrastructure Map, and places that sell food."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from crime_dagster.sources.synthetic.city import City
from crime_dagster.sources.synthetic.features import PLACES
from crime_dagster.sources.synthetic.geography import Geography, find_longitude_latitude
from crime_dagster.sources.synthetic.kit import save_csv, save_text
from crime_dagster.sources.synthetic.names import CITY, CITY_SLUG, name_pub, name_street

DBF_DATE = bytes([122, 12, 31])  # 31 December 2022; otherwise the file would have today's date
ATTRIBUTES = {
    "lsoa_code": "LSOA21CD",
    "lsoa_name": "LSOA21NM",
    "msoa_code": "MSOA21CD",
    "msoa_name": "MSOA21NM",
    "borough_code": "LAD22CD",
    "borough_name": "LAD22NM",
}
FIRST_WARD = 5_990_001
PUB_HEADER = [
    "name", "address1", "address2", "address3", "borough_code", "borough_name", "os_addressbase_uprn",
    "ward_2018_code", "ward_2018_name", "website", "longitude", "latitude", "easting", "northing", "runtime",
]  # fmt: skip
CLUB_HEADER = [
    "name", "address1", "address2", "address3", "borough_name", "website", "os_addressbase_uprn", "borough_code",
    "ward_2022_name", "ward_2022_code", "latitude", "longitude", "easting", "northing",
]  # fmt: skip

# The agency's names for the kinds of place.
BUSINESS_TYPES = PLACES.set_index("kind")["business_type"]
FIRST_AUTHORITY = 991


def save_lsoas(folder: Path, city: City) -> None:
    """Write the LSOA boundaries as a shapefile in EPSG:27700."""
    path = folder / "ons" / "boundaries" / f"{CITY_SLUG}-2021-lsoa-gen20.shp"
    path.parent.mkdir(parents=True, exist_ok=True)
    table = city.geography.lsoas[[*ATTRIBUTES, "geometry"]].rename(columns=ATTRIBUTES)
    table.to_file(path, driver="ESRI Shapefile", engine="pyogrio", encoding="ISO-8859-1")
    with path.with_suffix(".dbf").open("r+b") as attributes:
        attributes.seek(1)
        attributes.write(DBF_DATE)
    # GDAL writes no line end.
    projection = path.with_suffix(".prj")
    projection.write_bytes(projection.read_bytes().rstrip() + b"\n")


def save_boroughs(folder: Path, city: City) -> None:
    """Write the borough boundaries as GeoJSON in EPSG:4326, as the format requires."""
    boroughs: gpd.GeoDataFrame = city.geography.lsoas.dissolve("borough_code", as_index=False)
    features = [
        {
            "type": "Feature",
            "properties": {"LAD22CD": row.borough_code, "LAD22NM": row.borough_name},
            "geometry": shapely.geometry.mapping(shapely.transform(row.geometry, _to_degrees)),
        }
        for row in boroughs.itertuples()
    ]
    collection = {
        "type": "FeatureCollection",
        "name": f"{CITY_SLUG}-2021-lad22-gen20",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": features,
    }
    path = folder / "ons" / "boundaries" / f"{CITY_SLUG}-2021-lad22-gen20.geojson"
    save_text(json.dumps(collection, separators=(",", ":")) + "\n", path)


def _to_degrees(points: np.ndarray) -> np.ndarray:
    longitude, latitude = find_longitude_latitude(points[:, 0], points[:, 1])
    return np.column_stack([longitude, latitude]).round(6)


def save_pubs(folder: Path, city: City) -> None:
    """Write pubs, with CRLF and entirely blank columns as published; a few are in no area."""
    table = _describe(city.areas.pubs, city.geography).assign(runtime="01/19/2020")
    table["name"] = [name_pub(number) for number in range(len(table))]
    table = table.rename(columns={"ward_code": "ward_2018_code", "ward_name": "ward_2018_name"})
    save_csv(table[PUB_HEADER], folder / "gla" / "Pubs.csv", line_end="\r\n")


def save_clubs(folder: Path, city: City) -> None:
    """Write nightclubs, with a byte order mark and another order of columns, as published."""
    table = _describe(city.areas.clubs, city.geography)
    # A comma in a name is quoted; a reader that splits on commas fails here.
    table["name"] = [f"Club {name_pub(number + 3)}, {row.address1}" for number, row in enumerate(table.itertuples())]
    table["os_addressbase_uprn"] = "1.00E+11"
    table = table.rename(columns={"ward_code": "ward_2022_code", "ward_name": "ward_2022_name"})
    save_csv(table[CLUB_HEADER], folder / "gla" / "CIM 2024 Music_Nightclubs.csv", bom=True)


def save_premises(folder: Path, city: City) -> None:
    """Write places that sell food, a document per borough; one at a private address has no coordinates."""
    points = city.areas.premises
    longitude, latitude = find_longitude_latitude(points["easting"].to_numpy(), points["northing"].to_numpy())
    boroughs = city.geography.lsoas["borough_code"].to_numpy()[points["lsoa"].to_numpy()]
    for number, borough in enumerate(sorted(city.geography.lsoas["borough_code"].unique())):
        details = [
            {
                "FHRSID": 9_000_000 + place,
                "BusinessName": f"{name_street(place)} {place}",
                "BusinessType": BUSINESS_TYPES[points["kind"][place]],
                "Geocode": {"Longitude": f"{longitude[place]:.5f}", "Latitude": f"{latitude[place]:.5f}"},
            }
            for place in points.index[boroughs == borough]
        ]
        details.append(
            {"FHRSID": 8_000_000 + number, "BusinessName": "A baker at home", "BusinessType": "Retailers - other"}
        )
        header = {"#text": "", "ExtractDate": "2026-03-01", "ItemCount": len(details), "ReturnCode": "Success"}
        document = {"FHRSEstablishment": {"Header": header, "EstablishmentCollection": details}}
        path = folder / "fsa" / f"FHRS{FIRST_AUTHORITY + number}en-GB.json.gz"
        save_text(json.dumps(document, separators=(",", ":")) + "\n", path)


def _describe(points: pd.DataFrame, geography: Geography) -> pd.DataFrame:
    longitude, latitude = find_longitude_latitude(points["easting"].to_numpy(), points["northing"].to_numpy())
    # A point in no area still names a borough, as in the published files: here the first one of the list.
    place = geography.lsoas.iloc[points["lsoa"].clip(lower=0)].reset_index(drop=True)
    names = geography.msoas.set_index("msoa_code")["area_name"]
    msoa = place["msoa_code"].str[1:].astype(int) - geography.msoas["msoa_code"].str[1:].astype(int).min()
    return pd.DataFrame(
        {
            "address1": [f"{1 + number * 7 % 190} {name_street(number * 5)}" for number in range(len(points))],
            "address2": CITY,
            "address3": "",
            "borough_code": place["borough_code"],
            "borough_name": place["borough_name"],
            "os_addressbase_uprn": "",
            "ward_code": [f"E{FIRST_WARD + number:08d}" for number in msoa],
            "ward_name": place["msoa_code"].map(names),
            "website": "",
            "longitude": longitude.round(6),
            "latitude": latitude.round(6),
            "easting": points["easting"],
            "northing": points["northing"],
        }
    )
