"""GIFs that alternate between recorded and predicted, one per crime type."""

from collections import ChainMap
from functools import partial
from typing import Any, ClassVar

import dagster as dg
import pandas as pd
from pydantic import Field

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.facts import read_number
from crime_dagster.core.processes import map_in_processes
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pictures.places import ShownPlace, read_places
from crime_dagster.defs.runtime.history import MONTH_MARTS, History, read_history
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.picture_settings import HeadlineConfig, Months, Pairs, PictureConfig, read_pictures
from crime_dagster.defs.runtime.pictures import (
    YEAR_MARTS,
    build_stamp,
    choose_drawn,
    read_years,
    save_figures,
)
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.gifs.frames import PairTotals, describe_pair, draw_pair
from crime_dagster.drawing.gifs.month_frames import describe_months, draw_months
from crime_dagster.drawing.gifs.month_line import MonthLine
from crime_dagster.drawing.kit.classes import QUANTILE, Bands, class_breaks
from crime_dagster.drawing.kit.finish import save_gif
from crime_dagster.drawing.kit.words import month_words
from crime_dagster.drawing.kit.year import Year

BOROUGHS: Any = Field(
    default=[],
    description="Names or codes of boroughs that also get their own GIF, with their own bands. Empty: those of "
    "CRIME_BOROUGH, else of pictures.yml.",
)


class GifConfig(PictureConfig, Pairs):
    """Timing of the GIFs."""

    part: ClassVar[str] = "actual_and_predicted"
    boroughs: list[str] = BOROUGHS


class MonthGifConfig(HeadlineConfig, Months):
    """The GIFs of months to draw, and their timing."""

    part: ClassVar[str] = "by_month"
    boroughs: list[str] = BOROUGHS


@step(
    "gifs/actual_and_predicted",
    "gif",
    marts=YEAR_MARTS,
    by_type=True,
    description="Two frames on one scale: recorded crimes, and what a model of the other boroughs predicts.",
)
def actual_and_predicted(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: GifConfig
) -> dg.MaterializeResult:
    places = read_places(settings, config.boroughs)
    play: Pairs = read_pictures(settings, config.part).over(config)
    years = read_years(settings, list_chosen_types(context, settings))
    for year in years:
        if not year.is_reported:
            context.log.warning(f"{year.crime.label}: no area reports it in this data set, so there is no GIF")
        elif year.predicted is None:
            context.log.warning(f"{year.crime.label}: no prediction, its frame is drawn without one")
    reported = [year for year in years if year.is_reported]
    sizes = map_in_processes(settings, partial(_save_pairs, settings, places, play), reported)
    return dg.MaterializeResult(metadata={"bytes": dg.MetadataValue.json(dict(ChainMap(*sizes)))})


@step(
    "gifs/by_month",
    "gif",
    marts=(*MONTH_MARTS, "borough_months", "place_months"),
    by_type=True,
    description="A frame per month in the same bands, with the city's own line as progress; as WebP too.",
)
def by_month(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: MonthGifConfig
) -> dg.MaterializeResult:
    places = read_places(settings, config.boroughs)
    play: Months = read_pictures(settings, config.part).over(config)
    years = read_years(settings, choose_drawn(context, settings, config))
    sizes = map_in_processes(settings, partial(_save_series, settings, places, play), years)
    for year in (year for year, found in zip(years, sizes, strict=True) if not found):
        context.log.warning(f"{year.crime.label}: too few months by area in this data set, so there is no GIF")
    return dg.MaterializeResult(metadata={"bytes": dg.MetadataValue.json(dict(ChainMap(*sizes)))})


def _save_pairs(settings: Settings, places: list[ShownPlace], play: Pairs, year: Year) -> dict[str, int]:
    return {one.name_file(year.crime.crime_type): _save_pair(settings, one, year, play) for one in places}


def _save_series(settings: Settings, places: list[ShownPlace], play: Months, year: Year) -> dict[str, int]:
    history = read_history(settings, year.crime)
    if not year.is_reported or history is None:
        return {}
    return {one.name_file(year.crime.crime_type): _save_months(settings, one, year, history, play) for one in places}


