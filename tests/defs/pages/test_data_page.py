"""The page about the data, for a data set without months."""

from pathlib import Path

import pandas as pd
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.pages import data_page


def test_figures_by_year_only_are_of_the_newest_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    years = pd.DataFrame({"year_ending": [pd.Timestamp("2020-12-01")]})
    monkeypatch.setattr(data_page, "read_mart", lambda *_, **__: years)
    settings = Settings(data_dir=tmp_path, warehouse_dir=tmp_path)
    nothing = pd.Series({"first_month": pd.NaT, "last_month": pd.NaT})
    assert data_page.describe_period(settings, nothing) == ("12 months to December 2020", "")
