"""An Excel workbook that explains itself: notes first, then tables with units, then where the figures come from."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from crime_dagster.drawing.kit import theme

# Workbooks say when they were made. The same content shall have the same bytes, so the moment is always this one.
_MOMENT = dt.datetime(2000, 1, 1)
_MOST_WIDTH, _LONGEST_NAME = 46, 31
_HEAD_ROW = 2


@dataclass(frozen=True)
class Sheet:
    """A table of the workbook: the name on its tab, what a row is, and units by column, printed under its name."""

    name: str
    title: str
    table: pd.DataFrame
    units: Mapping[str, str]


def write_workbook(title: str, notes: Sequence[tuple[str, str]], sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook: notes (word and explanation) and a list of the sheets first, then the sheets.

    The same content gives the same bytes. Text that begins with `=` stays text, a number that is infinite or NaN is an
    empty cell.
    """
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties({"title": title, "created": _MOMENT})
    formats = {
        "title": workbook.add_format({"bold": True, "font_size": 14, "font_color": theme.LIGHT.ink}),
        "head": workbook.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": theme.LIGHT.panel}
        ),
        "unit": workbook.add_format({"italic": True, "font_color": theme.LIGHT.ink3}),
        "wrap": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "bold": workbook.add_format({"bold": True, "valign": "top"}),
        "whole": workbook.add_format({"num_format": "#,##0"}),
        "decimal": workbook.add_format({"num_format": "#,##0.0##"}),
    }
    _write_notes(workbook.add_worksheet("Read me"), title, notes, sheets, formats)
    for sheet in sheets:
        _write_sheet(workbook.add_worksheet(sheet.name[:_LONGEST_NAME]), sheet, formats)
    workbook.close()
    return buffer.getvalue()


def _write_notes(
    page: Any, title: str, notes: Sequence[tuple[str, str]], sheets: Sequence[Sheet], formats: Mapping[str, Any]
) -> None:
    page.hide_gridlines(2)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 96)
    page.write_string(0, 0, title, formats["title"])
    rows = [*notes, ("", ""), *((f"Sheet {sheet.name}", sheet.title) for sheet in sheets)]
    for number, (word, text) in enumerate(rows, start=2):
        page.write_string(number, 0, word, formats["bold"])
        page.write_string(number, 1, text, formats["wrap"])


def _write_sheet(page: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    page.write_string(0, 0, sheet.title, formats["title"])
    has_units = any(sheet.units.get(str(name)) for name in sheet.table.columns)
    first = _HEAD_ROW + (2 if has_units else 1)
    for at, name in enumerate(sheet.table.columns):
        values = sheet.table[name]
        page.write_string(_HEAD_ROW, at, str(name), formats["head"])
        if has_units:
            page.write_string(_HEAD_ROW + 1, at, sheet.units.get(str(name), ""), formats["unit"])
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            _write_numbers(page, first, at, values, formats)
            longest = 12
        else:
            _write_texts(page, first, at, values)
            longest = int(values.dropna().astype(str).str.len().quantile(0.95)) if values.notna().any() else 0
        page.set_column(at, at, min(max(longest, len(str(name)), 8) + 2, _MOST_WIDTH))
    page.freeze_panes(first, 1)
    if len(sheet.table):
        page.autofilter(_HEAD_ROW, 0, first + len(sheet.table) - 1, max(len(sheet.table.columns) - 1, 0))


def _write_numbers(page: Any, first: int, at: int, values: pd.Series, formats: Mapping[str, Any]) -> None:
    known = values.dropna().astype(float)
    is_whole = bool((known.map(math.isfinite) & (known == known.round())).all())
    chosen = formats["whole" if is_whole else "decimal"]
    for number, value in enumerate(values.astype(float).tolist(), start=first):
        if math.isfinite(value):
            page.write_number(number, at, value, chosen)


def _write_texts(page: Any, first: int, at: int, values: pd.Series) -> None:
    for number, value in enumerate(values.tolist(), start=first):
        if not pd.isna(value):
            page.write_string(number, at, str(value))
