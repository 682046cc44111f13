"""Findings of areas together, and those missing for lack of data."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from crime_dagster.modelling.findings.area_findings import AreaFindings, find_area_findings

AREAS = 100
HOT = 30


def _make_tables() -> dict[str, Any]:
    rng = np.random.default_rng(9)
    codes = pd.Index([f"E{number:03d}" for number in range(AREAS)], name="lsoa_code")
    level = np.where(np.arange(AREAS) < HOT, 16, 4)
    counts = pd.DataFrame(rng.poisson(np.outer(level, np.ones(24))).astype(float), codes)
    places = np.column_stack([np.arange(AREAS) % 10, np.arange(AREAS) // 10]) * 1000.0
    return {
        "crimes": counts.iloc[:, 12:].sum(axis=1),
        "crimes_before": counts.iloc[:, :12].sum(axis=1),
        "months": counts,
        "residents": pd.Series(1500.0, codes),
        "coordinates": pd.DataFrame(places, codes, ["easting", "northing"]),
    }


def _find(**changes: pd.DataFrame | pd.Series) -> AreaFindings:
    return find_area_findings(**(_make_tables() | changes))


def test_every_area_has_its_row_and_nothing_is_noted_where_all_is_known():
    found = _find()
    assert found.notes == []
    assert len(found.areas) == AREAS
    assert found.areas.notna().all(axis=None)
    assert found.areas["is_hot"].any()


def test_row_order_and_threads_change_nothing():
    turned = {name: table.iloc[::-1] for name, table in _make_tables().items()}
    with threadpool_limits(limits=2):
        again = _find(**turned)
    pd.testing.assert_frame_equal(again.areas, _find().areas)


def test_a_second_seed_changes_no_more_than_the_last_places():
    tables = _make_tables()
    first, second = (find_area_findings(**tables, seed=seed).areas for seed in (0, 1))
    assert first["gi_star"].equals(second["gi_star"])
    assert np.abs(first["p_value"] - second["p_value"]).max() < 0.01


@pytest.mark.parametrize(
    ("spoil", "note"),
    [
        (lambda t: {"months": t["months"].iloc[:, :0]}, "0 months, and a class over time needs 18"),
        (lambda t: {"months": t["months"].iloc[:, 12:]}, "12 months, and a class over time needs 18"),
        (lambda t: {"crimes_before": t["crimes_before"] * np.nan}, "the year before is not known, so no change"),
        (lambda t: {"crimes": t["crimes"] * 0}, "no crime in this year"),
        (lambda t: {"crimes": t["crimes"].where(t["crimes"] > 100)}, "70 of 100 areas are not reported in this year"),
        (
            lambda t: {"crimes": t["crimes"].where(t["crimes"].index < "E008")},
            "too few areas to compare a neighbourhood with",
        ),
        (lambda t: {"crimes": t["crimes"] * np.nan}, "100 of 100 areas are not reported in this year"),
        (
            lambda t: {"months": t["months"].where(t["crimes"] > 100)},
            "70 areas lack months that a class over time needs",
        ),
    ],
)
def test_what_there_is_too_little_of_is_noted_and_missing(spoil, note):
    tables = _make_tables()
    found = _find(**spoil(tables))
    assert note in found.notes
    assert len(found.areas) == AREAS
    figures = found.areas.select_dtypes("number").astype(float).to_numpy()
    assert not np.isinf(figures).any()


def test_parts_of_crimes_are_no_trouble():
    tables = _make_tables()
    parts = {name: tables[name] / 3 for name in ("crimes", "crimes_before", "months")}
    assert _find(**parts).areas.notna().all(axis=None)
