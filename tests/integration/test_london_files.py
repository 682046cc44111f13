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
    # A second container of the IoD 2019, whose File 7 counts.
    "mhclg/ID 2019 for London.xlsx",
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
