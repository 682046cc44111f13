"""A made-up city as small as the models allow, in two versions, and the result of an undisturbed run of each."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.writing import write_city
from tests.faults.trial import read_published, run

AREAS, BOROUGHS, MONTHS = 60, 4, 26
# One what-if instead of six: each has a chart per crime type.
SCENARIOS = """scenarios:
  - name: less deprivation
    feature: income_deprivation_pct
    change: -20%
    percentile: 90
"""


@dataclass(frozen=True)
class Version:
    """A data set and what an undisturbed run publishes of it.

    Args:
        data: Its folder.
        warehouse: Where it was built; tests copy it and do not change it.
        published: `read_published` of that.
    """

    data: Path
    warehouse: Path
    published: dict[str, str]


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """The city."""
    folder = tmp_path_factory.mktemp("first")
    write_city(folder / "town", CityPlan(areas=AREAS, boroughs=BOROUGHS, months=MONTHS))
    (folder / "town" / "scenarios.yml").write_text(SCENARIOS, encoding="utf-8")
    return _build(folder)


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory, first: Version) -> Version:
    """The city after its force revised a release: the same folder name, other counts."""
    folder = tmp_path_factory.mktemp("second")
    shutil.copytree(first.data, folder / "town")
    revise(folder / "town")
    version = _build(folder)
    assert version.published != first.published
    return version


@pytest.fixture(scope="session")
def versions(first: Version, second: Version) -> tuple[Version, Version]:
    return first, second


def _build(folder: Path) -> Version:
    status, output = run(folder / "town", folder / "warehouse")
    assert status == 0, output[-3000:]
    return Version(folder / "town", folder / "warehouse", read_published(folder / "warehouse"))


@pytest.fixture
def build(tmp_path: Path, first: Version) -> Callable[[], tuple[Path, Path]]:
    """Return a function that makes a data folder and a warehouse of the first version, for a test to disturb."""

    return lambda: copy_version(first, tmp_path)


def copy_version(version: Version, folder: Path) -> tuple[Path, Path]:
    """A copy of a version's data and warehouse below a folder."""
    data = folder / "data" / "town"
    shutil.copytree(version.data, data)
    shutil.copytree(version.warehouse, folder / "warehouse", symlinks=True)
    return data, folder / "warehouse"


def revise(data: Path) -> None:
    """Revise like a publisher: every count of the newest release that ends in 1 becomes one more."""
    path = sorted(data.rglob("*24 months*.csv"))[-1]
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [lines[0], *(",".join(_raise(cell) for cell in line.split(",")) for line in lines[1:])]
    path.write_text("\n".join(changed) + "\n", encoding="utf-8")


def _raise(cell: str) -> str:
    return str(int(cell) + 1) if cell.isdigit() and cell.endswith("1") else cell


def replace_data(data: Path, version: Version) -> None:
    """Replace the files by those of a version."""
    shutil.rmtree(data)
    shutil.copytree(version.data, data)
