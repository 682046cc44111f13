"""Safe text: control characters, and CSV that spreadsheets do not run as formulas."""

from typing import Any

import pandas as pd

# Control characters except tabs and line ends, and bidirectional marks.
RANGES = (
    *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x7F)),
    *((0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),
)
SIGNS = frozenset(chr(code) for first, last in RANGES for code in range(first, last + 1))
# The same as a character class of Arrow's regular expressions.
ARROW_PATTERN = "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in RANGES) + "]"
# Spreadsheets run a cell that begins with one of these as a formula.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# No figure here is more precise.
DIGITS = 6
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def is_steering(text: str) -> bool:
    """Whether a text has a control character."""
    return not SIGNS.isdisjoint(text)


def write_csv(table: pd.DataFrame, digits: int | None = None) -> bytes:
    """Return a table as CSV with CRLF line ends.

    Text that a spreadsheet would run as a formula gets a leading apostrophe. Text beyond ASCII gets a byte order mark,
    because Excel otherwise assumes the local code page. Fractions have so many significant `digits`, None for all.
    """
    names = [_neutralise(str(name)) for name in table.columns]
    safe = table.apply(_make_safe, digits=digits).set_axis(names, axis=1)
    text = safe.to_csv(index=False, lineterminator="\r\n")
    return ("" if text.isascii() else MARK).encode() + text.encode()


def _make_safe(values: pd.Series, digits: int | None) -> pd.Series:
    if digits is not None and pd.api.types.is_float_dtype(values):
        return values.astype(object).map(lambda value: shorten(value, digits), na_action="ignore")
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return values
    return values.map(_neutralise)


def shorten(value: float, digits: int) -> str:
    """Format a number: whole ones as integers, others to some significant digits."""
    is_whole = value % 1 == 0 or abs(value) >= 10**digits
    return f"{value:.0f}" if is_whole else f"{value:.{digits}g}"


def _neutralise(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_FORMULA) else value
