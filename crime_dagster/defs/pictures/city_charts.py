"""Still pictures of a whole city, per crime type: its trend, how crime is concentrated, and the areas with most."""

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from crime_dagster.core.facts import read_flag, read_number
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pictures.charts import NOT_RISK
from crime_dagster.defs.runtime.history import MONTH_MARTS, History, read_history
from crime_dagster.defs.runtime.partitions import OWNER, SINGLE_RUN, build_crime_types, list_chosen_types
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, build_stamp, discard_pictures, read_years
from crime_dagster.defs.runtime.unchanged import recorded
from crime_dagster.drawing.charts import cumulative_chart, funnel_chart, ranked_chart, trend_chart
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.finish import Stamp, save_figure
from crime_dagster.drawing.kit.year import Year
from crime_dagster.modelling.findings.funnel import LIMITS, find_limit

Draw = Callable[[bool], Figure]
NO_JUDGEMENT = "The model’s expectation, no judgement of a borough or its police."


def build_city_chart_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Four assets, partitioned by crime type."""
    return [
        _build(
            settings, "trend", _save_trend, MONTH_MARTS, "Crimes a day, by month and over twelve months, with breaks."
        ),
        _build(settings, "cumulative", _save_cumulative, YEAR_MARTS, "The share of crime by the share of areas."),
        _build(settings, "funnel", _save_funnel, YEAR_MARTS, "Boroughs against what a model of the others expects."),
        _build(settings, "ranked", _save_ranked, YEAR_MARTS, "The areas with most crime beside what a model expects."),
    ]


def _build(
    settings: Settings,
    name: str,
    save: Callable[[Settings, Year, Path], str],
    marts: tuple[str, ...],
    description: str,
) -> dg.AssetsDefinition:
    @dg.asset(
        key=["charts", name],
        group_name="charts",
        owners=[OWNER],
        kinds={"python", "png", "svg"},
        partitions_def=build_crime_types(settings),
        backfill_policy=SINGLE_RUN,
        deps=[dg.AssetKey(["marts", mart]) for mart in marts],
        description=description,
    )
    @recorded(settings)
    def city_chart(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        titles = []
        for year in read_years(settings, list_chosen_types(context, settings)):
            stem = f"{year.crime.crime_type}_{name}"
            title = save(settings, year, settings.build_dir / "charts" / f"{stem}.png") if year.is_reported else ""
            if title:
                titles.append(f"- {title}")
                continue
            discard_pictures(settings, "charts", f"{stem}[.-]*")
            context.log.warning(f"{year.crime.label}: not enough was reported for this chart in this data set")
        return dg.MaterializeResult(metadata={"titles": dg.MetadataValue.md("\n".join(titles))})

    return city_chart


def _save_trend(settings: Settings, year: Year, path: Path) -> str:
    history = read_history(settings, year.crime)
    if history is None or history.line.rates.notna().sum() < 2:
        return ""
    crime, place, rates = year.crime, year.place, history.line.rates
    after, before = float(year.recorded.sum()), year.crimes_before
    title = trend_chart.write_trend_title(
        before, after, noun_phrase=crime.noun_phrase, place=place, is_clear=read_flag(year.city, "is_clear_change")
    )
    sums = f"Latest 12 months {words.whole_number(after)}" + (
        f"; previous 12 months {words.whole_number(before)}" if before is not None else ""
    )
    subtitle = f"{words.capitalise(crime.count_noun)} recorded a day in {place}. {sums}"
    breaks = history.line.breaks

    def draw(narrow: bool) -> Figure:
        return trend_chart.draw_trend(
            rates,
            title=title,
            subtitle=subtitle,
            noun=crime.count_noun,
            breaks=breaks,
            provisional=history.provisional,
            narrow=narrow,
        )

    note = "Daily averages, so months are comparable. The axis starts at zero."
    stamp = build_stamp(
        settings, _name_months(history), note=f"{note} {history.note}".strip(), crime_type=crime.crime_type
    )
    _save(path, draw, stamp, trend_chart.describe_trend(title, rates, crime.count_noun, breaks))
    return title


def _name_months(history: History) -> str:
    return f"{words.month_words(history.first)} to {words.month_words(history.last)}"


def _save_cumulative(settings: Settings, year: Year, path: Path) -> str:
    found = cumulative_chart.pile_up(year.recorded, year.predicted)
    if found is None:
        return ""
    crime, place = year.crime, year.place
    title = words.concentration_title(
        year.city["crimes"],
        read_number(year.city, "top_tenth_pct"),
        noun_phrase=crime.noun_phrase,
        place=place,
        period_label=year.period_label,
    )
    subtitle = (
        f"Share of recorded {crime.noun_phrase} by share of {words.whole_number(year.recorded.count())} small areas "
        f"(LSOAs), {place}, {year.period_label}"
    )
    stamp = build_stamp(
        settings,
        year.period_label,
        is_model=year.predicted is not None,
        note=f"{NOT_RISK} {year.provisional}".strip(),
        crime_type=year.crime.crime_type,
    )
    _save(
        path,
        lambda narrow: cumulative_chart.draw_cumulative(found, title=title, subtitle=subtitle, narrow=narrow),
        stamp,
        cumulative_chart.describe_cumulative(title, found),
    )
    return title


def _save_funnel(settings: Settings, year: Year, path: Path) -> str:
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
    stamp = build_stamp(
        settings,
        year.period_label,
        is_model=True,
        note=f"{NO_JUDGEMENT} {year.provisional}".strip(),
        crime_type=year.crime.crime_type,
    )
    _save(
        path,
        lambda narrow: funnel_chart.draw_funnel(places, limits, title=title, subtitle=subtitle, narrow=narrow),
        stamp,
        funnel_chart.describe_funnel(title, places),
    )
    return title


def _save_ranked(settings: Settings, year: Year, path: Path) -> str:
    names = read_mart(settings.database, "lsoas", columns=["lsoa_code", "area_name", "borough_name"])
    rows = year.values.merge(names, on="lsoa_code", how="left")
    ranked = ranked_chart.list_ranked(rows)
    if ranked.empty or ranked["recorded"].max() <= 0:
        return ""
    crime, middle = year.crime, float(np.median(ranked["recorded"]))
    title = ranked_chart.write_ranked_title(ranked, middle, crime.count_noun)
    subtitle = f"Small areas (LSOAs) with most recorded {crime.noun_phrase}, {year.place}, {year.period_label}"
    stamp = build_stamp(
        settings,
        year.period_label,
        is_model=year.predicted is not None,
        note=f"{NOT_RISK} {year.provisional}".strip(),
        crime_type=year.crime.crime_type,
    )
    _save(
        path,
        lambda narrow: ranked_chart.draw_ranked(
            _drop_empty(rows), middle, title=title, subtitle=subtitle, narrow=narrow
        ),
        stamp,
        ranked_chart.describe_ranked(title, rows, middle, crime.count_noun),
    )
    return title


def _drop_empty(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.dropna(axis="columns", how="all")


def _save(path: Path, draw: Draw, stamp: Stamp, alt: str) -> None:
    save_figure(draw(False), path, stamp, alt, narrow=draw(True), with_svg=True)
