"""Who published what a picture shows, under which licence, and when newer figures are due."""

import pandas as pd

from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.landed import is_landed
from crime_dagster.drawing.kit.words import date_words, month_words
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source

# Every picture has names of places, so their source is credited too.
NAMES_SOURCE = "house_of_commons_library/msoa_names"
LANDMARK_SOURCES = ("tfl/stations", "os/greenspace")


def say_next_update(settings: Settings) -> str:
    """Say when the next month is due, by the delay of the earliest of its sources; empty for figures by year."""
    last = read_mart(settings.database, "data_sets", columns=["last_month"])["last_month"].iloc[0]
    delay = read_due_days(settings)
    if pd.isna(last) or delay is None:
        return ""
    month = pd.Timestamp(last) + pd.DateOffset(months=1)
    due = month + pd.offsets.MonthEnd(0) + pd.Timedelta(days=delay)
    return f"Figures for {month_words(month.date())} are due by {date_words(due.date())}."


@noted()
def read_due_days(settings: Settings) -> int | None:
    """Return the days after a month's end by which the first landed source of crimes has it; None without one."""
    sources = [one for one in load_catalogue().values() if one.due_days and one.needed_for == "crime"]
    return min((one.due_days for one in sources if one.due_days and is_landed(one, settings.landing_dir)), default=None)


@noted()
def read_credits(
    settings: Settings, vintage: str, is_model: bool, has_landmarks: bool = False
) -> tuple[list[str], str]:
    """Return the credits of a picture and their licences, for landed sources."""
    sources = [
        source
        for source in load_catalogue().values()
        if is_model or _is_recorded(source, vintage) or (has_landmarks and source.key in LANDMARK_SOURCES)
    ]
    landed = [source for source in sources if is_landed(source, settings.landing_dir) and not source.context]
    return list(dict.fromkeys(source.credit for source in landed)), _join_licences(landed)


def read_vintage(settings: Settings) -> str:
    """Return the vintage of the data set's areas: `2021` or `2011`."""
    return str(read_mart(settings.database, "lsoas", columns=["lsoa_vintage"])["lsoa_vintage"].max())


def _is_recorded(source: Source, vintage: str) -> bool:
    """Whether a source is used in pictures of recorded crime: crimes, areas of the vintage, names."""
    if source.needed_for == "areas":
        return source.lsoa_vintage == vintage
    return source.needed_for == "crime" or source.key == NAMES_SOURCE


def _join_licences(sources: list[Source]) -> str:
    """Return each licence once, with its versions, if it has any: "Open Government Licence v2.0 and v3.0"."""
    versions: dict[str, set[str]] = {}
    for source in sources:
        name, mark, version = source.licence.partition(" v")
        versions.setdefault(name, set()).update([f"v{version}"] if mark else [])
    return "; ".join(f"{name} {' and '.join(sorted(found))}".strip() for name, found in versions.items())
