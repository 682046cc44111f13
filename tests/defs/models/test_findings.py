"""The asset on marts of a few made-up areas: a type that most areas do not report, and no monthly counts."""

import datetime as dt
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from shapely.geometry import box

from crime_dagster.core.records import StepRecord, write_record
from crime_dagster.core.settings import Settings
from crime_dagster.defs.models.findings import hotspots
from crime_dagster.defs.runtime.unchanged import find_record
from tests.conftest import save_marts

AREAS = 20
YEAR = dt.date(2025, 12, 1)


@pytest.fixture
def settings(sample_dir: Path, tmp_path: Path) -> Settings:
    made = Settings(sample_dir, tmp_path / "warehouse")
    made.prepare()
    return made


def _build_marts(settings: Settings, months: int) -> None:
    codes = [f"E0100{number:04d}" for number in range(AREAS)]
    known = {"total": codes, "burglary": codes[:3]}
    features = pd.DataFrame({"lsoa_code": codes, "year_ending": YEAR, "residents": 1500.0})
    for crime_type, areas in known.items():
        features[f"crimes_{crime_type}"] = features["lsoa_code"].isin(areas).map({True: 24.0, False: None})
    shapes = [box(1000 * (n % 5), 1000 * (n // 5), 1000 * (n % 5) + 900, 1000 * (n // 5) + 900).wkb for n in range(20)]
    rows = [(code, name, code in known[name]) for name in known for code in codes]
    years = [
        (code, name, YEAR.replace(year=year), 24.0 if is_known else None)
        for code, name, is_known in rows
        for year in (2024, 2025)
    ]
    dates = [month.date() for month in pd.date_range(end=YEAR, periods=months, freq="MS")]
    crimes = [(code, name, month, 2 if is_known else None) for code, name, is_known in rows for month in dates]
    tables = {
        "lsoa_features": features,
        "lsoas": pd.DataFrame({"lsoa_code": codes, "geometry_wkb": shapes}),
        "lsoa_years": pd.DataFrame(years, columns=["lsoa_code", "crime_type", "year_ending", "crimes"]),
        "lsoa_crimes": pd.DataFrame(crimes, columns=["lsoa_code", "crime_type", "month", "crimes"]).astype(
            {"lsoa_code": "str", "crime_type": "str", "month": "datetime64[us]", "crimes": "float"}
        ),
    }
    save_marts(settings.database, **tables)


def _run(settings: Settings) -> tuple[pd.DataFrame, Any]:
    old = settings.landing_dir / "models" / "hotspots" / "burglary.parquet"
    other = settings.landing_dir / "models" / "explain_scores" / "burglary.parquet"
    for path in (old, other):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"of an earlier run")
    written = {old.relative_to(settings.warehouse_dir).as_posix(): "its digest"}
    write_record(StepRecord("its code", "", {}, written, ""), find_record(settings, hotspots.key, "burglary"))
    done = dg.materialize([hotspots], resources={"settings": settings})
    assert not old.exists()
    assert other.exists()
    metadata = done.asset_materializations_for_node("models__hotspots")[0].metadata
    return pd.read_parquet(old.with_name("total.parquet")), metadata["notes"].value


def test_two_years_of_equal_areas_have_no_hot_spot_and_no_change(settings: Settings):
    _build_marts(settings, months=24)
    rows, notes = _run(settings)
    assert len(rows) == AREAS
    assert (rows["hotspot_class"] == "none").all()
    assert (rows["change_direction"] == "same").all()
    assert (rows["rank"] == 1).all()
    assert set(rows["period_start"]) == {dt.date(2025, 1, 1)}
    assert set(rows["period_end"]) == {dt.date(2025, 12, 31)}
    assert notes["burglary"] == ["too few areas report it in this year"]
    assert "total" not in notes


def test_without_monthly_counts_years_are_enough_for_all_but_classes(settings: Settings):
    _build_marts(settings, months=0)
    rows, notes = _run(settings)
    assert rows["hotspot_class"].isna().all()
    assert rows["is_hot"].notna().all()
    assert any("months, and a class over time needs" in note for note in notes["total"])
