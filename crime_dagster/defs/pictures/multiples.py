"""Small multiples for the whole data set: a map per crime type, and the months of each borough."""

import dagster as dg
import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.pictures import (
    NOT_RISK,
    YEAR_MARTS,
    build_stamp,
    list_titles,
    read_areas,
    read_reported,
    save_chart,
)
from crime_dagster.defs.runtime.reported_place import read_notes, read_place
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.charts.multiples_chart import Panel, chart_boroughs, chart_types
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.year import Year

TYPES, BOROUGHS = "types_map", "boroughs_trend"
YEAR_MONTHS = 12
# More would be a picture of many screens: those with most crime are shown.
MOST_LINES = 48


@step(
    "charts/multiples",
    "png",
    "svg",
    marts=(*YEAR_MARTS, "borough_months"),
    description="A small map per crime type and a small line per borough, each set on one scale.",
)
def multiples(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    years = read_reported(settings, read_crime_types(settings.dbt_dir))
    titles = [*_save_types(settings, years), *_save_boroughs(settings, years)]
    if len(titles) < 2:
        context.log.warning("There are no small multiples of types or of boroughs: too little is reported for them")
    return dg.MaterializeResult(metadata=list_titles(titles))


def _save_types(settings: Settings, years: list[Year]) -> list[str]:
    known = [year for year in years if year.values["ratio_to_mean"].notna().any()]
    if not known:
        return []
    label, note = years[0].period_label, f"{NOT_RISK} {years[0].provisional}".strip()
    chart = chart_types(read_areas(settings), known, read_place(settings).name)
    stamp = build_stamp(settings, label, note=note)
    return [save_chart(settings.build_dir / "charts" / f"{TYPES}.png", chart, stamp, with_svg=False)]


def _save_boroughs(settings: Settings, years: list[Year]) -> list[str]:
    if not years:
        return []
    crime = years[0].crime
    rows = read_mart(settings.database, "borough_months", {"crime_type": crime.crime_type})
    rows = rows.assign(month=pd.to_datetime(rows["month"])).dropna(subset="crimes_per_day")
    if rows["month"].nunique() <= YEAR_MONTHS:
        return []
    panels = _list_panels(rows, pd.date_range(rows["month"].min(), rows["month"].max(), freq="MS"))
    if len(panels) < 2:  # a single borough has nothing to compare with
        return []
    panels, boroughs = panels[:MOST_LINES], len(panels)
    first, last = rows["month"].min().date(), rows["month"].max().date()
    span = f"{words.month_words(first)} to {words.month_words(last)}"
    provisional = read_notes(settings, crime.crime_type).say_provisional(first, last)
    note = f"Most crimes first; one scale for all boroughs. {provisional}".strip()
    stamp = build_stamp(settings, span, note=note, crime_type=crime.crime_type)
    chart = chart_boroughs(panels, crime, years[0].place, span, boroughs)
    return [save_chart(settings.build_dir / "charts" / f"{BOROUGHS}.png", chart, stamp)]


def _list_panels(rows: pd.DataFrame, months: pd.DatetimeIndex) -> list[Panel]:
    """Return boroughs with figures, most crimes in the latest twelve months first, those without a full year last."""
    latest = rows[rows["month"] == months[-1]].set_index("borough_name")["crimes_12_months"]
    names = sorted(rows["borough_name"].unique())
    year = latest.reindex(names).sort_values(ascending=False, kind="stable", na_position="last")
    panels = []
    for name, crimes in year.items():
        own = rows[rows["borough_name"] == name].set_index("month").sort_index()
        # Months may be reported although the year is incomplete: draw the line, omit the sum.
        figure = "latest year incomplete" if pd.isna(crimes) else words.whole_number(crimes)
        panels.append(
            Panel(str(name), own["ratio_to_mean"].reindex(months), figure, bool(own["is_provisional"].iloc[-1]))
        )
    return panels
