"""Every published file of London belongs to one entry of the catalogue."""

from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import pytest

from crime_dagster.sources.catalogue import find_files, load_catalogue
from crime_dagster.sources.folder import list_files
from crime_dagster.sources.readers.shapefile import PARTS

pytestmark = pytest.mark.real

# What a publisher says about its files.
TEXTS = ("licence.*", "readme.*")
# Files that are known and have no entry yet.
WAITING = (
    "gla/earnings-residence-borough.xlsx",
    "gla/gla-night-time-economy-msoa.csv",
    "gla/london-borough-profiles.csv",
    "gla/lsoa_atlas_lsoa_data.parquet",
    # A second container of the IoD 2019, whose File 7 counts.
    "mhclg/ID 2019 for London.xlsx",
    "mopac/lsoa-police-counter-timings.csv",
    "nomis/claimant_counts/*.csv",
    "ons/boundaries/london-2011-lsoa-gen20.shp",
    "ons/census2011/*.csv.gz",
    "ons/census2021/Ethnic group.xlsx",
    "ons/census2021/Method of travel to work.xlsx",
    "other/Greenspace.gpkg",
    "tfl/multi-year-station-entry-and-exit-figures incl 2017.xlsx",
    "tfl/tfl-transport-accessibility-lsoa.csv",
)


@pytest.fixture(scope="module")
def claims(real_data_dir: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for source in load_catalogue().values():
        found.update(file.name for file in find_files(source, real_data_dir))
    return found


def test_no_file_is_claimed_twice(claims: Counter[str]):
    assert [name for name, count in claims.items() if count > 1] == []


def test_no_file_is_left_over(claims: Counter[str], real_data_dir: Path):
    names = [file.name for file in list_files(real_data_dir)]
    shapes = {str(PurePosixPath(name).with_suffix("")) for name in names if name.endswith(".shp")}
    left = [
        name
        for name in names
        if name not in claims
        and not any(fnmatchcase(PurePosixPath(name).name.casefold(), glob) for glob in TEXTS)
        and not (PurePosixPath(name).suffix in PARTS and str(PurePosixPath(name).with_suffix("")) in shapes)
        and not any(fnmatchcase(name, glob) for glob in WAITING)
    ]
    assert left == []
