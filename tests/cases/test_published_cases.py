"""The original case files, where present: what is kept, what is excluded, and the figures."""

import shutil
import subprocess
import sys

import pytest

MONTHS = {"2024-01": 22, "2024-02": 20}
FILES = [
    # file, source, vintage, kept, excluded, months or totals
    ("A01-*.csv", "police_uk/street_crime", "2021", 13, {"duplicate": 14}, {"2024-05": 13}),
    ("A03-*.csv", "police_uk/street_crime", "2021", 15, {"unlocated": 5}, {"2024-03": 15}),
    ("A04-*.csv", "police_uk/street_crime", "2021", 8, {"outside": 5}, {"2024-04": 8}),
    ("A13a-*.csv", "mps/lsoa_crime", "2021", 3, {}, MONTHS),
    ("A13b-*.csv", "mps/lsoa_crime", "2021", 3, {}, MONTHS),
    ("A13c-*.csv", "mps/lsoa_crime", "2021", 3, {}, MONTHS),
    (
        "A15-*.csv",
        "mps/lsoa_crime",
        "2021",
        3,
        {"blank_line": 2, "footnote": 1, "total_row": 1},
        {"2024-01": 3222, "2024-02": 1002},
    ),
    ("A16-lsoa.csv", "mps/lsoa_crime", "2021", 2, {}, {"2024-01": 99}),
    ("A16-borough.csv", "mps/borough_crime", None, 4, {}, {"2024-01": 120}),
    ("A19-*.csv", "mps/crime_dashboard", None, 5, {}, {"crimes": 26}),
    (
        "B01-*.csv",
        "nomis/economic_activity",
        "2021",
        6,
        {"blank_line": 1, "footnote": 1},
        {"residents_16_plus": 9324, "in_employment": 5936},
    ),
    ("B03a-*.csv", "mhclg/deprivation_2019", "2011", 4, {}, {"income_score": 0.517}),
    ("B03b-*.csv", "nomis/unemployment", "2021", 4, {}, {"unemployment": 0.164}),
    ("B03c-*.csv", "nomis/unemployment", "2021", 4, {}, {"unemployment": 0.16}),
    ("B04a-*.csv", "mhclg/deprivation_2019", "2011", 3, {}, None),
    ("B04b-*.csv", "mhclg/deprivation", "2021", 4, {}, None),
    ("B05-*.xlsx", "ons/population", "2021", 6, {"blank_line": 1, "footnote": 1}, {"population 2021": 10916}),
    ("B08-*.csv", "gla/borough_figures", None, 12, {"outside": 2}, {"value": 82}),
    ("B09-*.csv", "ons/borough_pubs", None, 4, {}, {"pubs": 801}),
    ("B11-population.csv", "ons/population_by_year", "2021", 5, {}, {"population": 5100}),
    ("C01a-*.geojson", "ons/lsoa_boundaries", "2021", 6, {}, None),
    ("C01b-*.shp", "ons/lsoa_boundaries", "2021", 6, {}, None),
    ("C03-*.geojson", "ons/lsoa_boundaries", "2021", 6, {}, None),
    ("C05-*.geojson", "ons/lsoa_boundaries", "2021", 3, {"duplicate": 2, "outside": 2}, None),
    ("C08-*.geojson", "ons/lsoa_boundaries", "2021", 1, {}, None),
    ("D02-*.csv", "mps/lsoa_crime", "2011", 40, {}, {"2024-01": 115, "2024-02": 80}),
    ("D14*.csv", "police_uk/street_crime", "2021", 1, {}, {"2024-05": 1}),
]


@pytest.mark.parametrize(
    ("name", "source", "vintage", "kept", "aside", "figures"), FILES, ids=[one[0] for one in FILES]
)
def test_a_file_of_the_cases(cases_dir, check_one, name, source, vintage, kept, aside, figures):
    (path,) = cases_dir.glob(name)
    account = check_one(path)
    assert account.error is None
    assert (account.source, account.lsoa_vintage) == (source, vintage)
    assert (account.rows_kept, account.rows_set_aside) == (kept, aside)
    assert figures in (None, account.months, account.totals)


FOLDERS = [
    # case, sum of all months, months, vintage, words of a warning
    ("A07", 22, 3, "2021", "City of London Police: no records for 2022-06"),
    ("A08", 129, 2, "mixed", "no records"),
    ("A09", 2447, 31, "2021", "has only 2 in its first or last month"),
    ("A11", 27, 4, "2021", None),
    ("D04", 21, 4, "2021", None),
]


@pytest.mark.parametrize(("case", "total", "months", "vintage", "words"), FOLDERS, ids=[one[0] for one in FOLDERS])
def test_files_of_a_case_together(cases_dir, check, tmp_path, case, total, months, vintage, words):
    for path in cases_dir.glob(f"{case}*"):
        shutil.copy(path, tmp_path)
    everything = check(tmp_path).all
    assert everything.error is None
    assert (sum(everything.months.values()), len(everything.months)) == (total, months)
    assert everything.lsoa_vintage == vintage
    assert words is None or any(words in warning for warning in everything.warnings)


@pytest.mark.parametrize("name", ["A13d-*.csv", "C07-lsoa-2011.csv", "D03-*.csv", "B11-crimes.csv"])
def test_a_file_that_no_source_claims(cases_dir, check, name):
    (path,) = cases_dir.glob(name)
    checked = check(path)
    assert not checked.is_usable
    assert path.name in str(checked.all.error)
    if name.startswith("A13d"):
        assert "'LSOA Code'" in str(checked.all.error)


def test_d07_a_late_quotation_mark(cases_dir, check_one, tmp_path):
    path = tmp_path / "MPS LSOA Level Crime.csv"
    subprocess.run([sys.executable, str(cases_dir / "D07-make-late-quote.py"), str(path)], check=True)
    account = check_one(path)
    assert (account.rows_kept, account.months) == (21_000, {"2024-01": 21_000})
