"""What a reader is given and what it gives back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

LONGEST_CONTENT = 1_000


@dataclass(frozen=True)
class SourceFile:
    """A published file.

    Args:
        path: Where it lies. A file in an archive lies nowhere until it is unpacked; its path then names the archive
            as if it were a folder.
        name: Its path below the data folder, with `/`: how messages name it.
        archive: The archive it is packed in; None for a file that can be opened.
        member: Its name there.
        packed_bytes: How many bytes it took in the archive that it was unpacked from; 0 for others.
    """

    path: Path
    name: str
    archive: SourceFile | None = None
    member: str = ""
    packed_bytes: int = 0


class SetAside(NamedTuple):
    """A record that is not landed, and why.

    Args:
        row_number: Number of the record after the header, from 1.
        reason: One word for the reason.
        content: The record as text.
    """

    row_number: int
    reason: str
    content: str


@dataclass(frozen=True)
class Reading:
    """One file, read.

    Args:
        rows: Landed columns as text, and `row_number`; several rows may come from one record.
        set_aside: Records that are not in `rows`.
        rows_in: Records after the header.
        warnings: What a person should know about the file.
    """

    rows: pa.Table
    set_aside: list[SetAside]
    rows_in: int
    warnings: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing below the header but blank lines: so a month without records is delivered."""
        return self.rows.num_rows == 0 and all(record.reason == "blank_line" for record in self.set_aside)


def describe_record(cells: Sequence[str]) -> str:
    """A record as one line of comma-separated text, shortened where it is very long."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    text = line.getvalue()
    return text if len(text) <= LONGEST_CONTENT else text[: LONGEST_CONTENT - 3] + "..."


def show_cell(cell: Any) -> str:
    """A cell as text.

    Args:
        cell: A value of any kind; None is a blank cell.

    Returns:
        Its text: whole numbers without a decimal point, dates as YYYY-MM-DD, nothing for "no number".
    """
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        # A spreadsheet knows one kind of number: 18.0 was typed as 18.
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, Decimal):
        # So does a database: 2.000 is its 2, not the text of somebody's 2,000.
        return f"{cell:f}".rstrip("0").rstrip(".") if "." in f"{cell:f}" else f"{cell:f}"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    return str(cell)
