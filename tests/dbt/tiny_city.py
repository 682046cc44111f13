"""A landed city of six areas: just enough for dbt, small enough to count by hand.

Two boroughs are in the force's files. The old release covers 2023-01 to 2024-01, the new one 2023-12 to 2024-06; its
December is a stub. The old one has a crime in an area of 2011 that was split in two. The City is in neither: its own
force has street-level files for 2024-01 to 2024-05, with January in two archives.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from shapely.geometry import box

AREAS = {"E01000001": "E09000001", "E01000011": "E09000002", "E01000012": "E09000002", "E01000013": "E09000002"} | {
    "E01000021": "E09000003",
    "E01000022": "E09000003",
}
BOROUGHS = {"E09000001": "City", "E09000002": "North", "E09000003": "South"}
OLD, NEW = "mps/to 2024-01.csv", "mps/to 2024-06.csv"
OLD_MONTHS = [f"2023{month:02}" for month in range(1, 13)] + ["202401"]
NEW_MONTHS = ["202312"] + [f"2024{month:02}" for month in range(1, 7)]
STUB = "202312"
UNKNOWN_AREA = "E01009999"
SPLIT_AREA = "E01000093"
FIRST_ARCHIVE, LAST_ARCHIVE = "police_uk/2024-04/city.csv", "police_uk/2024-06/city.csv"
CLASSES = [
    "higher_managers",
    "lower_managers",
    "intermediate",
    "small_employers",
    "lower_supervisory",
    "semi_routine",
    "routine",
]
DOMAINS = [
    "imd",
    "income",
    "employment",
    "education",
    "health",
    "crime",
    "housing_barriers",
    "living_environment",
    "children_and_young_people",
    "adult_skills",
    "geographical_barriers",
    "wider_barriers",
    "indoors",
    "outdoors",
]

Rows = list[dict[str, Any]]


def land_city(landing: Path) -> None:
    """Write the landing files of the city."""
    crimes = {"mps/lsoa_crime": list_crimes(), "police_uk/street_crime": list_records()}
    sources = {**crimes, **_list_people(), **_list_places()}
    for key, rows in sources.items():
        numbered = [{**row, "source_file": row.get("source_file", f"{key}.csv")} for row in rows]
        for number, row in enumerate(numbered, start=1):
            row.setdefault("row_number", number)
        write(landing / f"{key}.parquet", numbered)
        _account(landing, key, numbered)


def write(path: Path, rows: Rows) -> None:
    """Write rows as one Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)


def list_crimes() -> Rows:
    """Return two burglaries a month in E01000011, three thefts in E01000021, a crime of the split area, one of none."""
    rows: Rows = []
    for file, months in ((OLD, OLD_MONTHS), (NEW, NEW_MONTHS)):
        for number, (code, category, crimes) in enumerate(
            [("E01000011", "BURGLARY", 2), ("E01000021", "THEFT", 3)], start=1
        ):
            for month in months:
                is_stub = file == NEW and month == STUB
                rows.append(
                    crime(file, number, code, category, month, 0 if is_stub and category == "THEFT" else crimes)
                )
    rows.append(crime(NEW, 3, UNKNOWN_AREA, "ROBBERY", "202406", 1))
    rows.append(crime(OLD, 3, SPLIT_AREA, "ROBBERY", "202301", 1))
    return rows


def list_records() -> Rows:
    """Return a theft, a burglary and anti-social behaviour per month, one record elsewhere and one without place."""
    kinds = ["Shoplifting", "Burglary", "Anti-social behaviour"]
    rows = [record("E01000001", kind, f"2024-0{month}") for month in range(1, 6) for kind in kinds]
    rows += [record(None, "Drugs", "2024-02"), record(UNKNOWN_AREA, "Drugs", "2024-02")]
    rows += [record("E01000011", "Drugs", "2024-02"), record("E01000001", "Drugs", "2024-01", FIRST_ARCHIVE)]
    for number, row in enumerate(rows, start=1):
        row["row_number"] = number
    return rows


def record(code: str | None, kind: str, month: str, file: str = LAST_ARCHIVE) -> dict[str, Any]:
    """One record of the City's force."""
    return {
        "crime_id": None,
        "month": month,
        "reported_by": "City of London Police",
        "falls_within": "City of London Police",
        "longitude": None,
        "latitude": None,
        "location": None,
        "lsoa_code": code,
        "lsoa_name": None,
        "crime_type": kind,
        "last_outcome_category": None,
        "context": None,
        "archive": file.split("/")[1],
        "source_file": file,
        "row_number": 1,
    }


def crime(file: str, number: int, code: str, category: str, month: str, crimes: int | str) -> dict[str, Any]:
    """One cell of a release of the LSOA file."""
    return {
        "lsoa_code": code,
        "lsoa_name": None,
        "borough": AREAS.get(code),
        "major_category": category,
        "minor_category": category,
        "month": month,
        "crimes": str(crimes),
        "source_file": file,
        "row_number": number,
    }


