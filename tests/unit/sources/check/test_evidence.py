"""What is kept of a landed file, and what is unusual in it alone."""

from pathlib import Path

import pyarrow as pa
import pytest

from crime_dagster.sources.check.evidence import gather_evidence
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.vocabulary.areas import KnownAreas

NOWHERE = KnownAreas({}, "the list")


@pytest.mark.parametrize(("turned", "is_told"), [(0, False), (5, True)])
def test_a_month_whose_officers_are_in_other_boroughs_is_told(catalogue, turned, is_told):
    """Each borough has its own number in every month, but for one month in which they are turned."""
    cells = [
        (f"E090000{at + 1:02d}", f"2024-{month:02d}", str(50 + 10 * ((at * 7 + (turned if month == 3 else 0)) % 33)))
        for at in range(33)
        for month in range(1, 7)
    ]
    codes, months, officers = zip(*cells, strict=True)
    columns = {"borough_code": codes, "month": months, "officers": officers, "department": [None] * len(codes)}
    rows = pa.table({**columns, "row_number": range(len(codes))})
    kept = gather_evidence(rows, catalogue["mps/officers"], SourceFile(Path("f.csv"), "f.csv"), NOWHERE, None)
    assert ["officers of 2024-03 are in other boroughs" in one for one in kept.doubts] == [True] * is_told
