"""Which of GDAL's drivers may read a map: none that follows an address or another file's name in what it reads."""

import os

# Each of these reads a file as the description of something elsewhere: a server, a database or any other file. A
# published map is read by a driver that is named; without the others a file under a wrong name opens nothing.
REFERRING = (
    *("OGR_VRT", "GDALG", "WFS", "OAPIF", "OGCAPI", "CSW", "HTTP", "EEDA", "PLSCENES", "NGW", "Elasticsearch"),
    *("Carto", "AmigoCloud", "ADBC", "GPSBabel", "GTFS", "PDS4", "MVT", "PMTiles", "MBTiles", "OSM", "SQLite", "CSV"),
)
OPTIONS = {
    "OGR_SKIP": ",".join(REFERRING),
    # Paths that begin with /vsicurl/ and their kin read from the network: of no name that exists.
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/vsicurl/none",
}


def limit_map_drivers() -> None:
    """Tell GDAL before it is loaded, in this process and those that it starts."""
    os.environ.update(OPTIONS)  # noqa: TID251 GDAL asks the environment which drivers not to load, and nothing else
