"""A row of a mart as plain values, and how to read what may be NULL."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

Row = Mapping[Any, Any]


def read_number(row: Row, name: str) -> float | None:
    """A figure; None where it is NULL or the row has no such column."""
    value = row.get(name)
    return None if value is None or pd.isna(value) else float(value)


def read_flag(row: Row, name: str) -> bool | None:
    """True or false; None where it is NULL, such as a test that was not made."""
    value = row.get(name)
    return None if value is None or pd.isna(value) else bool(value)


def index_rows(table: pd.DataFrame, key: str) -> dict[str, Row]:
    """Rows by the value of a column that is unique in them."""
    return {str(row[key]): row for row in table.to_dict("records")}
