"""Files that were once misread silently: right figures, a refusal with a reason, or a warning naming the problem.

Each expectation is the right answer supplied with the file. `test_folders_of_files` has cases about several files.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd
import pytest

from crime_dagster.core.safe_text import write_csv
from crime_dagster.sources.check.check import Checked
from crime_dagster.sources.readers.formats.map_files import list_sidecars
from tests.unit.sources.landing import land


class Right(NamedTuple):
    """A file that is read: its rows, some of its sums, and the text of a warning."""

    rows: int
    sums: Mapping[str, float] = MappingProxyType({})
    warned: str = ""


POPULATION = {"population 2022": 10_102}
# The text of the refusal if the file is refused.
RIGHT: dict[str, Right | str] = {
    "T01/File_7_IoD2025_semicolon.csv": Right(6, {"imd_score": 123.678}),
    "T01/MPS officers by borough.csv": Right(3, {"officers": 2655.5}),
    "T01/Pubs.csv": Right(2),
    "T01/gla-hh-income-lsoa-estimate.csv": Right(3, {"mean_household_income": 177_941.25}),
    "T01/lsoa21-2019-NO2.csv": Right(6, {"no2_mean": 203.994}),
    "T01/mid-year-population-density-lsoa21.csv": Right(6, POPULATION),
    "T01/unemployment_lsoa.csv": Right(3, {"unemployment": 0.11525}),
    "T02/MPS LSOA Level Crime (most recent 24 months).csv": Right(3, {"2024-01": 2216, "2024-02": 2023}),
    "T02/lsoa_population_by_year.csv": Right(3, {"population": 5391}),
    "T02/population_by_year_lsoa.csv": Right(3, {"population": 5391}),
    "T03/london-borough-profiles.csv": Right(2, {"employment_rate_pct": 138.2}),
    "T03/nomis_2026_05_01_plain.xlsx": Right(3, {"claimant_share Camden": 0.096}),
    # Without the base, per cent and counts cannot be distinguished.
    "T03/qualifications_2021.csv": "column residents_16_plus",
    "T03/qualifications_2021.xlsx": "column residents_16_plus",
    "T03/unemployment_lsoa.xlsx": Right(3, {"unemployment": 0.115}),
    "T04/population_density_formulas.xlsx": "formulas without values",
    "T04/population_density_formulas_zero.xlsx": "formulas without values",
    "T05/POPULATION_DENSITY_UPPER.XLSX": Right(6, POPULATION),
    "T05/population_density.xlsx": Right(6, POPULATION),
    "T05/population_density_backslash.xlsx": Right(6, POPULATION),
    "T05/population_density_strict.xlsx": Right(6, POPULATION),
    "T06/2024-05-deflate64.zip": "packed by Deflate64",
    "T07/2024-05-metropolitan-street.csv": "a second header",
    "T07/2024-06-metropolitan-street.csv": "a second header",
    "T07/MPS LSOA Level Crime (Historical and recent together).csv": "a second header",
    "T07/gla-house-price-lsoa-estimate.csv": "a second header",
    "T07/place_counts_lsoa21.csv": "expected: the columns of one of the sources",
    "T07/population_by_year_lsoa.csv": "a second header",
    "T08/a_lsoa_2021_wards_first.gpkg": Right(6),
    "T08/b_lsoa_2021_selection_first.gpkg": "2 layers that fit: selection, lsoa_2021",
    "T08/c_lsoa_2021_styles_first.gpkg": Right(6),
    "T08/d_lsoa_2021_styles_last.gpkg": Right(6),
    "T08/e_lsoa_2021_two_editions.gpkg": "2 layers that fit: lsoa_2021_bfe, lsoa_2021_bgc",
    "T08/f_lsoa_2021_two_editions_empty_first.gpkg": Right(6),
    "T09/wal_orig/with_wal/lsoa_2021.gpkg": Right(6),
    # The contents of the lost log are gone: the missing areas are named.
    "T09/wal_orig/without_wal/lsoa_2021.gpkg": Right(2, warned="4992 of the 4994 areas"),
    "T09/wal_orig/ro/lsoa_2021.gpkg": Right(2, warned="4992 of the 4994 areas"),
    "T11/File_7_IoD2025_sentinels.csv": Right(1, {"imd_score": 6.208}, "-999 in 1 row"),
    "T11/MPS officers by borough.csv": Right(1, {"officers": 741.5}, "-1 in 1 row"),
    "T11/gla-hh-income-999999.csv": Right(1, {"mean_household_income": 75_420.5}, "999999999 in 1 row"),
    "T11/gla-hh-income-lsoa-estimate.csv": Right(2, {"mean_household_income": 109_631.2}, "-999 in 1 row"),
    "T11/gla-house-price-lsoa-estimate.csv": Right(2, {"house_price": 1_010_000}, "-9999 in 1 row"),
    "T11/lsoa21-2019-NO2.csv": Right(2, {"no2_mean": 69.705}, "-9999 in 1 row"),
    "T11/mid-year-population-density-lsoa21.csv": Right(1, {"population 2022": 1541}, "-1 in 1 row"),
    "T11/tfl-ptal-accessibility.csv": Right(1, {"ptal_index": 87.2}, "-999 in 1 row"),
    "T11b/unemployment_lsoa.csv": Right(1, {"unemployment": 0.021}, "value '-99'"),
    "T14/2024-05-metropolitan-street.csv": Right(5, {"crimes": 5}, "backslashes before quotation marks"),
    "T14/Pubs.csv": Right(2, warned="backslashes before quotation marks"),
    **{f"T15/2024-{month:02d}-metropolitan-street.csv": Right(5) for month in (1, 2, 3, 4, 5, 7, 8)},
    "T15/2024-06-metropolitan-street.csv": Right(3000),
    "T21/all-crime-2024-05-street.csv": "column crime_id",
    "T21/api-error.csv": "too many requests",
    "T21/crimes-street-all-crime-2024-05.json": "headers 'category'",
    "T24/lsoa_2021.fgb": "a file of the kind '.fgb'",
    "T24/lsoa_2021.geojson": Right(6),
    "T24/lsoa_2021.geojsonl": "a file of the kind '.geojsonl'",
    "T24/lsoa_2021.kml": "a file of the kind '.kml'",
    "T24/lsoa_2021.parquet": "GeoParquet, a map",
    "T24/lsoa_2021.topojson": Right(6),
    "T24/lsoa_2021_esri.json": Right(6),
    "T24/lsoa_2021_esri_3857_limit.json": "6 features, and the service had more",
    "T24/lsoa_2021_json.json": Right(6),
    "T24/lsoa_2021_packed.geojson.gz": Right(6),
    "T24/lsoa_2021_topo.json": Right(6),
    "T24/lsoa_2021_topo_two.json": Right(6),
    "T25/a_lsoa_2021_z.geojson": Right(6),
    "T25/b_lsoa_2021_mixed.geojson": Right(4, warned="2 areas without a shape"),
    "T25/c_lsoa_2021_centroids.geojson": "6 no_geometry",
    "T25/d_lsoa_2021_degrees_called_3857.geojson": Right(6, warned="the numbers are those of EPSG:4326"),
    "T25/e_lsoa_2021_osgb36_degrees_unlabelled.geojson": Right(6),
    "T25/f_lsoa_2021_lower_case.geojson": Right(6),
    "T25/g_lsoa_2021_cut.geojson": "cannot be opened as a map",
    "T25/h_lsoa_2021_nan.geojson": "cannot be opened as a map",
    "T25/i_lsoa_2021_utm_unlabelled.geojson": "shapes in England and Wales",
    "T26/LSOA_2021_EW_BGC_V5_no_prj.zip": Right(6, warned="the numbers are those of EPSG:27700"),
    "T26/cpg_lies/lsoa_2021.shp": Right(6, warned="read as cp1252"),
    "T26/cpg_none/lsoa_2021.shp": Right(6),
    "T26/lsoa_2021_two_shapes.zip": Right(6, warned="a copy of"),
    "T26/no_prj/lsoa_2021.shp": Right(6, warned="the numbers are those of EPSG:27700"),
    "T26/prj_lies/lsoa_2021.shp": Right(6, warned="the numbers are those of EPSG:27700"),
    "T28/MPS LSOA Level Crime apostrophe.csv": "2 bad_code",
    "T28/MPS LSOA Level Crime.csv": "2 bad_code",
    "T29/MPS officers by borough.xlsx": Right(3, {"2024-01": 741.5}),
    "T29b/MPS officers by borough.xlsx": Right(9, {"officers": 6709.75}),
    "T30/population_density.xls": "an old workbook (.xls)",
    "T30/population_density.xlsb": "cannot be opened as a workbook",
    "T30/population_density.xlsx": "a workbook with a password",
    "T31/population_density.xlsx": Right(6, POPULATION),
    "T31b/population_density.xlsx": "headers 'LSOA 2021 Code'",
    "T31c/population_density.xlsx": "2 sheets that fit: England, London",
    "T31e/population_density.xlsx": Right(5, warned="value '#DIV/0!'"),
    "T32/MPS LSOA Level Crime Jan-24.csv": "at least one header like",
    "T32/MPS LSOA Level Crime floats.csv": "at least one header like",
    "T32/MPS LSOA Level Crime half renamed.csv": Right(1, {"2024-01": 3}, "not landed: Mar-24, 2024-04"),
    "T32/MPS LSOA Level Crime mangled.csv": Right(1, {"2024-01": 3}, "not landed: 202401.1"),
    "T32/MPS LSOA Level Crime serials.csv": "at least one header like",
    "T32/MPS LSOA Level Crime subtotals.csv": Right(2, {"2024-01": 4}, "are the sums of other rows"),
    "T32/MPS LSOA Level Crime totals.csv": Right(1, {"2024-01": 3}, "not landed: Total"),
    "T32/MPS LSOA Level Crime twice.csv": "this header more than once",
    "T32b/MPS LSOA Level Crime subtotals.csv": Right(3, {"2024-01": 6}, "are the sums of other rows"),
    "T33/MPS LSOA Level Crime numbers.xlsx": Right(1, {"2024-01": 3}),
    "T33/MPS LSOA Level Crime.xlsx": "at least one header like",
    "T34/MPS LSOA Level Crime.csv": Right(4, {"2024-01": 16}, "codes of both years in one file"),
    "T35/MPS LSOA Level Crime names in code.csv": "2 bad_code",
    "T35/MPS LSOA Level Crime.csv": "column lsoa_code",
    "T35/MPS officers by borough.csv": Right(1, {"officers": 741.5}),
    "T36b/2024-05.zip": "has a password",
    "T36c/2024-05.zip": "cannot be unpacked",
    "T36d/2024-05.zip": "cannot be unpacked",
    "T38b/Pubs.csv": Right(1, warned="the file was cut off"),
    "T40/2024-05-metropolitan-street.csv": Right(3),
    "T40/2024-06-metropolitan-street.csv": "a cell of more than 1,000,000 characters",
    "T40/2024-07-metropolitan-street.csv": Right(3),
    "T40/2024-08-metropolitan-street.csv": Right(3),
    **{f"T42/2024-{month:02d}-metropolitan-street.csv": Right(2) for month in (5, 8, 9, 10)},
    "T42/2024-06-metropolitan-street.csv": "column lsoa_code, crime_type",
    "T42/2024-07-metropolitan-street.csv": "column crime_id",
    "T42/2024-11-metropolitan-street.csv": Right(4, {"2024-11": 3}, "6 cells are not months"),
    "T42/2024-12-metropolitan-street.csv": Right(3, {"2024-12": 3}, "excluded as outside"),
    "T51/Pubs thousands.csv": Right(1),
    "T51/Pubs.csv": Right(1, warned="excluded as outside"),
    "T51/Pubs_degrees_in_easting.csv": "none with coordinates in Great Britain",
    "T51/open_pubs.csv": "expected: the columns of one of the sources",
}
# Folders whose files only matter together, and one about what is published.
ELSEWHERE = {"T20", "T22", "T22c", "T23", "T36", "T37", "T38", "T57"}


@pytest.fixture
def silent_dir(cases_dir: Path) -> Path:
    folder = cases_dir.parent / "silent"
    if not folder.is_dir():
        pytest.skip("the files of the cases are not here: set CRIME_CASES_DIR to their folder")
    return folder


@pytest.mark.parametrize("name", RIGHT)
def test_a_file_gives_its_right_answer(
    name: str, silent_dir: Path, tmp_path: Path, check: Callable[[Path], Checked], catalogue
):
    path, right = silent_dir / name, RIGHT[name]
    before = {other.name: other.stat().st_mtime_ns for other in path.parent.iterdir()}

    checked = check(path)

    assert {other.name: other.stat().st_mtime_ns for other in path.parent.iterdir()} == before
    if isinstance(right, str):
        words = str(checked.all.error)
        assert not checked.is_usable
        assert right in words
        assert all(line.startswith(("file ", "  found:", "  expected:", "  to do:")) for line in words.splitlines())
        return
    found = checked.all
    assert (found.error, found.rows_kept) == (None, right.rows)
    assert {**found.totals, **found.months} | dict(right.sums) == pytest.approx({**found.totals, **found.months})
    assert not right.warned or any(right.warned in warning for warning in found.warnings)
    for part in (path, *list_sidecars(path)):
        shutil.copy(part, tmp_path)
    landed = land(catalogue[checked.files[0].source], tmp_path)
    # Landing does not know which areas exist.
    assert landed.rows["row_number"].length() >= right.rows
    assert landed.set_aside.num_rows + found.rows_set_aside.get("outside", 0) >= sum(found.rows_set_aside.values())


def test_no_folder_is_passed_over(silent_dir: Path):
    folders = {path.name for path in silent_dir.iterdir() if path.is_dir()}
    assert folders == {name.partition("/")[0] for name in RIGHT} | ELSEWHERE


def test_a_download_with_letters_beyond_ascii_opens_in_excel(silent_dir: Path):
    """Excel assumes the local code page for CSV without a byte order mark."""
    table = pd.read_csv(silent_dir / "T57" / "lsoa_features_dictionary-excerpt.csv")
    text = write_csv(table)
    assert text.startswith(b"\xef\xbb\xbf") == (not table.to_csv().isascii())
