"""A list of places without a column is a faulty file of its own kind, not a valid one of another."""

from pathlib import Path

import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.recognition import recognise
from crime_dagster.sources.readers.formats.reading import SourceFile

PLACES = [source for source in load_catalogue().values() if source.reader == "points" and source.patterns]
LACKING = [
    pytest.param(source, column.name, id=f"{source.key}-{column.name}")
    for source in PLACES
    for column in source.columns
    if column.required
]


@pytest.mark.parametrize(("source", "lacking"), LACKING)
def test_a_list_without_a_column_is_not_taken_for_another(source: Source, lacking: str, tmp_path: Path):
    path = tmp_path / source.patterns[0].replace("*", "")
    headers = ["other" if column.name == lacking else column.headers[0] for column in source.columns]
    path.write_text(",".join(headers) + "\n" + ",".join("1" for _ in headers) + "\n", encoding="utf-8")
    found = recognise(SourceFile(path=path, name=path.name), tuple(load_catalogue().values()))
    assert found.source in (source, None)
