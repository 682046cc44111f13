"""Crime in London: from published open data to one tidy table, models, what-ifs, maps, charts and GIFs."""

from crime_dagster.core.map_drivers import limit_map_drivers

# GDAL reads this only once, when it is loaded: so it is set before any of our modules is imported.
limit_map_drivers()