def _save_pair(settings: Settings, place: ShownPlace, year: Year, play: Pairs) -> int:
    stamp = build_stamp(
        settings, year.period_label, is_model=True, note=year.provisional, crime_type=year.crime.crime_type
    )
    recorded, row = place.take(year.recorded), year.places.get(place.code, {})
    predicted = None if year.predicted is None else place.take(year.predicted)
    words: dict[str, Any] = {
        "crime_label": year.crime.label,
        "period_label": year.period_label,
        "place": place.name,
        "noun": year.crime.count_noun,
        "totals": PairTotals(
            recorded=read_number(row, "crimes"),
            predicted=read_number(row, "predicted"),
            found_pct=year.found_pct(place.code),
        ),
    }
    model = stamp.terms.say("predicted by a model not trained on that borough")
    caption = f"{year.crime.label}, {place.name}; {model}"
    # City pictures share the bands of its other pictures; a borough has its own, and says so.
    breaks = (
        year.breaks
        if place.is_city
        else class_breaks(recorded, *([] if predicted is None else [predicted]), bands=_find_scale(year))
    )
    frames = draw_pair(
        place.areas,
        recorded,
        predicted,
        breaks,
        stamp=stamp,
        predicted_caption=caption,
        key_title=f"Crimes in the 12 months per LSOA{place.bands_words}",
        **words,
    )
    path = settings.build_dir / "gifs" / f"{place.name_file(year.crime.crime_type)}_actual_and_predicted.gif"
    save_gif(frames, path, play.seconds or 0, stamp, describe_pair(**words), loop=play.loop or 0)
    save_figures(
        year.values.set_index("lsoa_code")
        .loc[place.areas.codes, ["area_name", "borough_name", "recorded", "predicted"]]
        .reset_index(),
        path,
    )
    return path.stat().st_size


def _find_scale(year: Year) -> Bands:
    """Return the banding of figures other than the city's whole year, which custom limits are for."""
    return year.bands if isinstance(year.bands, str) else QUANTILE


def _read_line(settings: Settings, crime: CrimeType, place: ShownPlace, history: History) -> MonthLine:
    rows = read_mart(settings.database, "borough_months", {"crime_type": crime.crime_type, "borough_code": place.code})
    return MonthLine(_align_months(rows, "crimes_per_day", history), history.line.breaks)


def _read_totals(settings: Settings, crime: CrimeType, place: ShownPlace, history: History) -> pd.Series:
    """Return a place's reported crimes per month; NaN where nothing is reported."""
    rows = read_mart(settings.database, "place_months", {"crime_type": crime.crime_type, "place_code": place.code})
    return _align_months(rows, "crimes", history)


def _align_months(rows: pd.DataFrame, column: str, history: History) -> pd.Series:
    return rows.set_index(pd.to_datetime(rows["month"]))[column].reindex(history.months.columns).astype(float)


def _save_months(settings: Settings, place: ShownPlace, year: Year, history: History, play: Months) -> int:
    months, crime = history.months.reindex(place.areas.codes), year.crime
    period = f"{month_words(history.first)} to {month_words(history.last)}"
    stamp = build_stamp(settings, period, note=history.note, crime_type=crime.crime_type)
    words: dict[str, Any] = {"crime_label": crime.label, "place": place.name, "noun": crime.count_noun}
    totals = _read_totals(settings, crime, place, history)
    frames = draw_months(
        place.areas,
        months,
        class_breaks(months, bands=_find_scale(year)),
        line=history.line if place.is_city else _read_line(settings, crime, place, history),
        totals=totals,
        provisional=history.provisional,
        stamp=stamp,
        key_title=f"Crimes in a month per LSOA{place.bands_words}",
        **words,
    )
    seconds = [*[play.seconds or 0] * (len(frames) - 1), play.last_seconds or 0]
    path = settings.build_dir / "gifs" / f"{place.name_file(crime.crime_type)}_by_month.gif"
    alt = describe_months(place.areas, months, totals, **words)
    save_gif(frames, path, seconds, stamp, alt, loop=play.loop or 0, with_webp=True, still_at=-1)
    save_figures(months.rename(columns=lambda month: f"{month:%Y-%m}").rename_axis("lsoa_code").reset_index(), path)
    return path.stat().st_size
