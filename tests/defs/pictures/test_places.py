import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.pictures.gifs import _read_line
from crime_dagster.defs.pictures.places import choose_boroughs
from crime_dagster.defs.runtime.history import History
from crime_dagster.drawing.gifs.month_frames import draw_months
from crime_dagster.drawing.gifs.month_line import MonthLine
from crime_dagster.drawing.kit.classes import class_breaks
from crime_dagster.drawing.kit.geometry import prepare_areas
from tests.browser.conftest import make_city
from tests.conftest import save_marts


@pytest.fixture(scope="module")
def areas():
    return prepare_areas(make_city())


def test_boroughs_are_found_by_name_and_code_once_each(areas):
    code = areas.boroughs["borough_code"].iloc[0]
    name = areas.boroughs["borough_name"].iloc[0]
    (place,) = choose_boroughs(areas, [name.upper(), code, f" {name} "])
    assert place.name == name
    assert set(place.areas.areas["borough_code"]) == {code}
    assert place.name_file("drug") == f"{place.slug}_drug"
    assert place.areas.around is not None
    assert code not in set(place.areas.around["borough_code"])
    assert place.bands_words.endswith(f"{name} alone")


def test_a_wrong_name_is_answered_with_the_allowed_ones(areas):
    with pytest.raises(InputError) as error:
        choose_boroughs(areas, ["Southby", "Nowhere"])
    assert "'Nowhere'" in str(error.value)
    assert "'Southby'" not in str(error.value)
    assert all(name in str(error.value) for name in areas.boroughs["borough_name"])


def test_the_environment_names_boroughs():
    settings = Settings.from_environment({"CRIME_BOROUGH": "Lambeth; E09000033 ;"})
    assert settings.boroughs == ("Lambeth", "E09000033")
    assert Settings.from_environment({}).boroughs == ()


def test_a_borough_is_drawn_with_its_own_line(areas, tmp_path):
    (place,) = choose_boroughs(areas, ["Southby"])
    grid = pd.date_range("2024-01-01", periods=3, freq="MS")
    months = pd.DataFrame(31.0, place.areas.codes, grid)
    settings = Settings(tmp_path, tmp_path / "warehouse")
    rows = pd.DataFrame({"month": grid[[2, 0]], "crimes_per_day": [7.0, 5.0], "crime_type": "total"})
    rows = rows.assign(borough_code=place.code)
    other = rows.assign(borough_code="E1", crimes_per_day=99.0)
    save_marts(settings.database, borough_months=pd.concat([rows, other]))
    city = MonthLine(pd.Series(9.0, grid), ((dt.date(2024, 2, 1), "recording changed"),))
    history = History(months, city, frozenset(), "")
    line = _read_line(settings, CrimeType("total", "All crime", "crime", "crimes", 1), place, history)
    assert line.rates.iloc[[0, 2]].tolist() == [5.0, 7.0]
    assert np.isnan(line.rates.iloc[1]), "a month without a row is a gap"
    assert line.breaks == city.breaks
    words = {"crime_label": "All", "place": place.name, "totals": months.sum()}
    frames = draw_months(place.areas, months, class_breaks(months), line=line, **words)
    assert len(frames) == 3
