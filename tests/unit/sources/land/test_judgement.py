"""Which of several files counts for a month, and what is told of files that disagree."""

import pandas as pd
import pytest

from crime_dagster.sources.land.judgement import judge_repeats
from crime_dagster.sources.land.overlaps import choose_months
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile

AREAS = [f"E{at}" for at in range(20)]
MONTHS = ["2024-01", "2024-02", "2024-03", "2024-04"]


def release(months, figure) -> pd.DataFrame:
    cells = [(area, month, figure(at)) for at, area in enumerate(AREAS) for month in months]
    return pd.DataFrame(cells, columns=["area", "month", "figure"])


@pytest.mark.parametrize(
    ("figure", "share"),
    [
        (lambda at: 30 + at, None),
        (lambda at: 31 + at, None),  # a revision
        (lambda at: 5 * round((30 + at) / 5) - 5, "13%"),
        (lambda at: 30 + (at + 10) % 20, "25%"),  # two halves swapped: the sum is the same
        (lambda at: (30 + at) // 2, "51%"),
    ],
)
def test_months_that_no_revision_changes_so_are_told(figure, share):
    files = {"a.csv": release(MONTHS[:3], lambda at: 30 + at), "b.csv": release(MONTHS[1:], figure)}
    _, _, told = choose_months(files)
    assert bool(told) == bool(share)
    assert all("unlike a.csv in their areas" in one for one in told)
    assert all(f"in {MONTHS[2]} ({share})" in one or f"; {MONTHS[2]} ({share})" in one for one in told)


@pytest.mark.parametrize(("times", "is_told"), [(1, False), (1.1, False), (2, True)])
def test_an_area_that_no_revision_changes_so_is_told_where_its_month_is_not(times, is_told):
    def revise(at: int) -> float:
        return 500 + at if at else 30 * times

    files = {"a.csv": release(MONTHS[:3], lambda at: 500 + at if at else 30), "b.csv": release(MONTHS[1:], revise)}
    _, _, told = choose_months(files)
    assert ["E0 (120, before 60)" in one for one in told] == [True] * is_told


@pytest.mark.parametrize(("blanks", "is_told"), [(0, False), (1, True), (2, False)])
def test_a_file_whose_blank_identifiers_were_taken_for_repeats_is_told(put, catalogue, blanks, is_told):
    source = catalogue["police_uk/street_crime"]
    header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,Crime type\n"
    rows = "".join(f"id{at},2024-05,A,A,,,,E01000001,Drugs\n" for at in range(100))
    rows += ",2024-05,A,A,,,,E01000001,Anti-social behaviour\n" * blanks
    file = SourceFile(path=put("2024-05-a-street.csv", header + rows), name="2024-05-a-street.csv")
    told = judge_repeats(READERS[source.reader](file, source), source, file).warnings
    assert any("one record alone has no crime_id" in one for one in told) == is_told
