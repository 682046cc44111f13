"""Boroughs that GIFs are asked for."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.pictures.gifs import _discard_boroughs
from crime_dagster.defs.pictures.places import Place, choose_boroughs
from crime_dagster.drawing.gifs.month_frames import draw_months
from crime_dagster.drawing.gifs.month_line import MonthLine, narrow_line
from crime_dagster.drawing.kit.classes import class_breaks
from crime_dagster.drawing.kit.geometry import prepare_areas
from tests.browser.conftest import make_city


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


def test_a_borough_is_drawn_with_its_own_line(areas):
    (place,) = choose_boroughs(areas, ["Southby"])
    months = pd.DataFrame(
        np.full((len(place.areas.codes), 2), 31.0), place.areas.codes, pd.date_range("2024-01-01", periods=2, freq="MS")
    )
    line = narrow_line(MonthLine(pd.Series([9.0, 9.0], months.columns)), months)
    assert line.rates.tolist() == pytest.approx([len(months), 31 * len(months) / 29])
    frames = draw_months(place.areas, months, class_breaks(months), crime_label="All", place=place.name, line=line)
    assert len(frames) == 2
    months.iloc[0, 1] = np.nan
    assert np.isnan(narrow_line(line, months).rates.iloc[1])


def test_gifs_of_boroughs_that_nobody_asks_for_any_more_are_removed(areas, tmp_path):
    settings = Settings(tmp_path, tmp_path / "warehouse")
    folder = settings.build_dir / "gifs"
    folder.mkdir(parents=True)
    kept = ("order_by_month.gif", "public_order_by_month.gif", "southby_public_order_by_month.gif")
    for name in (*kept, "southby_order_by_month.gif", "southby_order_by_month-still.png"):
        (folder / name).touch()
    _discard_boroughs(settings, Place("Kallmoor", areas), "order_by_month")
    assert sorted(path.name for path in folder.iterdir()) == sorted(kept)
