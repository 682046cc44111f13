"""Charts of the what-ifs: one per scenario and crime type."""

from functools import partial
from pathlib import Path

import dagster as dg
import pandas as pd

from crime_dagster.core.dictionary import Column, read_columns
from crime_dagster.core.processes import map_in_processes
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.headline import HeadlineConfig, choose_drawn
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, discard_pictures, read_years, save_figures, stamp_year
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.charts import impact_chart as chart
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.finish import Stamp, save_figure
from crime_dagster.drawing.kit.slugs import make_slugs
from crime_dagster.drawing.kit.year import Year
from crime_dagster.modelling.what_if.officers import EVIDENCE
from crime_dagster.modelling.what_if.scenarios import RELATIVE


@step(
    "charts/impact",
    "png",
    "svg",
    marts=(*YEAR_MARTS, "impact_summary", "impact_areas", "impact_officers"),
    by_type=True,
    description="What the model predicts for the areas with most predicted crime if one feature changes.",
)
def impact_chart(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: HeadlineConfig
) -> dg.MaterializeResult:
    years = read_years(settings, choose_drawn(context, settings, config, "charts", "impact"))
    titles = map_in_processes(settings, partial(_save_impacts, settings), years)
    for year in (year for year, found in zip(years, titles, strict=True) if not found):
        context.log.warning(f"{year.crime.label}: no what-if was run, so there is no chart")
    listed = "\n".join(f"- {title}" for found in titles for title in found)
    return dg.MaterializeResult(metadata={"titles": dg.MetadataValue.md(listed)})


def _save_impacts(settings: Settings, year: Year) -> list[str]:
    """Draw a chart per scenario: the first as `<type>_impact`, for the front page, the others with their names."""
    name = year.crime.crime_type
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    # Fewer scenarios than before must not leave old charts.
    discard_pictures(settings, "charts", f"{name}_impact*")
    summaries = read_mart(settings.database, "impact_summary", {"crime_type": name}).sort_values("sort_order")
    areas = read_mart(settings.database, "impact_areas", {"crime_type": name})
    stamp = stamp_year(settings, year, chart.ASSOCIATION_NOTE, is_model=True)
    titles = []
    slugs = make_slugs(summaries["scenario"], summaries["sort_order"].astype(str))
    for number, (slug, (_, summary)) in enumerate(zip(slugs, summaries.iterrows(), strict=True), start=1):
        path = settings.build_dir / "charts" / f"{name}_impact{f'_{slug}' if number > 1 else ''}.png"
        of = areas[areas["scenario"] == summary["scenario"]]
        save_figures(of, path)
        # Pages show only the first; only that is also drawn for phones.
        titles.append(save_impact(path, year, columns[summary["feature"]], summary, of, stamp, is_first=number == 1))
    for _, row in read_mart(settings.database, "impact_officers", {"crime_type": name}).iterrows():
        # A model's answer about officers is not causal: they are sent to where crime is.
        if row["model"] == EVIDENCE:
            titles.append(_save_officers(settings, year, row))
    return titles


def _save_officers(settings: Settings, year: Year, row: pd.Series) -> str:
    """Draw a study's estimate for more officers, and return the title."""
    summary = {"sum_change_pct": row["sum_change_pct"], "lower_90": row["lower_pct"], "upper_90": row["upper_pct"]}
    title = words.impact_title(
        row["change"],
        *summary.values(),
        feature_phrase="police officers",
        noun_phrase=year.crime.noun_phrase,
        who="a study suggests",
    )
    subtitle = (
        f"Change in recorded {year.crime.noun_phrase} in {year.place} if officers rose by "
        f"{words.percent(100 * row['change'], decimals=0)}; {year.period_label}. {row['note']}"
    )
    path = settings.build_dir / "charts" / f"{year.crime.crime_type}_impact_officers.png"
    draw = partial(chart.draw_impact, title=title, subtitle=subtitle, whole=f"All of {year.place}")
    nothing = pd.DataFrame({"rank": [], "area_name": [], "change_pct": []})
    wide, narrow = (draw(nothing, summary, narrow=one) for one in (False, True))
    save_figures(row.to_frame().T, path)
    stamp = stamp_year(settings, year, f"{row['source']}.")
    save_figure(wide, path, stamp, f"{title}. {subtitle}", narrow=narrow, with_svg=True)
    return title


def save_impact(
    path: Path,
    year: Year,
    column: Column,
    summary: pd.Series,
    areas: pd.DataFrame,
    stamp: Stamp,
    *,
    is_first: bool = False,
) -> str:
    """Draw a what-if, and return its title.

    Args:
        path: Target; ends with `.png`.
        year: The crime type and its year.
        column: The feature that changes.
        summary: A row of `impact_summary`.
        areas: Its rows of `impact_areas`.
        stamp: The chart's attribution.
        is_first: Whether it is also drawn for phones.
    """
    crime = year.crime
    label = words.lower_first(column.label)
    is_share = summary["kind"] == RELATIVE
    title = words.impact_title(
        summary["change"],
        *(summary[name] for name in ("sum_change_pct", "lower_90", "upper_90")),
        feature_phrase=label,
        noun_phrase=crime.noun_phrase,
        is_share=is_share,
    )
    subtitle = chart.impact_subtitle(
        feature_phrase=label,
        change=summary["change"],
        percentile=summary["percentile"],
        noun_phrase=crime.noun_phrase,
        period_label=year.period_label,
        unit=None if is_share else column.unit,
        place=summary["place"] if pd.notna(summary["place"]) else "",
    )
    subtitle = f"{subtitle}. {chart.describe_sum(summary)}".rstrip()
    wide = chart.draw_impact(areas, summary, title=title, subtitle=subtitle)
    narrow = chart.draw_impact(areas, summary, title=title, subtitle=subtitle, narrow=True) if is_first else None
    save_figure(wide, path, stamp, chart.describe_impact(title, areas, summary), narrow=narrow, with_svg=True)
    return title