def _list_people() -> dict[str, Rows]:
    # Nobody lives in E01000013.
    people = {code: 0 if code == "E01000013" else 1000 for code in AREAS}
    return {
        "ons/population": [
            {
                "lsoa_code": code,
                "lsoa_name": f"{BOROUGHS[borough]} 001A",
                "borough_code": borough,
                "area_km2": "1.0",
                "year": year,
                "population": str(people[code]),
                "people_per_km2": str(people[code]),
            }
            for code, borough in AREAS.items()
            for year in ("2012", "2022")
        ],
        "ons/ns_sec": [
            {"lsoa_code": code, "residents_16_plus": "800"}
            | dict.fromkeys(CLASSES, "100")
            | {"never_worked": "60", "students": "40"}
            for code in AREAS
        ],
        "mhclg/deprivation": [
            {"lsoa_code": code, "lsoa_name": code, "borough_code": borough, "borough_name": BOROUGHS[borough]}
            | {f"{name}_score": "0.2" for name in DOMAINS}
            | {f"{name}_rank": "7" for name in DOMAINS}
            | {f"{name}_decile": "3" for name in DOMAINS}
            for code, borough in AREAS.items()
        ],
        # E01000011 merged two areas of 2011; E01000021 and E01000022 are the parts of one.
        "ons/lsoa_2011_to_2021": [
            {
                "lsoa11_code": old,
                "lsoa11_name": f"{old} 001A",
                "lsoa21_code": new,
                "lsoa21_name": new,
                "change_indicator": change,
                "borough_code": AREAS[new],
                "borough_name": BOROUGHS[AREAS[new]],
            }
            for old, new, change in [
                ("E01000001", "E01000001", "U"),
                ("E01000091", "E01000011", "M"),
                ("E01000092", "E01000011", "M"),
                ("E01000012", "E01000012", "U"),
                ("E01000013", "E01000013", "U"),
                ("E01000093", "E01000021", "S"),
                ("E01000093", "E01000022", "S"),
            ]
        ],
        "gla/household_income": [
            {"lsoa11_code": code, "mean_household_income": income}
            for code, income in [("E01000091", "30000"), ("E01000092", "50000"), ("E01000093", "20000.5")]
        ],
    }


def _list_places() -> dict[str, Rows]:
    # Squares of one kilometre in a row, in the British National Grid.
    squares = {code: box(530_000 + 1000 * i, 180_000, 531_000 + 1000 * i, 181_000) for i, code in enumerate(AREAS)}
    return {
        "ons/lsoa_boundaries": [
            {
                "lsoa_code": code,
                "lsoa_name": f"{BOROUGHS[borough]} 00{i}A",
                "msoa_code": f"E0200000{borough[-1]}",
                "msoa_name": f"{BOROUGHS[borough]} 001",
                "borough_code": borough,
                "borough_name": BOROUGHS[borough],
                "geometry_wkb": squares[code].wkb,
            }
            for i, (code, borough) in enumerate(AREAS.items())
        ],
        # Two in E01000011, one in E01000012, one on the border of the two Southern areas, one in the river.
        "gla/pubs": [
            {"name": name, "borough_code": None, "borough_name": None, "easting": str(east), "northing": str(north)}
            | {"longitude": None, "latitude": None}
            for name, east, north in [
                ("Crown", 531_500, 180_500),
                ("Anchor", 531_501.5, 180_501.5),
                ("Bell", 532_500, 180_500),
                ("Border", 535_000, 180_500),
                ("Ship", 531_500, 179_000),
            ]
        ],
    }


def _account(landing: Path, key: str, rows: Rows) -> None:
    publisher, thing = key.split("/")
    counts: dict[str, int] = {}
    for file, _ in {(row["source_file"], row["row_number"]): None for row in rows}:
        counts[file] = counts.get(file, 0) + 1
    names = {"publisher": publisher, "thing": thing}
    write(
        landing / "_source_files" / f"{publisher}__{thing}.parquet",
        [
            {**names, "file": file, "sha256": "0" * 64, "bytes": 1, "rows_in": count, "rows_kept": count}
            | {"rows_set_aside": 0, "rows_outside": 0, "first_month": None, "last_month": None, "lsoa_vintage": None}
            | {"excluded_because": None}
            for file, count in counts.items()
        ],
    )
    columns = ["publisher", "thing", "file", "row_number", "reason", "content"]
    nothing = pa.table({name: pa.array([], pa.int64() if name == "row_number" else pa.string()) for name in columns})
    path = landing / "_set_aside" / f"{publisher}__{thing}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(nothing, path)
