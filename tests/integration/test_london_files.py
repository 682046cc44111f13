"""Every published file of London belongs to one entry of the catalogue."""

from pathlib import Path

import pytest

from crime_dagster.sources.catalogue.catalogue import is_named_like
from crime_dagster.sources.folder.inventory import take_inventory

pytestmark = pytest.mark.real

# A second container of the IoD 2019, whose File 7 counts. The first and the last were made by others and are no
# publisher's.
LEFT_OUT = [
    ("lsoa_month/mps_total_by_lsoa_month_2008_2016.parquet", "unknown_columns"),
    ("mhclg/ID 2019 for London.xlsx", "another_file"),
    ("osm/place_counts_lsoa21.csv", "unknown_columns"),
]


def test_every_file_is_used_or_known_to_be_left_out(real_data_dir: Path):
    found = take_inventory(real_data_dir)
    assert [(one.file, one.reason) for one in found.left_out] == LEFT_OUT
    assert [file.name for file, recognition in found.known if recognition.error is not None] == []


def test_content_and_name_say_the_same(real_data_dir: Path):
    differ = [
        file.name
        for file, recognition in take_inventory(real_data_dir).known
        if recognition.source is None or not is_named_like(recognition.source, file.name)
    ]
    assert differ == []
