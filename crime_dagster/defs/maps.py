"""Interactive maps, one page per crime type."""

import dagster as dg

from crime_dagster.core.crime_types import CrimeType, read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.defs.partitions import OWNER, SINGLE_RUN, build_crime_types, list_chosen_types
from crime_dagster.defs.pictures import build_stamp, read_areas, read_years
from crime_dagster.drawing.choropleth import MapLink, draw_map
from crime_dagster.drawing.finish import save_page


def build_map_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset, partitioned by crime type."""

    @dg.asset(
        key=["maps", "crimes_by_area"],
        group_name="maps",
        owners=[OWNER],
        kinds={"python", "folium", "html"},
        partitions_def=build_crime_types(settings),
        backfill_policy=SINGLE_RUN,
        deps=[dg.AssetKey(["marts", name]) for name in ("lsoas", "lsoa_features", "lsoa_years", "lsoa_predictions")],
        description="Recorded, per 1,000 residents, per km², predicted and the difference, per LSOA; needs no network.",
    )
    def crimes_by_area(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        areas = read_areas(settings).to_wgs84()
        sizes = {}
        for year in read_years(settings, list_chosen_types(context, settings)):
            if not year.is_reported:
                context.log.warning(f"{year.crime.label}: no area reports it in this data set, so there is no map")
                continue
            page = draw_map(
                areas,
                year.values,
                crime_type=year.crime.crime_type,
                label=year.crime.label,
                noun_phrase=year.crime.noun_phrase,
                breaks=year.breaks,
                stamp=build_stamp(settings, year.period_label, is_model=year.predicted is not None),
                other_maps=_link_maps(settings, year.crime),
            )
            path = save_page(page, settings.build_dir / "maps" / f"{year.crime.crime_type}.html")
            sizes[year.crime.crime_type] = path.stat().st_size
        return dg.MaterializeResult(metadata={"bytes": dg.MetadataValue.json(sizes)})

    return [crimes_by_area]


def _link_maps(settings: Settings, current: CrimeType) -> list[MapLink]:
    return [
        MapLink(label=row.label, href=f"{row.crime_type}.html", is_current=row == current)
        for row in read_crime_types(settings.dbt_dir)
    ]
