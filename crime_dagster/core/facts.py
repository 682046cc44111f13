"""A row of a mart as plain values, where any may be NULL."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

Row = Mapping[Any, Any]
# Rows of marts, by the mart's name.
Marts = Mapping[str, pd.DataFrame]


def read_number(row: Row, name: str) -> float | None:
    """Return a number; None where it is NULL or the row has no such column."""
    value = row.get(name)
    return None if value is None or pd.isna(value) else float(value)


def read_flag(row: Row, name: str) -> bool | None:
    """Return a flag; None where it is NULL, such as for a test that was not made."""
    value = row.get(name)
    return None if value is None or pd.isna(value) else bool(value)


def index_rows(table: pd.DataFrame, key: str) -> dict[str, Row]:
    """Return rows by the value of a column that is unique."""
    return {str(row[key]): row for row in table.to_dict("records")}


def list_rows(table: pd.DataFrame, *by: str, **equal: object) -> list[Row]:
    """Return the rows with some values, in the order of some columns; `-column` is descending."""
    for name, value in equal.items():
        table = table[table[name] == value]
    if by:
        table = table.sort_values([name.lstrip("-") for name in by], ascending=[name[0] != "-" for name in by])
    return [*table.to_dict("records")]
