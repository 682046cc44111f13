"""A truncated newest month is reported, is not a target, and does not name a year."""

from pathlib import Path

import pandas as pd
import pytest

from crime_dagster.drawing.kit.words import year_to
from crime_dagster.modelling.forecast.months import sum_period, tabulate_months

AREA, CATEGORY = "E01000006", "BURGLARY"
# Thirteen usual months and the first days of a fourteenth.
OWN = {f"{2025 + month // 12}-{month % 12 + 1:02}": 50 + month % 4 for month in range(13)} | {"2026-02": 1}


def read_totals(path: Path | None) -> dict[str, int]:
    if path is None:
        return OWN
    table = pd.read_csv(path)
    return dict(zip(table["month"], table["total_crimes"], strict=True))


@pytest.fixture(params=["own", "published"])
def totals(request: pytest.FixtureRequest) -> dict[str, int]:
    if request.param == "own":
        return OWN
    cases = request.getfixturevalue("cases_dir")
    return read_totals(next(cases.glob("F10-*.csv")))


def tabulate(totals: dict[str, int]) -> pd.DataFrame:
    rows = pd.DataFrame({"lsoa_code": AREA, "month": [f"{month}-01" for month in totals], "crimes": totals.values()})
    return tabulate_months(rows)


def test_the_cut_month_is_told_with_both_figures(totals, write, check):
    months = ",".join(month.replace("-", "") for month in totals)
    figures = ",".join(map(str, totals.values()))
    head = "LSOA Code,LSOA Name,Borough,Major Category,Minor Category"
    path = write(
        "mps/MPS LSOA Level Crime (most recent 24 months).csv",
        f"{head},{months}\n{AREA},Barking and Dagenham 001A,Barking and Dagenham,{CATEGORY},{CATEGORY},{figures}\n",
    )
    checked = check(path)
    newest = max(totals)
    assert [warning for warning in checked.files[0].warnings if "under half of the usual month" in warning] == [
        warning for warning in checked.files[0].warnings if newest.replace("-", "") in warning
    ]
    assert any(f"holds {totals[newest]}," in warning for warning in checked.files[0].warnings)


def test_the_cut_month_is_no_count_for_any_model(totals):
    counts = tabulate(totals)
    newest = pd.Timestamp(f"{max(totals)}-01")
    assert counts[newest].isna().all()
    assert counts.notna().sum(axis=1)[AREA] == len(totals) - 1
    # A year that would end with it has no sum, but the one before has.
    assert sum_period(counts.iloc[:, -12:]).isna().all()
    assert sum_period(counts.iloc[:, -13:-1])[AREA] == sum(list(totals.values())[-13:-1])


def test_the_year_of_titles_ends_with_the_latest_complete_month(totals):
    counts = tabulate(totals)
    complete = [month for month in counts.columns if counts[month].notna().all()]
    assert year_to(complete[-1].date()) == "12 months to January 2026"
