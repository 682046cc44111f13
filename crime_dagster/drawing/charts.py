"""Still pictures: the map of a city and the chart of a what-if. Frames in, figures out; `finish` writes them."""

from crime_dagster.drawing.impact_chart import (
    ASSOCIATION_NOTE,
    describe_impact,
    describe_sum,
    draw_impact,
    impact_subtitle,
)
from crime_dagster.drawing.key import no_data_label
from crime_dagster.drawing.map_chart import describe_map, draw_static_map, find_highest

__all__ = [
    "ASSOCIATION_NOTE",
    "describe_impact",
    "describe_map",
    "describe_sum",
    "draw_impact",
    "draw_static_map",
    "find_highest",
    "impact_subtitle",
    "no_data_label",
]
