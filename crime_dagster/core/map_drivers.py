"""Which GDAL drivers may read a map: none that follows an address or file name found in the data."""

import os

# Each of these takes a file as a reference to something elsewhere: a server, a database or any other file. Published
# maps are read by a named driver; without these, a file under a wrong name opens nothing else.
REFERRING = (
    *("OGR_VRT", "GDALG", "WFS", "OAPIF", "OGCAPI", "CSW", "HTTP", "EEDA", "PLSCENES", "NGW", "Elasticsearch"),
    *("Carto", "AmigoCloud", "ADBC", "GPSBabel", "GTFS", "PDS4", "MVT", "PMTiles", "MBTiles", "OSM", "SQLite", "CSV"),
)
OPTIONS = {
    "OGR_SKIP": ",".join(REFERRING),
    # Paths that begin with /vsicurl/ and the like read from the network: allow only a name that does not exist.
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/vsicurl/none",
}


def limit_map_drivers() -> None:
    """Restrict GDAL's drivers in this process and its children; must be called before GDAL is loaded."""
    os.environ.update(OPTIONS)  # noqa: TID251 GDAL asks the environment which drivers not to load, and nothing else
