"""A run tells what `make check` tells about files that are unlike each other, and the figures count all the same."""

import re
import shutil
from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.parquet import read_parquet_version
from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest import doubtful
from crime_dagster.defs.ingest.doubtful import CHECK, DOUBTS, file_doubts, list_doubts
from crime_dagster.defs.ingest.ingest import land_source
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.check.check import check_path

KEYS = ("mps/lsoa_crime", "police_uk/street_crime", "ons/lsoa_boundaries")


@pytest.fixture
def settings(sample_dir: Path, tmp_path: Path) -> Settings:
    """The sample's crimes and areas."""
    data = tmp_path / "data"
    for name in ("mps", "police_uk", "ons"):
        shutil.copytree(sample_dir / name, data / name)
    shutil.copy(sample_dir / "data_set.yml", data)
    return Settings(data, tmp_path / "warehouse")


def run(settings: Settings) -> list[str]:
    for key in KEYS:
        land_source(load_catalogue()[key], settings, dg.build_asset_context().log)
    result = dg.materialize([file_doubts], resources={"settings": settings})
    (check,) = result.get_asset_check_evaluations()
    words = list_doubts(settings)
    assert (check.check_name, check.passed, check.severity) == (CHECK, not words, dg.AssetCheckSeverity.WARN)
    return words


def swap_halves(data: Path) -> str:
    """Give the first half of the areas the figures of the second, in the newer release."""
    (path,) = data.glob("mps/*to 2026-02.csv")
    head, *rows = [line.split(",") for line in path.read_text().splitlines()]
    half = len(rows) // 2
    figures = [row[5:] for row in rows[half:] + rows[:half]]
    path.write_text("\n".join(",".join(row) for row in [head, *map(list.__add__, (r[:5] for r in rows), figures)]))
    return "the figures of shared months are unlike"


def copy_month(data: Path) -> str:
    """Write the records of one month four times, as those of two months."""
    paths = [next(data.rglob(f"{month}-*-street.csv")) for month in ("2025-05", "2025-06")]
    head, *rows = [line for line in paths[0].read_text().splitlines() if line[0] != ","]
    for path, month in zip(paths, ("2025-05", "2025-06"), strict=True):
        new = [
            f"{at}{month}{row}".replace(",2025-05,", f",{month},") for at in range(4) for row in rows if row[0] != ","
        ]
        path.write_text("\n".join([head, *new]))
    return "as many records in each area in 2025-06 as in 2025-05: one may be a copy"


def lose_areas(data: Path) -> str:
    for path in data.glob("mps/*.csv"):
        path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("E0199000")))
    return r"\d+ of the \d+ areas of the boundaries and lookups beside it are missing"


def even_figures(data: Path) -> str:
    """Double every figure of both releases: only their reader sees it."""
    for path in data.glob("mps/*.csv"):
        head, *rows = [line.split(",") for line in path.read_text().splitlines()]
        doubled = [[*row[:5], *(str(2 * int(cell)) for cell in row[5:])] for row in rows]
        path.write_text("\n".join(",".join(row) for row in [head, *doubled]))
    return "all figures are multiples of one number, as rounded or doubled ones are"


def multiply_area(data: Path) -> str:
    """Multiply one area's figures by a hundred in both releases, which so agree."""
    for path in data.glob("mps/*.csv"):
        head, *rows = [line.split(",") for line in path.read_text().splitlines()]
        code = rows[0][0]
        times = [[*row[:5], *(f"{cell}00" for cell in row[5:])] if row[0] == code else row for row in rows]
        path.write_text("\n".join(",".join(row) for row in [head, *times]))
    return rf"multiples of one number, as multiplied ones are: {code} \(100\)"


def test_a_run_of_good_files_has_no_doubt_and_an_unchanged_one_judges_nothing_again(settings: Settings):
    assert run(settings) == []
    path = settings.landing_dir / DOUBTS
    before = path.stat().st_mtime_ns
    assert run(settings) == []
    assert path.stat().st_mtime_ns == before


def test_other_known_places_have_files_judged_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run(settings)
    before = read_parquet_version(settings.landing_dir / DOUBTS)
    other = tmp_path / "centres.csv"
    other.write_text("borough_code\n")
    monkeypatch.setattr(doubtful, "CENTRES", other)
    run(settings)
    assert read_parquet_version(settings.landing_dir / DOUBTS) != before


@pytest.mark.parametrize("damage", [swap_halves, copy_month, lose_areas, even_figures, multiply_area])
def test_a_run_tells_what_a_check_tells(settings: Settings, damage):
    words = damage(settings.data_dir)
    doubts = run(settings)
    assert re.search(words, "\n".join(doubts))
    assert set(doubts) <= set(check_path(settings.data_dir, load_catalogue()).all.warnings)


def test_routine_notes_of_readers_are_no_doubts_and_a_source_that_shrank_is_one(settings: Settings):
    source = load_catalogue()["police_uk/street_crime"]
    path = next(settings.data_dir.rglob("2025-05-*-street.csv"))
    text = path.read_text()
    path.write_text(text + text.splitlines()[1].rpartition(",")[0] + ",\n")
    metadata = land_source(source, settings, dg.build_asset_context().log).metadata or {}
    assert "repeat a crime_id" in str(metadata["warnings"])
    assert run(settings) == []
    path.write_text("".join(text.splitlines(keepends=True)[:20]))
    assert "were kept when it was last landed" in "\n".join(run(settings))
