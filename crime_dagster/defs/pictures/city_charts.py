"""Charts of the whole city, per crime type: map, trend, concentration, boroughs, and the areas with most crime."""

from collections.abc import Callable
from functools import partial

import dagster as dg
import numpy as np
import pandas as pd

from crime_dagster.core.facts import read_number
from crime_dagster.core.processes import map_in_processes
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.history import MONTH_MARTS, read_history
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.pictures import (
    NOT_RISK,
    YEAR_MARTS,
    build_stamp,
    list_titles,
    read_areas,
    read_years,
    save_chart,
    stamp_year,
)
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.charts.cumulative_chart import chart_cumulative
from crime_dagster.drawing.charts.funnel_chart import chart_funnel
from crime_dagster.drawing.charts.map_chart import chart_map
from crime_dagster.drawing.charts.named_bars import chart_ranked
from crime_dagster.drawing.charts.trend_chart import Trend, chart_trend
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.layout import Chart
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import Year
from crime_dagster.modelling.findings.place_models import LIMITS, find_limit

# A chart with its attribution; None where a data set has too little for it.
Made = tuple[Chart, Stamp] | None
Make = Callable[..., Made]  # of the settings and a year


def _build_chart(name: str, make: Make, marts: tuple[str, ...], description: str) -> dg.AssetsDefinition:
    kinds = ("png",) if name == "map" else ("png", "svg")

    @step(f"charts/{name}", *kinds, marts=marts, by_type=True, description=description)
    def city_chart(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        make_one = partial(_make_map, areas=read_areas(settings)) if make is _make_map else make
        years = read_years(settings, list_chosen_types(context, settings))
        titles = map_in_processes(settings, partial(_save, settings, name, make_one), years)
        for year in (year for year, title in zip(years, titles, strict=True) if not title):
            context.log.warning(f"{year.crime.label}: not enough was reported for this chart in this data set")
        return dg.MaterializeResult(metadata=list_titles(filter(None, titles)))

    return city_chart


def _save(settings: Settings, name: str, make: Make, year: Year) -> str:
    made = make(settings, year) if year.is_reported else None
    if made is None:
        return ""
    return save_chart(
        settings.build_dir / "charts" / f"{year.crime.crime_type}_{name}.png", *made, with_svg=name != "map"
    )


def _make_map(settings: Settings, year: Year, areas: Areas) -> Made:
    return chart_map(year, areas), stamp_year(settings, year, NOT_RISK)


def _make_trend(settings: Settings, year: Year) -> Made:
    history = read_history(settings, year.crime)
    if history is None or history.line.rates.count() < 2:
        return None
    crime, line = year.crime, history.line
    trends = read_mart(settings.database, "month_trends", {"crime_type": crime.crime_type}).set_index("month")
    trends = trends.set_axis(pd.to_datetime(trends.index)).reindex(line.rates.index)
    adjusted = trends["trend_per_day"].astype(float)
    trend = Trend(line.rates, adjusted, line.breaks, history.provisional, crime.count_noun)
    note = "Daily averages, so months are comparable. The axis starts at zero."
    if trend.latest is not None:
        note = f"{note} Line: the seasonally adjusted trend (STL), which later months revise."
    span = f"{words.month_words(history.first)} to {words.month_words(history.last)}"
    late = read_place(settings, crime.crime_type).late
    said = " ".join(filter(None, (note, late, history.note)))
    stamp = build_stamp(settings, span, note=said, crime_type=crime.crime_type)
    return chart_trend(year, trend), stamp


def _make_cumulative(settings: Settings, year: Year) -> Made:
    curve = read_mart(settings.database, "crime_concentration", {"crime_type": year.crime.crime_type})
    if curve.empty:
        return None
    chart = chart_cumulative(year, curve.sort_values("areas", ignore_index=True))
    return chart, stamp_year(settings, year, NOT_RISK, is_model=year.predicted is not None)


def _make_funnel(settings: Settings, year: Year) -> Made:
    rows = [row for row in year.accuracy.values() if read_number(row, "ratio") is not None]
    if not rows:
        return None
    places = pd.DataFrame(rows).rename(columns={"place_name": "name", "predicted": "expected"}).sort_values("name")
    across = np.linspace(places["expected"].min(), 1.04 * places["expected"].max(), 80)
    dispersion = float(places["dispersion"].iloc[0])
    limits = {name: (across, find_limit(across, dispersion, quantile)) for name, quantile in LIMITS.items()}
    note = "The model’s expectation, no judgement of a borough or its police."
    return chart_funnel(year, places, limits), stamp_year(settings, year, note, is_model=True)


def _make_ranked(settings: Settings, year: Year) -> Made:
    chart = chart_ranked(year)
    if chart is None:
        return None
    return chart, stamp_year(settings, year, NOT_RISK, is_model=year.predicted is not None)


CHARTS = [
    _build_chart(name, make, marts, description)
    for name, make, marts, description in (
        ("map", _make_map, YEAR_MARTS, "Recorded crimes per area, the areas per band and the six highest places."),
        (
            *("trend", _make_trend, (*MONTH_MARTS, "month_trends")),
            "Crimes a day, by month and as the seasonally adjusted trend, with breaks.",
        ),
        (
            *("cumulative", _make_cumulative, (*YEAR_MARTS, "crime_concentration")),
            "The share of crime by the share of areas.",
        ),
        ("funnel", _make_funnel, YEAR_MARTS, "Boroughs against what a model of the others expects."),
        ("ranked", _make_ranked, YEAR_MARTS, "The areas with most crime beside what a model expects."),
    )
]
