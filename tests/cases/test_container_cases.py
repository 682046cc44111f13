"""The published cases of containers and formats: the right figure, or a message that says what the file is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crime_dagster.sources.land import land

PROJECT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("CRIME_CASES_DIR") or PROJECT.parent / "shared" / "cases")
# Path, and the number of rows or the words of the refusal.
RIGHT: dict[str, int | str] = {
    "silent/T03/nomis_2026_05_01_plain.xlsx": 3,
    # The table is published with its number of residents, which this copy lacks.
    "silent/T03/qualifications_2021.xlsx": "expected: residents_16_plus",
    "silent/T03/unemployment_lsoa.xlsx": 3,
    "silent/T04/population_density_formulas.xlsx": "formulas without values",
    "silent/T04/population_density_formulas_zero.xlsx": "formulas without values",
    "silent/T05/POPULATION_DENSITY_UPPER.XLSX": 6,
    "silent/T05/population_density_backslash.xlsx": 6,
    "silent/T05/population_density_strict.xlsx": 6,
    "silent/T06/2024-05-deflate64.zip": "packed by Deflate64",
    "silent/T08/a_lsoa_2021_wards_first.gpkg": 6,
    "silent/T08/b_lsoa_2021_selection_first.gpkg": "2 layers that fit: selection, lsoa_2021",
    "silent/T08/c_lsoa_2021_styles_first.gpkg": 6,
    "silent/T08/d_lsoa_2021_styles_last.gpkg": 6,
    "silent/T08/e_lsoa_2021_two_editions.gpkg": "2 layers that fit: lsoa_2021_bfe, lsoa_2021_bgc",
    "silent/T08/f_lsoa_2021_two_editions_empty_first.gpkg": 6,
    "silent/T09/wal_orig/with_wal/lsoa_2021.gpkg": 6,
    "silent/T15/2024-01-metropolitan-street.csv": 5,
    "silent/T15/2024-02-metropolitan-street.csv": 5,
    "silent/T15/2024-03-metropolitan-street.csv": 5,
    "silent/T15/2024-04-metropolitan-street.csv": 5,
    "silent/T15/2024-06-metropolitan-street.csv": 3000,
    "silent/T15/2024-08-metropolitan-street.csv": 5,
    "silent/T21/crimes-street-all-crime-2024-05.json": "headers 'category', 'location_type'",
    "silent/T24/lsoa_2021.fgb": "a file of the kind '.fgb'",
    "silent/T24/lsoa_2021.geojsonl": "a file of the kind '.geojsonl'",
    "silent/T24/lsoa_2021.kml": "a file of the kind '.kml'",
    "silent/T24/lsoa_2021.parquet": "GeoParquet, a map",
    "silent/T24/lsoa_2021.topojson": 6,
    "silent/T24/lsoa_2021_esri.json": 6,
    "silent/T24/lsoa_2021_esri_3857_limit.json": "6 features, and the service had more",
    "silent/T24/lsoa_2021_json.json": 6,
    "silent/T24/lsoa_2021_packed.geojson.gz": 6,
    "silent/T24/lsoa_2021_topo_two.json": 6,
    "silent/T25/a_lsoa_2021_z.geojson": 6,
    "silent/T25/b_lsoa_2021_mixed.geojson": 4,
    "silent/T25/c_lsoa_2021_centroids.geojson": "6 no_geometry",
    "silent/T25/d_lsoa_2021_degrees_called_3857.geojson": 6,
    "silent/T25/e_lsoa_2021_osgb36_degrees_unlabelled.geojson": 6,
    "silent/T25/f_lsoa_2021_lower_case.geojson": 6,
    "silent/T25/g_lsoa_2021_cut.geojson": "cannot be opened as a map",
    "silent/T25/h_lsoa_2021_nan.geojson": "cannot be opened as a map",
    "silent/T25/i_lsoa_2021_utm_unlabelled.geojson": "shapes in England and Wales",
    "silent/T26/LSOA_2021_EW_BGC_V5_no_prj.zip": 6,
    "silent/T26/cpg_lies/lsoa_2021.shp": 6,
    "silent/T26/cpg_none/lsoa_2021.shp": 6,
    "silent/T26/no_prj/lsoa_2021.shp": 6,
    "silent/T26/prj_lies/lsoa_2021.shp": 6,
    "silent/T29/MPS officers by borough.xlsx": 3,
    "silent/T30/population_density.xls": "an old workbook (.xls)",
    "silent/T30/population_density.xlsb": "cannot be opened as a workbook",
    "silent/T30/population_density.xlsx": "a workbook with a password",
    "silent/T31/population_density.xlsx": 6,
    "silent/T31c/population_density.xlsx": "2 sheets that fit: England, London",
    "silent/T31e/population_density.xlsx": 5,
    "silent/T36b/2024-05.zip": "has a password",
    "silent/T36c/2024-05.zip": "cannot be unpacked",
    "silent/T36d/2024-05.zip": "cannot be unpacked",
    "hostile/csv-manycols/mid-year-population-density-lsoa21.csv": "at most 16,384 columns",
    "hostile/geojson-open-ring/lsoa-2021-gen20.geojson": "do not form a closed linestring",
    "hostile/gj-passwd/lsoa-2021-gen20.geojson": "a web page or XML",
    "hostile/gj-vrt/lsoa-2021-gen20.geojson": "a web page or XML",
    "hostile/gj-wfs/lsoa-2021-gen20.geojson": "a web page or XML",
    "hostile/pq-badutf8/mid-year-population-density-lsoa21.parquet": "UnicodeDecodeError",
    "hostile/pq-ts/mid-year-population-density-lsoa21.parquet": "OverflowError",
    "hostile/shp-open-ring/lsoa-2021-gen20.shp": "do not form a closed linestring",
    "hostile/xlsx-bitflip-notimplemented/mid-year-population-density-lsoa21.xlsx": "cannot be opened as a workbook",
    "hostile/xlsx-bitflip-zlib/mid-year-population-density-lsoa21.xlsx": "cannot be opened as a workbook",
    "hostile/xlsx-chart/mid-year-population-density-lsoa21.xlsx": "cannot be opened as a workbook",
    "hostile/xlsx-farrow/mid-year-population-density-lsoa21.xlsx": "row 60,000,000",
    "hostile/xlsx-merge/mid-year-population-density-lsoa21.xlsx": 60,
}
SUMS = {
    "silent/T03/nomis_2026_05_01_plain.xlsx": {"claimant_share Camden": 0.096},
    "silent/T03/unemployment_lsoa.xlsx": {"unemployment": 0.115},
    "silent/T05/population_density_strict.xlsx": {"population 2022": 10_102},
    "silent/T29/MPS officers by borough.xlsx": {"officers": 2224.75},
    "silent/T31/population_density.xlsx": {"population 2022": 10_102},
}


def find(name: str) -> Path:
    path = CASES / name
    if not path.is_file():
        pytest.skip("the files of the cases are not here: set CRIME_CASES_DIR to their folder")
    return path


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_a_case_gives_its_right_answer_and_leaves_its_folder_as_it_is(name, check, check_one):
    path, right = find(name), RIGHT[name]
    before = {other.name: other.stat().st_mtime_ns for other in path.parent.iterdir()}

    if isinstance(right, str):
        words = str(check(path).all.error)
        assert right in words
        assert all(line.startswith(("file ", "  found:", "  expected:", "  to do:")) for line in words.splitlines())
    else:
        account = check_one(path)
        assert (account.error, account.rows_kept) == (None, right)
        assert {name: account.totals[name] for name in SUMS.get(name, {})} == pytest.approx(SUMS.get(name, {}))

    assert {other.name: other.stat().st_mtime_ns for other in path.parent.iterdir()} == before


@pytest.mark.parametrize("name", ["silent/T09/wal_orig/with_wal", "silent/T26/cpg_lies"])
def test_landing_reads_a_case_as_check_does(name, catalogue):
    if not (CASES / name).is_dir():
        pytest.skip("the files of the cases are not here: set CRIME_CASES_DIR to their folder")

    assert land(catalogue["ons/lsoa_boundaries"], CASES / name).rows.num_rows == 6
