"""Realistic folders: `make check` and a run recognise the same files, and both report what they leave out."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.check import Checked
from crime_dagster.sources.folder.files import name_files
from crime_dagster.sources.folder.inventory import take_inventory
from tests.unit.sources.landing import land

Check = Callable[[Path], Checked]
Catalogue = Mapping[str, Source]


@pytest.fixture
def folder(cases_dir: Path, tmp_path: Path) -> Callable[..., Path]:
    """A data folder with the named files of one case, or all of them."""

    def copy(case: str, *names: str) -> Path:
        source = cases_dir.parent / "silent" / case
        if not source.is_dir():
            pytest.skip(f"the files of the case {case} are not here: set CRIME_CASES_DIR to their folder")
        target = tmp_path / "data"
        shutil.copytree(source, target, ignore=lambda _, found: set(found) - set(names) if names else ())
        return target

    return copy


def list_used(folder: Path, catalogue: Catalogue) -> dict[str, str]:
    """Return each file that a run reads, with its source; exactly one must count."""
    used = {}
    for source in {found.source for _, found in take_inventory(folder).known if found.source is not None}:
        used.update({file.name: source.key for file in name_files(source, folder)})
    return used


def list_checked(checked: Checked) -> dict[str, str]:
    return {account.file: account.source for account in checked.files if account.source is not None}


@pytest.mark.parametrize("case", ["T22", "T22c"])
def test_a_second_download_that_differs_is_refused_by_both(case: str, folder, check: Check, catalogue: Catalogue):
    data = folder(case)
    checked = check(data)
    assert not checked.is_usable
    with pytest.raises(InputError, match="2 different files") as caught:
        list_used(data, catalogue)
    for account in checked.files:
        assert account.file in str(caught.value)
        assert account.file in str(checked.all.error)


@pytest.mark.parametrize("name", ["Pubs (1).csv", "Pubs - Copy.csv"])
def test_a_second_download_alone_is_used_by_both(name: str, folder, check: Check, catalogue: Catalogue):
    data = folder("T22c", name)
    assert list_checked(check(data)) == list_used(data, catalogue) == {name: "gla/pubs"}
    assert land(catalogue["gla/pubs"], data).rows.num_rows > 0


def test_names_of_a_portal_are_known_to_both(folder, check: Check, catalogue: Catalogue):
    name = "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BGC_V5_-6970154227154374572.geojson"
    data = folder("T23", name)
    assert list_checked(check(data)) == list_used(data, catalogue) == {name: "ons/lsoa_boundaries"}


def test_a_shapefile_per_borough_is_not_taken_for_the_city(folder, check: Check, catalogue: Catalogue):
    data = folder("T23", "LB_LSOA2021_shp.zip")
    assert not check(data).is_usable
    with pytest.raises(InputError, match="3 different files"):
        list_used(data, catalogue)


@pytest.mark.parametrize("name", ["lsoa_2021_json.json", "lsoa_2021_packed.geojson.gz"])
def test_other_endings_of_a_map_are_known_to_a_run(name: str, folder, catalogue: Catalogue):
    assert list_used(folder("T24", name), catalogue) == {name: "ons/lsoa_boundaries"}


def test_a_workbook_of_a_text_source_is_used_by_both(folder, check: Check, catalogue: Catalogue):
    name = "MPS LSOA Level Crime numbers.xlsx"
    data = folder("T33", name)
    assert list_checked(check(data)) == list_used(data, catalogue) == {name: "mps/lsoa_crime"}


def test_a_workbook_with_dates_for_months_is_not_passed_over(folder, check: Check, catalogue: Catalogue):
    data = folder("T33", "MPS LSOA Level Crime.xlsx")
    assert list_used(data, catalogue) == {"MPS LSOA Level Crime.xlsx": "mps/lsoa_crime"}
    try:
        is_landed = land(catalogue["mps/lsoa_crime"], data).rows.num_rows > 0
    except InputError:
        is_landed = False
    assert check(data).is_usable == is_landed


def test_an_archive_in_an_archive_is_named_by_both(folder, check: Check, catalogue: Catalogue):
    data = folder("T36")
    (left_out,) = take_inventory(data).left_out
    assert (left_out.file, left_out.reason) == ("archives.zip/2024-05.zip", "archive_in_archive")
    assert any("archives.zip/2024-05.zip" in warning for warning in check(data).all.warnings)
    assert set(list_used(data, catalogue)) == {
        "archives.zip/2024-06/2024-06-metropolitan-street.csv",
        "mac.zip/2024-05/2024-05-metropolitan-street.csv",
    }


def test_half_downloads_are_named_and_never_read(folder, check: Check, catalogue: Catalogue):
    data = folder("T37")
    checked = check(data)
    assert checked.all.months == {"2024-05": 2}
    assert list_used(data, catalogue) == {"2024-05-metropolitan-street.csv": "police_uk/street_crime"}
    left_out = {one.file: one.reason for one in take_inventory(data).left_out}
    silent = {"README.md", "desktop.ini", "Thumbs.db"}
    tops = {path.name for path in data.iterdir()} - silent - {"2024-05-metropolitan-street.csv"}
    assert set(left_out) == tops
    assert left_out["2024-07-metropolitan-street.csv.download"] == "unfinished"
    assert all(any(name in warning for warning in checked.all.warnings) for name in tops)


@pytest.mark.parametrize("month", ["2025-02", "2025-03"])
def test_a_month_with_a_header_alone_is_not_reported(
    month: str, folder, cases_dir: Path, check: Check, catalogue: Catalogue
):
    name = f"{month}-metropolitan-street.csv"
    data = folder("T38", name)
    assert not check(data).is_usable
    shutil.copy(cases_dir.parent / "silent" / "T37" / "2024-05-metropolitan-street.csv", data)
    checked = check(data)
    assert checked.all.months == {"2024-05": 2}
    words = f"{name}: delivered empty"
    assert any(words in warning for warning in checked.all.warnings)
    assert any(words in warning for warning in land(catalogue["police_uk/street_crime"], data).warnings)


@pytest.mark.parametrize("number", ["2024-05", "2024-07", "2024-10", "2024-12", "2025-01"])
def test_what_is_no_month_is_refused_by_both(number: str, folder, check: Check, catalogue: Catalogue):
    data = folder("T38", f"{number}-metropolitan-street.csv")
    assert not check(data).is_usable
    with pytest.raises(InputError, match=number):
        land(catalogue["police_uk/street_crime"], data)
