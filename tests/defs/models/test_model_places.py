"""The asset on marts of a few made-up boroughs, and predictions of two years."""

import datetime as dt
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.facts import index_rows, read_flag, read_number
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.defs.models.places import places
from crime_dagster.modelling.findings.similar import TRAITS
from tests.conftest import save_marts

YEAR = dt.date(2025, 12, 1)
BOROUGHS, AREAS = 7, 12


@pytest.fixture
def settings(sample_dir: Path, tmp_path: Path) -> Settings:
    made = Settings(sample_dir, tmp_path / "warehouse")
    made.prepare()
    _build_marts(made)
    return made


def _build_marts(settings: Settings) -> None:
    numbers = np.arange(BOROUGHS * AREAS)
    lsoas = pd.DataFrame({"lsoa_code": [f"E01{at:06d}" for at in numbers]})
    lsoas = lsoas.assign(
        borough_code=[f"E09{at // AREAS}" for at in numbers], msoa_code=[f"E02{at // 2}" for at in numbers]
    )
    features = pd.DataFrame({"lsoa_code": lsoas["lsoa_code"], "year_ending": YEAR, "residents": 1500.0})
    # The last borough has no figures.
    features["crimes_total"] = np.where(lsoas["borough_code"] == "E096", np.nan, 100.0 + numbers)
    features = features.assign(**{name: 1.0 + numbers * (at + 1) for at, name in enumerate(TRAITS)})
    years = [
        pd.DataFrame({"lsoa_code": lsoas["lsoa_code"], "is_current": now, "crimes": features["crimes_total"] * share})
        for now, share in ((True, 1.0), (False, 1.5))
    ]
    months = pd.DataFrame(
        [
            # A neighbourhood has twice as many in the second year, the others as many.
            {
                "msoa_code": code,
                "crime_type": "total",
                "month": month.date(),
                "crimes": 100.0 * (1 + (late and code == "E020")),
            }
            for code in lsoas["msoa_code"].unique()
            for month in pd.date_range(end=pd.Timestamp(YEAR), periods=24, freq="MS")
            for late in (month >= pd.Timestamp(2025, 1, 1),)
        ]
    )
    place = {"place": "Town", "borough_codes": "; ".join(f"E09{at}" for at in range(BOROUGHS)), "force": "Police"}
    tables = {
        "lsoas": lsoas,
        "lsoa_features": features,
        "lsoa_years": pd.concat(years).assign(crime_type="total"),
        "neighbourhood_months": months,
        "reported_places": pd.DataFrame(
            [place | {"crime_type": "total", "areas_reported": 72, "source_note": "", "late_note": ""}]
        ),
    }
    save_marts(settings.database, **tables)


def _write_predictions(settings: Settings, period_end: dt.date) -> None:
    codes = [f"E01{at:06d}" for at in range(BOROUGHS * AREAS)]
    rows = pd.DataFrame({"lsoa_code": codes, "crime_type": "total", "period_end": period_end, "actual": -1.0})
    rows = rows.assign(predicted=150.0, lower_90=120.0, upper_90=200.0)
    write_parquet(rows, settings.landing_dir / "models" / "explain_predictions" / "total.parquet")


def _run(settings: Settings, thing: str) -> pd.DataFrame:
    assert dg.materialize([places], resources={"settings": settings}).success
    path = settings.landing_dir / "models" / f"{thing}.parquet"
    return pd.read_parquet(path) if path.is_file() else pd.DataFrame()


def test_boroughs_and_the_city_are_tested_and_an_unreported_borough_is_not(settings: Settings):
    table = _run(settings, "borough_changes")
    found = index_rows(table, "place_code")
    assert set(found) == {"city", *(f"E09{at}" for at in range(BOROUGHS))}
    assert found["E090"]["crimes_compared_before"] == pytest.approx(1.5 * found["E090"]["crimes_compared"])
    assert {code for code, row in found.items() if read_flag(row, "is_clear_change")} == set(found) - {"E096"}
    assert read_flag(found["E096"], "is_clear_change") is None
    assert found["city"]["areas_compared"] == 72
    tested = table.dropna(subset="change_p_value")
    assert (tested["change_q_value"] >= tested["change_p_value"]).all()


def test_accuracy_is_of_the_recorded_crime_of_the_newest_year(settings: Settings):
    _write_predictions(settings, dt.date(2025, 12, 31))
    found = index_rows(_run(settings, "borough_accuracy"), "place_code")
    assert list(found) == ["city", *(f"E09{at}" for at in range(BOROUGHS - 1))]
    assert [found["E090"][name] for name in ("areas", "actual", "predicted")] == [12, 1266.0, 1800.0]
    assert found["city"]["areas_in_range"] == 52
    assert read_number(found["city"], "ratio") is None
    assert found["E090"]["ratio"] == pytest.approx(1266 / 1800)


def test_predictions_of_an_older_year_are_none_and_leave_nothing_behind(settings: Settings):
    _write_predictions(settings, dt.date(2025, 12, 31))
    assert not _run(settings, "borough_accuracy").empty
    # Models were fitted again and no mart is another one: the step depends on the predictions too.
    _write_predictions(settings, dt.date(2024, 12, 31))
    assert _run(settings, "borough_accuracy").empty


def test_similar_places_have_their_order(settings: Settings):
    boroughs = _run(settings, "similar_boroughs")
    first = boroughs[boroughs["borough_code"] == "E090"].sort_values("place")
    assert first["similar_borough_code"].tolist() == [f"E09{at}" for at in range(1, 6)]
    areas = pd.read_parquet(settings.landing_dir / "models" / "similar_areas.parquet")
    assert len(areas) == 10 * BOROUGHS * AREAS
    assert set(areas.columns) == {"lsoa_code", "place", "similar_lsoa_code"}


def test_a_neighbourhood_that_doubled_has_clearly_changed(settings: Settings):
    found = index_rows(_run(settings, "neighbourhood_changes"), "msoa_code")
    assert len(found) == BOROUGHS * AREAS // 2
    assert {code for code, row in found.items() if read_flag(row, "is_clear_change")} == {"E020"}
    assert found["E020"]["change_pct"] == pytest.approx(100)
