"""Charts of the what-ifs: one per scenario and crime type."""

from functools import partial

import dagster as dg

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.processes import map_in_processes
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.headline import HeadlineConfig, choose_drawn
from crime_dagster.defs.runtime.pictures import (
    YEAR_MARTS,
    discard_pictures,
    list_titles,
    read_years,
    save_chart,
    stamp_year,
)
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.charts.impact_chart import ASSOCIATION_NOTE, chart_impact, chart_officers
from crime_dagster.drawing.kit.navigation import make_slugs
from crime_dagster.drawing.kit.year import Year
from crime_dagster.modelling.what_if.officers import EVIDENCE


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
    return dg.MaterializeResult(metadata=list_titles(title for found in titles for title in found))


def _save_impacts(settings: Settings, year: Year) -> list[str]:
    """Draw a chart per scenario: the first as `<type>_impact`, for the front page, the others with their names."""
    name, folder = year.crime.crime_type, settings.build_dir / "charts"
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    # Fewer scenarios than before must not leave old charts.
    discard_pictures(settings, "charts", f"{name}_impact*")
    summaries = read_mart(settings.database, "impact_summary", {"crime_type": name}).sort_values("sort_order")
    areas = read_mart(settings.database, "impact_areas", {"crime_type": name})
    stamp = stamp_year(settings, year, ASSOCIATION_NOTE, is_model=True)
    titles = []
    slugs = make_slugs(summaries["scenario"], summaries["sort_order"].astype(str))
    for number, (slug, (_, summary)) in enumerate(zip(slugs, summaries.iterrows(), strict=True), start=1):
        path = folder / f"{name}_impact{f'_{slug}' if number > 1 else ''}.png"
        own = areas[areas["scenario"] == summary["scenario"]]
        # Pages show only the first; only that is also drawn for phones.
        chart = chart_impact(year, columns[summary["feature"]], summary, own)
        titles.append(save_chart(path, chart, stamp, with_narrow=number == 1))
    for _, row in read_mart(settings.database, "impact_officers", {"crime_type": name}).iterrows():
        # A model's answer about officers is not causal: they are sent to where crime is.
        if row["model"] == EVIDENCE:
            stamp = stamp_year(settings, year, f"{row['source']}.")
            titles.append(save_chart(folder / f"{name}_impact_officers.png", chart_officers(year, row), stamp))
    return titles
