"""Small sources and files for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.catalogue.parsing import parse_source
from crime_dagster.sources.check.check import check_path
from crime_dagster.sources.land.land import Landed
from tests.unit.sources.landing import land
from tests.unit.sources.packing import make_book

COMMON = {
    "title": "A table",
    "landing_page": "https://example.org/table",
    "download": {"kind": "manual", "why": "made up"},
    "licence": "OGL v3.0",
    "attribution": "Source: Somebody",
    "credit": "Somebody",
    "vintage": "2021",
    "cadence": "once",
    "lsoa_vintage": "2021",
    "patterns": ["table*.csv", "table*.xlsx"],
    "columns": {
        "lsoa_code": {"headers": ["LSOA code", "LSOA21CD"], "kind": "lsoa_code"},
        "area_name": {"headers": ["Area name"], "required": False},
        "people": {"headers": ["People"], "kind": "count", "unit": "people"},
        "rate": {"headers": ["Rate"], "kind": "number", "unit": "per cent", "required": False},
    },
    "unique": ["lsoa_code"],
}
WIDE = {
    "reader": "wide",
    "many_files": True,
    "patterns": ["*crime*.csv"],
    "columns": {
        "lsoa_code": {"headers": ["LSOA Code"], "kind": "lsoa_code"},
        "lsoa_name": {"headers": ["LSOA Name"], "required": False},
        "category": ["Category"],
        "crimes": {"spread": r"^(?P<month>(19|20)\d\d(0[1-9]|1[0-2]))$", "kind": "count", "unit": "offences"},
    },
    "unique": ["lsoa_code", "category"],
}
POINTS = {
    "reader": "points",
    "patterns": ["places*.csv"],
    "columns": {
        "name": ["name"],
        "easting": {"headers": ["easting"], "kind": "number", "unit": "metres", "required": False},
        "northing": {"headers": ["northing"], "kind": "number", "unit": "metres", "required": False},
        "longitude": {"headers": ["lon"], "kind": "number", "unit": "degrees", "required": False},
        "latitude": {"headers": ["lat"], "kind": "number", "unit": "degrees", "required": False},
    },
    "unique": [],
}
BOUNDARIES = {
    "reader": "boundaries",
    "patterns": ["*areas*.shp", "*areas*.geojson", "*areas*.gpkg"],
    "columns": {"lsoa_code": {"headers": ["LSOA21CD"], "kind": "lsoa_code"}, "lsoa_name": ["LSOA21NM"]},
}


def make_source(*changes: dict, key: str = "somebody/table", **more: object) -> Source:
    entry = dict(COMMON)
    for change in changes:
        entry.update(change)
    return parse_source(key, {**entry, **more}, "catalogue.yml")


@pytest.fixture
def table() -> Source:
    return make_source()


@pytest.fixture
def wide() -> Source:
    return make_source(WIDE)


@pytest.fixture
def points() -> Source:
    return make_source(POINTS)


@pytest.fixture
def boundaries() -> Source:
    return make_source(BOUNDARIES)


@pytest.fixture
def make():
    """Make a source of the tests' table with some of its fields changed."""
    return make_source


@pytest.fixture
def put(tmp_path: Path):
    """Write a file below the data folder and return its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture(scope="session")
def catalogue():
    """The catalogue of the project."""
    return load_catalogue()


@pytest.fixture
def take(catalogue, tmp_path: Path):
    """Recognise and land a file; it must belong to the expected source, and every record must be counted."""

    def take_file(name: str, key: str) -> Landed:
        (account,) = check_path(tmp_path / name, catalogue).files
        assert (account.source, account.error) == (key, None)
        landed = land(catalogue[key], tmp_path)
        (row,) = landed.files.select(["rows_in", "rows_kept", "rows_set_aside"]).to_pylist()
        assert row["rows_in"] == row["rows_kept"] + row["rows_set_aside"] == account.rows_in
        return landed

    return take_file


@pytest.fixture
def account_of(put, tmp_path, catalogue):
    """Write records as a text table, a workbook of text cells or Parquet of text, and check the file."""

    def check_records(name: str, records: list[list[str]], delimiter: str = ","):
        if name.endswith(".xlsx"):
            save_book(tmp_path / name, {"Sheet": records})
        elif name.endswith(".parquet"):
            header, *rows = records
            columns = [list(cells) for cells in zip(*rows, strict=True)]
            pq.write_table(pa.table(columns, names=header), tmp_path / name)
        else:
            quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in record] for record in records]
            put(name, "".join(delimiter.join(record) + "\n" for record in quoted))
        (account,) = check_path(tmp_path / name, catalogue).files
        return account

    return check_records


def save_book(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    path.write_bytes(make_book(**sheets))
