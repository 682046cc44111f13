"""After a refused run each job and kind of asset is run alone: the published release stays, and the reason is named."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from tests.faults.conftest import Version, copy_version, replace_data, revise
from tests.faults.parts import break_a_test, run_part
from tests.faults.test_kills import check_recovery
from tests.faults.trial import find_flaws, find_leftovers, read_published, run

pytestmark = pytest.mark.slow

# Each alone, in this order, after the ones before. Those that publish name what was refused.
PUBLISHING = ("draw_pictures", "run_scenarios", "gallery/published")
# A table that is built alone may pass its tests again, whatever it was built from.
ASSETS = (
    *("intermediate/int_crime_sources_chosen", "marts/lsoa_features", "marts/lsoa_predictions", "models/hotspots"),
    *("maps/crimes_by_area", "charts/trend", "gallery/index", "gallery/published"),
)


def name_an_unknown_category(data: Path) -> None:
    path = sorted(data.rglob("*24 months*.csv"))[-1]
    text = path.read_text(encoding="utf-8")
    assert ",THEFT," in text
    path.write_text(text.replace(",THEFT,", ",THEFT OF BROOMS,"), encoding="utf-8")


def cut_a_file(data: Path) -> None:
    path = sorted(data.rglob("*24 months*.csv"))[-1]
    rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(rows[: len(rows) // 2]) + rows[-1][:5])


REFUSALS: dict[str, tuple[Callable[[Path], None], str]] = {
    "unknown category": (name_an_unknown_category, "categor"),
    "failed test": (break_a_test, "deprivation"),
    "cut file": (cut_a_file, "24 months"),
}


@pytest.fixture
def environment() -> Iterator[None]:
    """Restore what `prepare` sets for this process."""
    with patch.dict(os.environ):
        yield


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, first: Version) -> tuple[Path, Path]:
    """Data and a warehouse of the first version; refusals accumulate."""
    return copy_version(first, tmp_path_factory.mktemp("refusals"))


@pytest.mark.parametrize("kind", REFUSALS)
def test_nothing_of_a_refused_run_is_published_by_any_part(
    kind: str,
    town: tuple[Path, Path],
    first: Version,
    environment: None,
):
    disturb, named = REFUSALS[kind]
    data, warehouse = town
    replace_data(data, first)
    revise(data)
    disturb(data)
    status, output = run(data, warehouse)
    assert status == 1, output[-3000:]
    assert named in output

    settings = Settings(data, warehouse)
    definitions = build_defs(settings)
    said: dict[str, list[str]] = {}
    for part in ("land_sources", *PUBLISHING, *ASSETS, "refresh_monthly"):
        said.setdefault(part, []).append(run_part(settings, definitions, part))
        assert read_published(warehouse) == first.published, part
        assert find_flaws(warehouse) == [], part
        assert find_leftovers(warehouse) == [], part
    for part in PUBLISHING:
        # Jobs that build tables stop there if files were not landed completely.
        ends = ["Not published.", *(["not landed to the end"] if part == "run_scenarios" else [])]
        assert all(any(end in words for end in ends) for words in said[part]), said
    assert all(named in said[part][0] for part in (*PUBLISHING, "refresh_monthly")), said


def test_the_next_whole_run_publishes_after_any_refusal(town: tuple[Path, Path], second: Version):
    data, warehouse = town
    replace_data(data, second)
    check_recovery(data, warehouse, second)
