"""How much one file may hold: more than any published table, and less than a computer can bear."""

from __future__ import annotations

from crime_dagster.core.errors import InputError

# A sheet has 16,384 columns and 1,048,576 rows in every program for spreadsheets.
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
# Population by single year of age and sex of all small areas of England and Wales: six and a half million cells.
MOST_CELLS = 8_000_000
# What a packed file may unpack to: what is published shrinks to a tenth of its size at most, bombs to a thousandth.
SMALLEST_BOUND = 120_000_000
LARGEST_RATIO = 12


def bound_unpacked(packed: int) -> int:
    """How many bytes a file of so many packed bytes may unpack to."""
    return max(SMALLEST_BOUND, LARGEST_RATIO * packed)


def refuse_size(file: str, found: str, expected: str) -> InputError:
    """What is said of a file that holds more than is read."""
    return InputError(
        file=file,
        found=found,
        expected=expected,
        remedy="download the file again from its publisher; if it is as published, save the part that is needed alone",
    )
