"""Months and categories unlike the others are told; what publishers do is not."""

import pandas as pd
import pytest

from crime_dagster.sources.check.months import describe_filtered, describe_repeated, describe_shares, describe_unusual
from crime_dagster.sources.land.categories import load_categories


@pytest.mark.parametrize(
    ("usual", "odd", "kind", "is_told"),
    [
        (400, 199, None, True),
        (400, 201, None, False),
        (500, 333, None, True),  # many records vary less
        (500, 751, None, True),
        (99, 1, None, False),
        (30, 2, "Drugs", True),
        (30, 3, "Drugs", False),
        (29, 0, "Drugs", False),
    ],
)
def test_a_month_with_few_of_the_usual_records_is_told(usual, odd, kind, is_told):
    figures = [("A", f"2024-0{month}", odd if month == 3 else usual) for month in range(1, 8)]
    records = pd.DataFrame([*figures, ("B", "2024-01", 7)], columns=["force", "month", "figure"])
    if kind:
        records = pd.concat([records.assign(category=kind), records.assign(category="Other", figure=400)])
        records = records[records["figure"] > 0]
    of_kind = f" of {kind}" if kind else ""
    words = f"A: {odd} records{of_kind} in 2024-03, and usually {usual}: it may be cut off, filtered or doubled"
    assert describe_unusual(records) == [words] * is_told


def test_a_month_that_is_a_copy_of_another_is_told():
    counts = {"2024-01": range(20, 30), "2024-02": range(20, 30), "2024-03": range(21, 31)}
    cells = [("A", month, f"E{at}", figure) for month, own in counts.items() for at, figure in enumerate(own)]
    records = pd.DataFrame(cells, columns=["force", "month", "area", "figure"])
    assert describe_repeated(records) == ["A: as many records in each area in 2024-02 as in 2024-01: one may be a copy"]
    assert describe_repeated(records[records["month"] != "2024-01"]) == []


KINDS = sorted(load_categories()["police_uk"] - {"ANTI-SOCIAL BEHAVIOUR"})


def count(figures: dict[tuple[str, str], int], months: int, each: int) -> pd.DataFrame:
    """Return `each` records of every category and month of a force, but for some of them."""
    named = [f"2024-{month:02d}" for month in range(1, months + 1)]
    cells = [("A", month, kind.title(), figures.get((month, kind), each)) for month in named for kind in KINDS]
    return pd.DataFrame(cells, columns=["force", "month", "category", "figure"])


@pytest.mark.parametrize(
    ("taken", "months", "each", "words"),
    [
        (["DRUGS"], [1], 500, ["DRUGS in 2024-01"]),
        (["DRUGS"], range(1, 13), 500, ["DRUGS in 2024-01; 2024-02; 2024-03; 2024-04; 2024-05 and 8 more"]),
        (["DRUGS"], range(1, 13), 40, ["DRUGS in all months together"]),  # too few in each month to tell
        (KINDS[1:], [1], 1000, [f"{', '.join(KINDS[1:9])} and {len(KINDS) - 9} more in 2024-01"]),
        (["DRUGS"], range(1, 13), 10, []),
        (["DRUGS"], range(5, 9), 10, ["DRUGS from 2024-05 to 2024-08, and usually 10 a month"]),
        (["DRUGS"], range(5, 7), 10, []),
        (["DRUGS"], [5, 7, 9], 10, []),
    ],
)
def test_a_category_that_a_filter_has_taken_is_told(catalogue, taken, months, each, words):
    figures = {(f"2024-{month:02d}", kind): 0 for month in months for kind in taken}
    told = describe_filtered(count(figures, 12, each), catalogue["police_uk/street_crime"])
    assert [one.partition("no record of ")[2].partition(": a filter")[0] for one in told] == words


def test_the_categories_of_a_month_that_is_short_as_a_whole_are_not_told():
    records = count({("2024-01", kind): 1 for kind in KINDS}, 7, 50)
    assert len(describe_unusual(records)) == 0
    assert len(describe_unusual(records.drop(columns="category"))) == 1


@pytest.mark.parametrize(("changed", "months", "is_told"), [(0, 6, False), (1, 6, False), (2, 6, True), (2, 5, False)])
def test_categories_with_shares_that_they_never_had_are_told(catalogue, changed, months, is_told):
    source = catalogue["mps/lsoa_crime"]
    shares = {kind: sum(usual) / 2 for kind, usual in source.options["usual_shares"].items()}
    for kind in ("POSSESSION OF WEAPONS", "ARSON AND CRIMINAL DAMAGE")[:changed]:
        shares[kind] *= 2
    cells = [
        (f"2024-{at:02d}", kind, round(share * 20)) for kind, share in shares.items() for at in range(1, months + 1)
    ]
    told = describe_shares(pd.DataFrame(cells, columns=["month", "category", "figure"]), source, "a.csv")
    assert ["POSSESSION OF WEAPONS" in one for one in told] == [True] * is_told


def test_forces_without_the_same_category_are_told_together(catalogue):
    one = count({(f"2024-{month:02d}", "DRUGS"): 0 for month in range(1, 8)}, 7, 100)
    told = describe_filtered(pd.concat([one, one.assign(force="B")]), catalogue["police_uk/street_crime"])
    assert [words.partition(" in ")[0] for words in told] == ["A; B: no record of DRUGS"]
