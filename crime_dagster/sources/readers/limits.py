"""How much one file may hold: more than any published table, and less than a computer can bear."""

from __future__ import annotations

import numpy as np

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.reading import SourceFile

# A sheet has 16,384 columns and 1,048,576 rows in every program for spreadsheets.
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
# Population by single year of age and sex of all small areas of England and Wales: six and a half million cells.
MOST_CELLS = 8_000_000
# What a packed file may unpack to: what is published shrinks to a tenth of its size at most, bombs to a thousandth.
SMALLEST_BOUND = 120_000_000
LARGEST_RATIO = 12
# Bytes of a file that is not packed. Two years of London's crime by small area have 13 MB, a month of street crime has
# 20 MB; a text takes up to ten times its size while it is read.
LARGEST_TEXT = 500_000_000
LARGEST_FILE = 1_000_000_000
# What the records of a text may take as objects of Python, whatever its size, and per byte that it takes on the disk.
SMALLEST_COST = 500_000_000
COST_PER_BYTE = 40
# And of a file of any size: with what is made of them it is twice as much.
LARGEST_COST = 2_000_000_000
CELL, TEXT, RECORD = 8, 56, 72
LIST, MAPPING, NUMBER = 64, 250, 32
CHUNK = 1 << 24


def bound_unpacked(packed: int) -> int:
    """How many bytes a file of so many packed bytes may unpack to."""
    return max(SMALLEST_BOUND, LARGEST_RATIO * packed)


def bound_cost(file: SourceFile) -> int:
    """How many bytes of memory the records of a file may take."""
    size = file.packed_bytes or file.path.stat().st_size
    return min(LARGEST_COST, max(SMALLEST_COST, COST_PER_BYTE * size))


def require_size(file: SourceFile, largest: int = LARGEST_FILE) -> None:
    """Refuse a file that is too large to be read before any of it is.

    Raises:
        InputError: It is larger; OSError where it cannot be looked at.
    """
    size = file.path.stat().st_size
    if size > largest:
        raise refuse_size(file.name, f"a file of {size // 1_000_000:,} MB", f"at most {largest // 1_000_000:,} MB")


def refuse_size(file: str, found: str, expected: str) -> InputError:
    """What is said of a file that holds more than is read."""
    return InputError(
        file=file,
        found=found,
        expected=expected,
        remedy="download the file again from its publisher; if it is as published, unpack it by hand where it is "
        "packed, or save the part of it that is needed",
    )


def require_bearable_json(content: bytes, file: SourceFile) -> None:
    """Refuse a JSON text whose lists and numbers would take more memory than its size lets anyone expect.

    Raises:
        InputError: They would take too much.
    """
    cost = LIST * content.count(b"[") + MAPPING * content.count(b"{") + NUMBER * content.count(b",")
    require_cost(cost, "a map", file)


def require_bearable(content: bytes, delimiter: str, file: SourceFile) -> None:
    """Refuse a text whose cells would take more memory than its size lets anyone expect.

    Args:
        content: The text in UTF-8.
        delimiter: What separates its cells.
        file: The file, for its size on the disk and messages.

    Raises:
        InputError: The cells would take too much.
    """
    # Each byte may be a cell, and each third one a cell with a text of its own.
    if len(content) * (CELL + TEXT / 3) < SMALLEST_COST:
        return
    cost = len(content)
    for start in range(0, len(content), CHUNK):
        letters = np.frombuffer(content, dtype=np.uint8, count=min(CHUNK, len(content) - start), offset=start)
        ends = np.flatnonzero((letters == ord(delimiter)) | (letters == ord("\n")))
        # A blank cell and one of a single letter are shared by all that are like it.
        cost += CELL * len(ends) + TEXT * int(np.count_nonzero(np.diff(ends) > 2))
        cost += RECORD * int(np.count_nonzero(letters == ord("\n")))
    require_cost(cost, "a table", file)


def require_cost(cost: int, what: str, file: SourceFile) -> None:
    """Refuse what would take more memory than the size of its file lets anyone expect.

    Raises:
        InputError: It would take too much.
    """
    bound = bound_cost(file)
    if cost > bound:
        found = f"{what} that would take {cost // 1_000_000:,} MB of memory"
        raise refuse_size(file.name, found, f"at most {bound // 1_000_000:,} MB for a file of this size")
