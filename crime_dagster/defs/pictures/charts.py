"""Still pictures per crime type: the map of recorded crime, and the chart of the what-if."""

import dagster as dg
import pandas as pd

from crime_dagster.core.dictionary import Column, read_columns
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.partitions import OWNER, SINGLE_RUN, build_crime_types, list_chosen_types
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, build_stamp, discard_pictures, read_areas, read_years
from crime_dagster.defs.runtime.unchanged import recorded
from crime_dagster.drawing.charts import charts
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.finish import Stamp, save_figure
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.year import Year
from crime_dagster.modelling.what_if.scenarios import RELATIVE

NOT_RISK = "Counts, not risk: busy places have many crimes because many people pass through."


def build_chart_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Two assets, partitioned by crime type."""
    types = build_crime_types(settings)

    @dg.asset(
        key=["charts", "map"],
        group_name="charts",
        owners=[OWNER],
        kinds={"python", "png"},
        partitions_def=types,
        backfill_policy=SINGLE_RUN,
        deps=[dg.AssetKey(["marts", name]) for name in YEAR_MARTS],
        description="Recorded crimes per area in the newest year, with the areas per band and the six highest places.",
    )
    @recorded(settings)
    def static_map(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        areas = read_areas(settings)
        drawn = []
        for year in read_years(settings, list_chosen_types(context, settings)):
            if not year.is_reported:
                discard_pictures(settings, "charts", f"{year.crime.crime_type}_map*")
                context.log.warning(f"{year.crime.label}: no area reports it in this data set, so there is no picture")
                continue
            drawn.append(_save_map(settings, areas, year))
        return dg.MaterializeResult(metadata={"titles": dg.MetadataValue.md("\n".join(f"- {one}" for one in drawn))})

    @dg.asset(
        key=["charts", "impact"],
        group_name="charts",
        owners=[OWNER],
        kinds={"python", "png", "svg"},
        partitions_def=types,
        backfill_policy=SINGLE_RUN,
        deps=[dg.AssetKey(["marts", name]) for name in (*YEAR_MARTS, "impact_summary", "impact_areas")],
        description="What the model predicts for the areas with most predicted crime if one feature changes.",
    )
    @recorded(settings)
    def impact_chart(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
        drawn = []
        for year in read_years(settings, list_chosen_types(context, settings)):
            titles = _save_impacts(settings, year, columns)
            if not titles:
                context.log.warning(f"{year.crime.label}: no what-if was run, so there is no chart")
            drawn.extend(titles)
        return dg.MaterializeResult(metadata={"titles": dg.MetadataValue.md("\n".join(f"- {one}" for one in drawn))})

    return [static_map, impact_chart]


def _save_map(settings: Settings, areas: Areas, year: Year) -> str:
    place, crime = year.place, year.crime
    values = year.recorded
    title = words.concentration_title(
        year.city["crimes"],
        year.city["top_tenth_pct"],
        noun_phrase=crime.noun_phrase,
        place=place,
        period_label=year.period_label,
    )
    subtitle = (
        f"{words.capitalise(crime.count_noun)} recorded in each of {words.whole_number(values.count())} small areas "
        f"(LSOAs), {year.period_label}: {words.whole_number(values.sum())} in all"
    )
    key_title = f"{words.capitalise(crime.count_noun)} in the 12 months"
    wide, narrow = (
        charts.draw_static_map(
            areas,
            values,
            year.breaks,
            title=title,
            subtitle=subtitle,
            key_title=key_title,
            side_note=words.half_of_areas(values, crime.count_noun),
            narrow=is_narrow,
        )
        for is_narrow in (False, True)
    )
    note = f"{NOT_RISK} {year.provisional}".rstrip()
    alt = charts.describe_map(areas, values, year.breaks, title=title, key_title=key_title)
    path = settings.build_dir / "charts" / f"{crime.crime_type}_map.png"
    save_figure(
        wide, path, build_stamp(settings, year.period_label, note=note, crime_type=crime.crime_type), alt, narrow=narrow
    )
    return title


def _save_impacts(settings: Settings, year: Year, columns: dict[str, Column]) -> list[str]:
    """A chart per scenario: the first as `<type>_impact`, for the gallery, the others numbered after it."""
    name = year.crime.crime_type
    # A file of fewer scenarios than before must not leave charts of the old ones.
    discard_pictures(settings, "charts", f"{name}_impact*")
    summaries = read_mart(settings.database, "impact_summary", {"crime_type": name}).sort_values("sort_order")
    lsoas = read_mart(settings.database, "lsoas", columns=["lsoa_code", "area_name"])
    areas = read_mart(settings.database, "impact_areas", {"crime_type": name}).merge(lsoas, on="lsoa_code", how="left")
    stamp = build_stamp(
        settings,
        year.period_label,
        is_model=True,
        note=f"{charts.ASSOCIATION_NOTE} {year.provisional}".rstrip(),
        crime_type=year.crime.crime_type,
    )
    titles = []
    for number, (_, summary) in enumerate(summaries.iterrows(), start=1):
        chosen = areas[areas["scenario"] == summary["scenario"]]
        titles.append(_save_impact(settings, year, columns[summary["feature"]], summary, chosen, number, stamp))
    return titles


def _save_impact(
    settings: Settings,
    year: Year,
    column: Column,
    summary: pd.Series,
    areas: pd.DataFrame,
    number: int,
    stamp: Stamp,
) -> str:
    crime = year.crime
    # Pages show the first alone; only that is drawn for phones too.
    is_first = number == 1
    suffix = "" if is_first else f"_{number}"
    path = settings.build_dir / "charts" / f"{crime.crime_type}_impact{suffix}.png"
    label = words.lower_first(column.label)
    is_share = summary["kind"] == RELATIVE
    title = words.impact_title(
        summary["change"],
        summary["sum_change_pct"],
        feature_phrase=label,
        noun_phrase=crime.noun_phrase,
        is_clear=not summary["lower_90"] <= 0 <= summary["upper_90"],
        is_share=is_share,
    )
    subtitle = charts.impact_subtitle(
        feature_phrase=label,
        change=summary["change"],
        percentile=summary["percentile"],
        noun_phrase=crime.noun_phrase,
        period_label=year.period_label,
        unit=None if is_share else column.unit,
    )
    subtitle = f"{subtitle}. {charts.describe_sum(summary)}".rstrip()
    wide = charts.draw_impact(areas, summary, title=title, subtitle=subtitle)
    narrow = charts.draw_impact(areas, summary, title=title, subtitle=subtitle, narrow=True) if is_first else None
    save_figure(wide, path, stamp, charts.describe_impact(title, areas, summary), narrow=narrow, with_svg=True)
    return title
