"""Cells of files that know numbers and dates, as the text that a person sees."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any


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
