"""The documents of a release: a data package that programs accept, and documents for people."""

import json
from pathlib import Path

import pytest
import yaml
from frictionless import Package

from crime_dagster.core.files import hash_file
from crime_dagster.core.safe_text import write_csv
from crime_dagster.core.table_words import ColumnWords, TableWords
from crime_dagster.drawing.downloads.package import (
    About,
    describe_package,
    tabulate_dictionary,
    write_citation,
    write_licence,
    write_readme,
)

SOURCE = {
    "credit": "ONS",
    "title": "Population",
    "licence": "Open Government Licence v3.0",
    "attribution": "Source: ONS",
    "landing_page": "https://www.ons.gov.uk/",
}
COLUMNS = (
    ColumnWords("lsoa_code", "Area", "none", "key", "varchar", "Code of the area.", "never"),
    ColumnWords("crimes", "Crimes", "crimes", "target", "bigint", "Recorded “crimes”.", "where not reported"),
    ColumnWords("pubs", "Pubs", "pubs", "feature", "double", "Pubs.", "where absent", has_values=False),
)


@pytest.fixture
def about() -> About:
    table = TableWords("lsoa_features", "One row per area.", COLUMNS, ("lsoa_code",))
    months = ("2024-01", "2026-02")
    return About(
        "Testham", True, months, "0.1.0", "abc", "2026-03-01T00:00:00", [SOURCE], [table], {"lsoa_features": 2}
    )


@pytest.mark.parametrize(("crimes", "is_valid"), [("1", True), ("many", False)])
def test_programs_accept_the_package_and_see_what_is_wrong_in_a_file(
    about: About, tmp_path: Path, crimes: str, is_valid: bool
) -> None:
    (tmp_path / "data").mkdir()
    paths = [tmp_path / "data" / name for name in ("dictionary.csv", "lsoa_features.csv")]
    paths[0].write_bytes(write_csv(tabulate_dictionary(about.tables)))
    paths[1].write_text(f"lsoa_code,crimes\r\nE1,{crimes}\r\nE2,\r\n")
    sizes = {f"data/{path.name}": (path.stat().st_size, hash_file(path) or "") for path in paths}
    said = describe_package(about, sizes)
    (tmp_path / "datapackage.json").write_text(json.dumps(said))
    report = Package.from_descriptor(str(tmp_path / "datapackage.json")).validate()
    assert report.valid == is_valid, report.to_summary()
    fields = {one["name"]: one for one in said["resources"][1]["schema"]["fields"]}
    assert list(fields) == ["lsoa_code", "crimes"], "what has no value is in no file"
    assert (fields["crimes"]["unit"], fields["crimes"]["null"]) == ("crimes", "where not reported")


def test_a_table_of_parquet_has_types_and_keys(about: About) -> None:
    said = describe_package(about, {"data/lsoa_features.parquet": (1, "0" * 64), "data/unknown.csv": (1, "")})
    (resource,) = said["resources"]
    assert resource["schema"]["primaryKey"] == ["lsoa_code"]
    assert [field["type"] for field in resource["schema"]["fields"]] == ["string", "integer"]
    assert Package.metadata_validate(said) is not None
    assert list(Package.metadata_validate(said)) == []


def test_people_are_told_what_is_made_up_left_out_and_whose_it_is(about: About) -> None:
    readme, licence = write_readme(about), write_licence(about)
    assert "made-up city" in readme
    assert "no file of this data set has them: 1." in readme
    assert "pubs." in readme
    assert "abc" in readme
    assert "Source: ONS" in licence
    assert "version/3/" in licence
    citation = yaml.safe_load(write_citation(about))
    assert (citation["type"], citation["title"]) == ("dataset", "Recorded crime in Testham, 2024-01 to 2026-02")


def test_the_dictionary_has_a_row_per_column(about: About) -> None:
    rows = tabulate_dictionary(about.tables)
    assert rows["column"].tolist() == ["lsoa_code", "crimes", "pubs"]
    assert rows["has_values"].tolist() == [True, True, False]
