"""CSV that people download: read rightly by spreadsheets, and run by none."""

from __future__ import annotations

import pandas as pd

# A cell that begins with one of these is run as a formula by spreadsheets.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def write_csv(table: pd.DataFrame) -> bytes:
    """A table as CSV with CRLF line ends.

    Text that a spreadsheet would run as a formula gets an apostrophe in front. Where there are letters beyond ASCII a
    byte order mark is put first, because Excel takes a file without one for the local code page.
    """
    names = [_neutralise(str(name)) for name in table.columns]
    safe = table.apply(_neutralise_column).set_axis(names, axis=1)
    text = safe.to_csv(index=False, lineterminator="\r\n")
    return ("" if text.isascii() else MARK).encode() + text.encode()


def _neutralise_column(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return values
    return values.map(lambda value: _neutralise(value) if isinstance(value, str) else value)


def _neutralise(text: str) -> str:
    return f"'{text}" if text.startswith(STARTS_FORMULA) else text
