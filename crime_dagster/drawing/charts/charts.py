"""Still pictures: the map of a city and the chart of a what-if. Frames in, figures out; `finish` writes them."""

from crime_dagster.drawing.charts.impact_chart import (
    ASSOCIATION_NOTE,
    describe_impact,
    describe_sum,
    draw_impact,
    impact_subtitle,
)
from crime_dagster.drawing.charts.map_chart import describe_map, draw_static_map, find_highest
from crime_dagster.drawing.kit.key import no_data_label

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
