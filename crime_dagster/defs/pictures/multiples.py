"""Small multiples for the whole data set: a map per crime type, and the months of each borough."""

from collections.abc import Callable

import dagster as dg
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pictures.charts import NOT_RISK
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, build_stamp, discard_pictures, read_areas, read_years
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.defs.runtime.unchanged import recorded
from crime_dagster.drawing.charts import multiples_chart
from crime_dagster.drawing.charts.multiples_chart import Panel
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.finish import Stamp, save_figure
from crime_dagster.drawing.kit.year import Year

TYPES, BOROUGHS = "types_map", "boroughs_trend"
YEAR_MONTHS = 12


def build_multiples_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset: two pictures."""

    @dg.asset(
        key=["charts", "multiples"],
        group_name="charts",
        owners=[OWNER],
        kinds={"python", "png", "svg"},
        deps=[dg.AssetKey(["marts", name]) for name in (*YEAR_MARTS, "borough_months")],
        description="A small map per crime type and a small line per borough, each set on one scale.",
    )
    @recorded(settings)
    def multiples(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        for name in (TYPES, BOROUGHS):  # what is not drawn again has nothing to be drawn of
            discard_pictures(settings, "charts", f"{name}[.-]*")
        years = [year for year in read_years(settings, read_crime_types(settings.dbt_dir)) if year.is_reported]
        titles = [*_save_types(settings, years), *_save_boroughs(settings, years)]
        if len(titles) < 2:
            context.log.warning("There are no small multiples of types or of boroughs: too little is reported for them")
        return dg.MaterializeResult(metadata={"titles": dg.MetadataValue.md("\n".join(f"- {one}" for one in titles))})

    return [multiples]


def _save_types(settings: Settings, years: list[Year]) -> list[str]:
    measured = {year.crime.label: multiples_chart.measure_ratios(year.recorded) for year in years}
    ratios = {name: values for name, values in measured.items() if values.notna().any()}
    if not ratios:
        return []
    first, areas = years[0], read_areas(settings)
    title = multiples_chart.write_maps_title(ratios)
    subtitle = f"Recorded crimes per small area (LSOA) by type, {read_place(settings).name}, {first.period_label}"
    stamp = build_stamp(settings, first.period_label, note=f"{NOT_RISK} {first.provisional}".strip())
    _save(
        settings,
        TYPES,
        lambda narrow: multiples_chart.draw_type_maps(areas, ratios, title=title, subtitle=subtitle, narrow=narrow),
        stamp,
        multiples_chart.describe_maps(title, ratios),
    )
    return [title]


def _save_boroughs(settings: Settings, years: list[Year]) -> list[str]:
    if not years:
        return []
    first = years[0]
    rows = read_mart(settings.database, "borough_months", {"crime_type": first.crime.crime_type})
    rows = rows.assign(month=pd.to_datetime(rows["month"])).dropna(subset="crimes_per_day")
    if rows["month"].nunique() <= YEAR_MONTHS:
        return []
    grid = pd.date_range(rows["month"].min(), rows["month"].max(), freq="MS")
    table = rows.pivot(index="borough_name", columns="month", values="crimes_per_day").reindex(columns=grid)
    sums = rows.pivot(index="borough_name", columns="month", values="crimes").reindex(columns=grid)
    newest = sums.iloc[:, -YEAR_MONTHS:].sum(axis=1, min_count=YEAR_MONTHS)
    order = newest.sort_values(ascending=False, kind="stable", na_position="last").index
    panels = [Panel(str(name), table.loc[name] / table.loc[name].mean(), _write_year(newest[name])) for name in order]
    if len(panels) < 2:  # a borough alone is compared with nothing
        return []
    title = multiples_chart.write_lines_title(panels, first.crime.noun_phrase)
    span = f"{words.month_words(grid[0].date())} to {words.month_words(grid[-1].date())}"
    place = read_place(settings, first.crime.crime_type)
    coverage = read_mart(settings.database, "coverage", {"force": place.force})
    waiting = pd.to_datetime(coverage.loc[coverage["is_provisional"].astype(bool), "month"])
    subtitle = (
        f"{words.capitalise(first.crime.count_noun)} a day by month, each borough against its mean (the grey line), "
        f"from zero; number: latest 12 months; {place.name}, {span}"
    )
    note = cautions.provisional_words(coverage, place.force, grid[0].date(), grid[-1].date())
    stamp = build_stamp(
        settings,
        span,
        note=f"Most crimes first; one scale for all boroughs. {note}".strip(),
        crime_type=first.crime.crime_type,
    )
    _save(
        settings,
        BOROUGHS,
        lambda narrow: multiples_chart.draw_lines(
            panels, title=title, subtitle=subtitle, provisional=frozenset(waiting), narrow=narrow
        ),
        stamp,
        multiples_chart.describe_lines(title, panels),
        with_svg=True,
    )
    return [title]


def _write_year(crimes: float) -> str:
    # Months may be reported where the year is not whole: the line stands, the sum does not.
    return words.whole_number(crimes) if np.isfinite(crimes) else "latest year not whole"


def _save(
    settings: Settings, name: str, draw: Callable[[bool], Figure], stamp: Stamp, alt: str, *, with_svg: bool = False
) -> None:
    path = settings.build_dir / "charts" / f"{name}.png"
    save_figure(draw(False), path, stamp, alt, narrow=draw(True), with_svg=with_svg)
