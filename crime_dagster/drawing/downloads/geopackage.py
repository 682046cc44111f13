"""A GeoPackage for QGIS and other programs: layers with shapes, and tables that explain them."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from crime_dagster.core.files import write_whole
from crime_dagster.core.records import note_written

# GeoPackages contain a timestamp; a fixed one gives the same content the same bytes.
_MOMENT = "2000-01-01T00:00:00Z"
# Of metres: a tenth is finer than any boundary is known.
_DIGITS = 1


def write_geopackage(path: Path, layers: Mapping[str, gpd.GeoDataFrame], tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write layers (shapes in metres) and tables into one GeoPackage, atomically; same content, same bytes."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MOMENT})
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
