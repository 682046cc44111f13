"""GIFs that show what was recorded and what the model predicts in turn, one per crime type."""

from typing import Any

import dagster as dg
from pydantic import Field

from crime_dagster.core.settings import Settings
from crime_dagster.defs.partitions import OWNER, SINGLE_RUN, build_crime_types, list_chosen_types
from crime_dagster.defs.pictures import YEAR_MARTS, Year, build_stamp, discard_pictures, read_areas, read_years
from crime_dagster.drawing.finish import save_gif
from crime_dagster.drawing.frames import describe_pair, draw_pair
from crime_dagster.drawing.geometry import Areas


class GifConfig(dg.Config):
    """How the GIFs play."""

    seconds: float = Field(default=2.0, ge=0.02, le=600, description="How long each frame stands, in seconds.")
    loop: int = Field(default=0, ge=0, description="How often it plays; 0 is without end.")


def build_gif_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset, partitioned by crime type."""

    @dg.asset(
        key=["gifs", "actual_and_predicted"],
        group_name="gifs",
        owners=[OWNER],
        kinds={"python", "gif"},
        partitions_def=build_crime_types(settings),
        backfill_policy=SINGLE_RUN,
        deps=[dg.AssetKey(["marts", name]) for name in YEAR_MARTS],
        description="Two frames on one scale: recorded crimes, and what a model of the other boroughs predicts.",
    )
    def actual_and_predicted(context: dg.AssetExecutionContext, config: GifConfig) -> dg.MaterializeResult:
        areas = read_areas(settings)
        sizes = {}
        for year in read_years(settings, list_chosen_types(context, settings)):
            if not year.is_reported:
                discard_pictures(settings, "gifs", f"{year.crime.crime_type}_actual_and_predicted*")
                context.log.warning(f"{year.crime.label}: no area reports it in this data set, so there is no GIF")
                continue
            if year.predicted is None:
                context.log.warning(f"{year.crime.label}: no prediction, its frame stands without one")
            sizes[year.crime.crime_type] = _save_pair(settings, areas, year, config)
        return dg.MaterializeResult(metadata={"bytes": dg.MetadataValue.json(sizes)})

    return [actual_and_predicted]


def _save_pair(settings: Settings, areas: Areas, year: Year, config: GifConfig) -> int:
    stamp = build_stamp(settings, year.period_label, is_model=True, note=year.provisional)
    words: dict[str, Any] = {
        "crime_label": year.crime.label,
        "period_label": year.period_label,
        "place": settings.data_set.place,
        "noun": year.crime.count_noun,
    }
    caption = f"{year.crime.label}, {settings.data_set.place}; each borough unseen by its model"
    frames = draw_pair(
        areas, year.recorded, year.predicted, year.breaks, stamp=stamp, predicted_caption=caption, **words
    )
    path = settings.build_dir / "gifs" / f"{year.crime.crime_type}_actual_and_predicted.gif"
    save_gif(
        frames, path, config.seconds, stamp, describe_pair(year.recorded, year.predicted, **words), loop=config.loop
    )
    return path.stat().st_size
