"""A made-up city as small as the models allow, in two versions, and what an undisturbed run makes of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.writing import write_city
from tests.faults.trial import read_published, run

AREAS, BOROUGHS, MONTHS = 60, 4, 26
# One question instead of six: each has a chart per crime type.
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
        warehouse: Where it was built; tests copy it and leave it as it is.
        published: `read_published` of that.
        seconds: How long the run took.
    """

    data: Path
    warehouse: Path
    published: dict[str, str]


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Version, Version]:
    """The city, and the city after its force revised a release: the same folder name, other counts."""
    folder = tmp_path_factory.mktemp("faults")
    found = []
    for number in (1, 2):
        data = folder / str(number) / "town"
        write_city(data, CityPlan(areas=AREAS, boroughs=BOROUGHS, months=MONTHS))
        (data / "scenarios.yml").write_text(SCENARIOS, encoding="utf-8")
        if number == 2:
            revise(data)
        status, output = run(data, folder / f"warehouse_{number}")
        assert status == 0, output[-3000:]
        found.append(Version(data, folder / f"warehouse_{number}", read_published(folder / f"warehouse_{number}")))
    first, second = found
    assert first.published != second.published
    return first, second


@pytest.fixture
def build(tmp_path: Path, versions: tuple[Version, Version]) -> Callable[[], tuple[Path, Path]]:
    """Makes a folder of data and a warehouse, both of the first version, for a test to disturb."""

    def copy() -> tuple[Path, Path]:
        shutil.copytree(versions[0].data, tmp_path / "data" / "town")
        shutil.copytree(versions[0].warehouse, tmp_path / "warehouse", symlinks=True)
        return tmp_path / "data" / "town", tmp_path / "warehouse"

    return copy


def revise(data: Path) -> None:
    """A publisher's revision: every count of the newest release that ends in 1 becomes one more."""
    path = sorted(data.rglob("*24 months*.csv"))[-1]
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [lines[0], *(",".join(_raise(cell) for cell in line.split(",")) for line in lines[1:])]
    path.write_text("\n".join(changed) + "\n", encoding="utf-8")


def _raise(cell: str) -> str:
    return str(int(cell) + 1) if cell.isdigit() and cell.endswith("1") else cell


def replace_data(data: Path, version: Version) -> None:
    """Put the files of a version in the place of what is there."""
    shutil.rmtree(data)
    shutil.copytree(version.data, data)
