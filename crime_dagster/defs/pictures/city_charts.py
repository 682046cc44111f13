"""Charts of the whole city, per crime type: map, trend, concentration, boroughs, and the areas with most crime."""

from collections.abc import Callable
from functools import partial

import dagster as dg
import numpy as np
import pandas as pd

from crime_dagster.core.facts import read_flag, read_number
from crime_dagster.core.processes import map_in_processes
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.history import MONTH_MARTS, read_history
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.pictures import (
    NAMES,
    NOT_RISK,
    YEAR_MARTS,
    build_stamp,
    discard_pictures,
    read_areas,
    read_years,
    save_chart,
    stamp_year,
)
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.charts import cumulative_chart, funnel_chart, map_chart, ranked_chart, trend_chart
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.year import Year
from crime_dagster.modelling.findings.funnel import LIMITS, find_limit

Save = Callable[..., str]
NO_JUDGEMENT = "The model’s expectation, no judgement of a borough or its police."


def _build_chart(name: str, save: Save, marts: tuple[str, ...], description: str) -> dg.AssetsDefinition:
    @step(
        f"charts/{name}",
        *("png",) if name == "map" else ("png", "svg"),
        marts=marts,
        by_type=True,
        description=description,
    )
    def city_chart(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        save_one = partial(_save_map, areas=read_areas(settings)) if save is _save_map else save
        years = read_years(settings, list_chosen_types(context, settings))
        titles = map_in_processes(settings, partial(_draw, settings, name, save_one), years)
        for year in (year for year, title in zip(years, titles, strict=True) if not title):
            discard_pictures(settings, "charts", f"{year.crime.crime_type}_{name}[.-]*")
            context.log.warning(f"{year.crime.label}: not enough was reported for this chart in this data set")
        listed = "\n".join(f"- {title}" for title in titles if title)
        return dg.MaterializeResult(metadata={"titles": dg.MetadataValue.md(listed)})

    return city_chart


def _draw(settings: Settings, name: str, save: Save, year: Year) -> str:
    return save(settings, year, f"{year.crime.crime_type}_{name}") if year.is_reported else ""


def _save_map(settings: Settings, year: Year, name: str, areas: Areas) -> str:
    crime, values = year.crime, year.recorded
    title = _write_concentration_title(year)
    subtitle = (
        f"{words.capitalise(crime.count_noun)} recorded in each of {words.whole_number(year.city['areas_reported'])} "
        f"small areas (LSOAs), {year.period_label}: {words.whole_number(year.city['crimes'])} in all"
    )
    key_title = f"{words.capitalise(crime.count_noun)} in the 12 months"
    save_chart(
        settings,
        name,
        lambda narrow: map_chart.draw_static_map(
            areas,
            values,
            year.breaks,
            title=title,
            subtitle=subtitle,
            key_title=key_title,
            side_note=words.half_of_areas(year.city["median_crimes"], crime.count_noun),
            narrow=narrow,
        ),
        stamp_year(settings, year, NOT_RISK),
        map_chart.describe_map(areas, values, year.breaks, title=title, key_title=key_title),
        year.values[[*NAMES, "recorded"]],
        with_svg=False,
    )
    return title


def _write_concentration_title(year: Year) -> str:
    return words.concentration_title(
        year.city["crimes"],
        read_number(year.city, "top_tenth_pct"),
        noun_phrase=year.crime.noun_phrase,
        place=year.place,
        period_label=year.period_label,
    )


def _save_trend(settings: Settings, year: Year, name: str) -> str:
    history = read_history(settings, year.crime)
    if history is None or history.line.rates.count() < 2:
        return ""
    crime, place, line = year.crime, year.place, history.line
    after, before = year.city["crimes"], year.crimes_before
    title = trend_chart.write_trend_title(
        before, after, noun_phrase=crime.noun_phrase, place=place, is_clear=read_flag(year.city, "is_clear_change")
    )
    sums = f"Latest 12 months {words.whole_number(after)}"
    if before is not None:
        sums = f"{sums}; previous 12 months {words.whole_number(before)}"
    subtitle = f"{words.capitalise(crime.count_noun)} recorded a day in {place}. {sums}"
    trends = read_mart(settings.database, "month_trends", {"crime_type": crime.crime_type}).set_index("month")
    trends = trends.set_axis(pd.to_datetime(trends.index)).reindex(line.rates.index)
    adjusted = trends["trend_per_day"].astype(float)
    trend = trend_chart.Trend(line.rates, adjusted, line.breaks, history.provisional, crime.count_noun)
    note = "Daily averages, so months are comparable. The axis starts at zero."
    if trend.latest is not None:
        note = f"{note} Line: the seasonally adjusted trend (STL), which later months revise."
    span = f"{words.month_words(history.first)} to {words.month_words(history.last)}"
    save_chart(
        settings,
        name,
        lambda narrow: trend_chart.draw_trend(trend, title=title, subtitle=subtitle, narrow=narrow),
        build_stamp(settings, span, note=f"{note} {history.note}".strip(), crime_type=crime.crime_type),
        trend_chart.describe_trend(title, trend),
        pd.DataFrame({"crimes_per_day": line.rates, "trend_per_day": adjusted}).rename_axis("month").reset_index(),
    )
    return title


def _save_cumulative(settings: Settings, year: Year, name: str) -> str:
    curve = read_mart(settings.database, "crime_concentration", {"crime_type": year.crime.crime_type})
    if curve.empty:
        return ""
    curve, title = curve.sort_values("areas", ignore_index=True), _write_concentration_title(year)
    subtitle = (
        f"Share of recorded {year.crime.noun_phrase} by share of {words.whole_number(len(curve))} small areas "
        f"(LSOAs), {year.place}, {year.period_label}"
    )
    save_chart(
        settings,
        name,
        lambda narrow: cumulative_chart.draw_cumulative(curve, title=title, subtitle=subtitle, narrow=narrow),
        stamp_year(settings, year, NOT_RISK, is_model=year.predicted is not None),
        cumulative_chart.describe_cumulative(title, curve),
        curve,
    )
    return title


def _save_funnel(settings: Settings, year: Year, name: str) -> str:
    rows = [row for row in year.accuracy.values() if read_number(row, "ratio") is not None]
    if not rows:
        return ""
    crime = year.crime
    places = pd.DataFrame(rows).rename(columns={"place_name": "name", "predicted": "expected"}).sort_values("name")
    outside = places[places["is_outside"].astype(bool)]
    across = np.linspace(places["expected"].min(), 1.04 * places["expected"].max(), 80)
    dispersion = float(places["dispersion"].iloc[0])
    limits = {name: (across, find_limit(across, dispersion, quantile)) for name, quantile in LIMITS.items()}
    title = funnel_chart.write_funnel_title(
        list(outside.loc[outside["ratio"] > 1, "name"]),
        list(outside.loc[outside["ratio"] <= 1, "name"]),
        crime.noun_phrase,
    )
    subtitle = (
        f"Recorded {crime.noun_phrase} divided by what a model not trained on the borough expects, "
        f"{year.place}, {year.period_label}; limits widened for extra variation"
    )
    save_chart(
        settings,
        name,
        lambda narrow: funnel_chart.draw_funnel(places, limits, title=title, subtitle=subtitle, narrow=narrow),
        stamp_year(settings, year, NO_JUDGEMENT, is_model=True),
        funnel_chart.describe_funnel(title, places),
        places[["place_code", "name", "actual", "expected", "ratio", "z", "is_outside"]],
    )
    return title


def _save_ranked(settings: Settings, year: Year, name: str) -> str:
    crime, middle, areas = year.crime, float(year.city["median_crimes"]), ranked_chart.list_ranked(year.values)
    if areas.empty or areas["recorded"].iloc[0] <= 0:
        return ""
    title = ranked_chart.write_ranked_title(areas, middle, crime.count_noun)
    subtitle = f"Small areas (LSOAs) with most recorded {crime.noun_phrase}, {year.place}, {year.period_label}"
    save_chart(
        settings,
        name,
        lambda narrow: ranked_chart.draw_ranked(areas, middle, title=title, subtitle=subtitle, narrow=narrow),
        stamp_year(settings, year, NOT_RISK, is_model=year.predicted is not None),
        ranked_chart.describe_ranked(title, areas, middle, crime.count_noun),
        areas[[*NAMES, "recorded", "predicted", "lower_90", "upper_90"]],
    )
    return title


CHARTS = [
    _build_chart(
        "map", _save_map, YEAR_MARTS, "Recorded crimes per area, the areas per band and the six highest places."
    ),
    _build_chart(
        "trend",
        _save_trend,
        (*MONTH_MARTS, "month_trends"),
        "Crimes a day, by month and as the seasonally adjusted trend, with breaks.",
    ),
    _build_chart(
        "cumulative",
        _save_cumulative,
        (*YEAR_MARTS, "crime_concentration"),
        "The share of crime by the share of areas.",
    ),
    _build_chart("funnel", _save_funnel, YEAR_MARTS, "Boroughs against what a model of the others expects."),
    _build_chart("ranked", _save_ranked, YEAR_MARTS, "The areas with most crime beside what a model expects."),
]
