"""Figures that are in other areas than the files beside them have them."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.sources.check.account import Evidence
from crime_dagster.sources.check.agreement import describe_unrelated

CODES = [f"E0100{at:04d}" for at in range(300)]
WARDS = [f"E0500{at:04d}" for at in range(250)]


def build(count: int = 6) -> list[pd.DataFrame]:
    """Files of figures that follow one pattern over the areas, each with noise of its own."""
    rng = np.random.default_rng(0)
    pattern = rng.gamma(2, 10, len(CODES))
    return [
        pd.DataFrame({"figure": pattern + rng.normal(0, 5, len(CODES))}, index=pd.Index(CODES)) for _ in range(count)
    ]


def judge(catalogue, frames: list[pd.DataFrame]) -> list[str]:
    source = catalogue["gla/no2"]
    return describe_unrelated([Evidence(f"{at}.csv", source, measures=one) for at, one in enumerate(frames)])


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (lambda values: values, None),
        (lambda values: np.roll(values, 1), "0.csv: figure of an area are like other files' figures of the area a row"),
        (np.sort, "0.csv: no column goes by area with any of the other files (5)"),
    ],
)
def test_figures_moved_against_the_codes_are_told(catalogue, turn, words):
    frames = build()
    frames[0]["figure"] = turn(frames[0]["figure"].to_numpy())
    told = judge(catalogue, frames)
    assert [one.startswith(words or "") for one in told] == [True] * bool(words)


def test_few_files_or_areas_do_not_show_what_goes_together(catalogue):
    first, *others = build()
    alone = first.assign(figure=np.random.default_rng(1).permutation(first["figure"].to_numpy()))
    assert judge(catalogue, [alone, *others[:3]]) == []
    assert judge(catalogue, [alone.iloc[:150], *others]) == []
    elsewhere = alone.set_axis([f"W0100{at:04d}" for at in range(300)])
    assert judge(catalogue, [elsewhere, *others]) == []


@pytest.mark.parametrize("is_permuted", [False, True])
def test_wards_are_compared_with_the_sums_of_their_areas(catalogue, is_permuted):
    (crimes,) = build(1)
    links = pd.Series([*WARDS, *WARDS[:50]], index=CODES)
    sums = crimes.groupby(links).sum()
    if is_permuted:
        sums["figure"] = np.random.default_rng(1).permutation(sums["figure"].to_numpy())
    told = describe_unrelated(
        [
            Evidence("lsoa.csv", catalogue["mps/lsoa_crime"], measures=crimes),
            Evidence("ward.csv", catalogue["mps/ward_crime"], wards=sums),
            Evidence("lookup.csv", catalogue["ons/lsoa_2021_to_ward_2024"], links=links),
        ]
    )
    assert [one.startswith("ward.csv: no column goes") for one in told] == [True] * is_permuted
