"""A GeoPackage for QGIS and other programs: layers with shapes, and tables that explain them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from crime_dagster.core.records import note_written

# GeoPackages say when they were changed. The same content shall have the same bytes, so the moment is always this one.
_MOMENT = "2000-01-01T00:00:00Z"
# The kilometre: a tenth of a metre is finer than any boundary is known.
_DIGITS = 1


def write_geopackage(path: Path, layers: Mapping[str, gpd.GeoDataFrame], tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write layers and tables into one GeoPackage, whole or not at all.

    Args:
        path: Where to; ends with `.gpkg`.
        layers: Name to shapes with attributes, in metres (a projected coordinate system).
        tables: Name to table without shapes.

    Returns:
        The file written. The same content gives the same bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.partial.gpkg")
    partial.unlink(missing_ok=True)
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MOMENT})
    try:
        for number, (name, layer) in enumerate([*layers.items(), *tables.items()]):
            pyogrio.write_dataframe(_simplify_types(layer), partial, layer=name, driver="GPKG", append=number > 0)
        partial.replace(path)
        note_written(path)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
        partial.unlink(missing_ok=True)
    return path


def _simplify_types(layer: pd.DataFrame) -> pd.DataFrame:
    """Dates as text: other programs read them in many ways."""
    dates = [name for name in layer.columns if pd.api.types.is_datetime64_any_dtype(layer[name])]
    plain = layer.assign(**{name: layer[name].dt.strftime("%Y-%m-%d") for name in dates})
    if isinstance(plain, gpd.GeoDataFrame):
        return plain.set_geometry(plain.geometry.set_precision(10.0**-_DIGITS, mode="pointwise"))
    return plain
