"""Files for other programs: a self-explanatory Excel workbook (notes first, headers in row 1), and a GeoPackage."""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import xlsxwriter

from crime_dagster.core.files import write_whole
from crime_dagster.core.records import note_written
from crime_dagster.drawing.kit import theme

# Both contain a timestamp; a fixed one gives the same content the same bytes.
_MOMENT, _GDAL_MOMENT = dt.datetime(2000, 1, 1), "2000-01-01T00:00:00Z"
# Of metres: a tenth is finer than any boundary is known.
_DIGITS = 1
_MOST_WIDTH, _LONGEST_NAME, _NARROWEST = 46, 31, 12


@dataclass(frozen=True)
class Sheet:
    """A table of the workbook: the name on its tab, and what a row is, for the list of sheets."""

    name: str
    title: str
    table: pd.DataFrame


def write_workbook(title: str, notes: Sequence[tuple[str, str]], sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook: notes (word and explanation) and a list of the sheets first, then the sheets.

    The same content gives the same bytes. Text that begins with `=` stays text, an infinite or NaN number is an empty
    cell. Row 1 of a sheet has column names and a filter; only rows follow.
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
        "wrap": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "bold": workbook.add_format({"bold": True, "valign": "top"}),
        "whole": workbook.add_format({"num_format": "#,##0"}),
        "decimal": workbook.add_format({"num_format": "#,##0.0###"}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
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
    for at, name in enumerate(sheet.table.columns):
        values = sheet.table[name]
        page.write_string(0, at, str(name), formats["head"])
        write, longest = _choose_writer(page, values, formats)
        for number, value in enumerate(values.tolist(), start=1):
            if not pd.isna(value):
                write(number, at, value)
        page.set_column(at, at, min(max(longest, len(str(name)), 8) + 2, _MOST_WIDTH))
    page.freeze_panes(1, 1)
    if len(sheet.table):
        page.autofilter(0, 0, len(sheet.table), max(len(sheet.table.columns) - 1, 0))


def _choose_writer(page: Any, values: pd.Series, formats: Mapping[str, Any]) -> tuple[Callable[..., object], int]:
    """Return the function that writes a column's values, and their width in letters."""
    known = values.dropna()
    if pd.api.types.is_datetime64_any_dtype(values):
        return lambda row, at, value: page.write_datetime(row, at, value, formats["date"]), _NARROWEST
    if len(known) and known.map(lambda value: isinstance(value, bool)).all():
        return page.write_boolean, _NARROWEST
    if pd.api.types.is_numeric_dtype(values):
        figures = known.astype(float)
        is_whole = bool((figures.map(math.isfinite) & (figures == figures.round())).all())
        chosen = formats["whole" if is_whole else "decimal"]
        return lambda *cell: math.isfinite(cell[2]) and page.write_number(*cell, chosen), _NARROWEST
    longest = int(known.astype(str).str.len().quantile(0.95)) if len(known) else 0
    return lambda row, at, value: page.write_string(row, at, str(value)), longest


def write_geopackage(path: Path, layers: Mapping[str, gpd.GeoDataFrame], tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write layers (shapes in metres) and tables into one GeoPackage, atomically; same content, same bytes."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _GDAL_MOMENT})
    try:
        # GDAL goes by the suffix.
        with write_whole(path, ending=".gpkg") as partial:
            for number, (name, layer) in enumerate([*layers.items(), *tables.items()]):
                pyogrio.write_dataframe(_simplify_types(layer), partial, layer=name, driver="GPKG", append=number > 0)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
    note_written(path)
    return path


def _simplify_types(layer: pd.DataFrame) -> pd.DataFrame:
    """Convert dates to text, because programs read them differently."""
    dates = [name for name in layer.columns if pd.api.types.is_datetime64_any_dtype(layer[name])]
    plain = layer.assign(**{name: layer[name].dt.strftime("%Y-%m-%d") for name in dates})
    if isinstance(plain, gpd.GeoDataFrame):
        return plain.set_geometry(plain.geometry.set_precision(10.0**-_DIGITS, mode="pointwise"))
    return plain
