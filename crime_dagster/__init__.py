"""Crime in London: published open data in; one tidy table, models, what-ifs, maps, charts and GIFs out."""

from crime_dagster.core.map_drivers import limit_map_drivers

# GDAL reads this once, when it is loaded: whatever of ours is imported first comes before it.
limit_map_drivers()
