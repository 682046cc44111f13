import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.kit.features import check_features
from crime_dagster.modelling.kit.fold_models import fit_fold_models


def _make_frame(areas: int = 60) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(0)
    codes = [f"E{number:08d}" for number in range(areas)]
    frame = pd.DataFrame({f"shape_{number}": rng.normal(size=areas) for number in range(6)}, index=codes)
    parts = pd.DataFrame({name: rng.poisson(9, areas) for name in ("bikes", "phones", "bags")}, index=codes)
    return frame.join(parts.astype(float)), parts.sum(axis=1).astype(float)


def test_sound_features_pass_sorted_by_name():
    frame, target = _make_frame()
    check = check_features(frame[["shape_2", "shape_0", "bikes"]], target)
    assert check.columns == ("bikes", "shape_0", "shape_2")
    assert check.dropped == {}


def test_parts_that_sum_to_the_target_are_named():
    frame, target = _make_frame()
    with pytest.raises(InputError) as error:
        check_features(frame, target)
    assert set(str(error.value.column).split(", ")) == {"bikes", "phones", "bags"}


@pytest.mark.parametrize("make_copy", [lambda y: 3 * y + 7, np.log1p, lambda y: -y], ids=["line", "log", "minus"])
def test_a_copy_of_the_target_is_named(make_copy):
    frame, target = _make_frame()
    with pytest.raises(InputError, match=r"R² = 1\.0000") as error:
        check_features(frame[["shape_0"]].assign(copy=make_copy(target)), target)
    assert error.value.column == "copy"


def test_a_leak_is_found_among_missing_values_and_unreported_areas():
    frame, target = _make_frame(200)
    frame["copy"] = target
    frame.loc[frame.index[0], "copy"] = np.nan
    target.iloc[5:9] = np.nan
    with pytest.raises(InputError) as error:
        check_features(frame[["shape_0", "copy"]], target)
    assert error.value.column == "copy"


@pytest.mark.parametrize(
    "name", ["crime_score", "crimes_drug", "drug_offences", "theft", "robbery", "imd_score", "imd_rank", "vehicle"]
)
def test_names_made_of_crime_are_refused(name):
    frame, target = _make_frame()
    with pytest.raises(InputError, match="recorded crime") as error:
        check_features(frame[["shape_1"]].assign(**{name: frame["shape_0"]}), target)
    assert error.value.column == name


@pytest.mark.parametrize("name", ["education_score", "vehicles_per_household", "income_deprivation_pct", "drugstores"])
def test_names_that_only_sound_alike_pass(name):
    frame, target = _make_frame()
    assert name in check_features(frame[["shape_1"]].assign(**{name: frame["shape_0"]}), target).columns


def test_ethnicity_is_refused():
    frame, target = _make_frame()
    with pytest.raises(InputError, match="origin"):
        check_features(frame[[]].assign(ethnicity_pct=1.0), target)


def test_empty_and_constant_columns_are_dropped_with_a_reason():
    frame, target = _make_frame()
    check = check_features(frame[["shape_0"]].assign(empty=np.nan, flat=4.0), target)
    assert check.columns == ("shape_0",)
    assert check.dropped == {"empty": "no values", "flat": "the same in every area"}


def test_nothing_left_to_learn_from_is_an_error():
    frame, target = _make_frame()
    with pytest.raises(InputError, match="at least one feature"):
        check_features(frame[[]].assign(flat=4.0), target)


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_planted_column_stops_the_fit_with_its_name(city, noise):
    rng = np.random.default_rng(4)
    copy = city.target * (1 + rng.normal(0, noise, len(city.target))) if noise else city.target * 2
    with pytest.raises(InputError) as error:
        fit_fold_models(city.features.assign(bus_stops=copy), city.target, city.boroughs)
    assert error.value.column == "bus_stops"
    assert "R² = " in str(error.value.found)
