"""Hostile and damaged files: a message that says what the file is, and no other file opened."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("CRIME_CASES_DIR") or PROJECT.parent / "shared" / "cases")
# Path, and the number of rows or the text of the refusal.
RIGHT: dict[str, int | str] = {
    "csv-manycols/mid-year-population-density-lsoa21.csv": "at most 16,384 columns",
    "geojson-open-ring/lsoa-2021-gen20.geojson": "do not form a closed linestring",
    "gj-passwd/lsoa-2021-gen20.geojson": "a web page or XML",
    "gj-vrt/lsoa-2021-gen20.geojson": "a web page or XML",
    "gj-wfs/lsoa-2021-gen20.geojson": "a web page or XML",
    "pq-badutf8/mid-year-population-density-lsoa21.parquet": "UnicodeDecodeError",
    "pq-ts/mid-year-population-density-lsoa21.parquet": "OverflowError",
    "shp-open-ring/lsoa-2021-gen20.shp": "do not form a closed linestring",
    "xlsx-bitflip-notimplemented/mid-year-population-density-lsoa21.xlsx": "cannot be opened as a workbook",
    "xlsx-bitflip-zlib/mid-year-population-density-lsoa21.xlsx": "cannot be opened as a workbook",
    "xlsx-chart/mid-year-population-density-lsoa21.xlsx": "cannot be opened as a workbook",
    "xlsx-farrow/mid-year-population-density-lsoa21.xlsx": "row 60,000,000",
    "xlsx-merge/mid-year-population-density-lsoa21.xlsx": "merges over",
}


def find(name: str) -> Path:
    path = CASES / "hostile" / name
    if not path.is_file():
        pytest.skip("the files of the cases are not here: set CRIME_CASES_DIR to their folder")
    return path


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_a_case_gives_its_right_answer_and_leaves_its_folder_as_it_is(name, check):
    path, right = find(name), RIGHT[name]
    before = {other.name: other.stat().st_mtime_ns for other in path.parent.iterdir()}

    words = str(check(path).all.error)
    assert right in words
    assert all(line.startswith(("file ", "  found:", "  expected:", "  to do:")) for line in words.splitlines())

    assert {other.name: other.stat().st_mtime_ns for other in path.parent.iterdir()} == before
