"""Text from files, made safe: characters that steer how it is shown, and CSV that no spreadsheet runs."""

from typing import Any

import pandas as pd

# Control characters, but for tabs and ends of lines, and the marks that turn the direction of writing.
RANGES = (
    *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x7F)),
    *((0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),
)
SIGNS = frozenset(chr(code) for first, last in RANGES for code in range(first, last + 1))
# A class of them, as Arrow's regular expressions have it.
ARROW_PATTERN = "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in RANGES) + "]"
# A cell that begins with one of these is run as a formula by spreadsheets.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# No figure here is known to more.
DIGITS = 6
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def is_steering(text: str) -> bool:
    """Whether a text holds such a character."""
    return not SIGNS.isdisjoint(text)


def write_csv(table: pd.DataFrame, digits: int | None = None) -> bytes:
    """A table as CSV with CRLF line ends.

    Text that a spreadsheet would run as a formula gets an apostrophe in front. Where there are letters beyond ASCII a
    byte order mark is put first, because Excel takes a file without one for the local code page.

    Args:
        table: The rows.
        digits: How many significant digits a fraction has; whole numbers keep all of theirs. None for all.
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
    """A number as text: whole ones whole, others with so many significant digits."""
    is_whole = value % 1 == 0 or abs(value) >= 10**digits
    return f"{value:.0f}" if is_whole else f"{value:.{digits}g}"


def _neutralise(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_FORMULA) else value
