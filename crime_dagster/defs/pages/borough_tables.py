"""What the pages of boroughs read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.facts import index_rows
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.kit.slugs import make_slugs
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_tables import BoroughTables
from crime_dagster.drawing.pages.borough_words import describe_amount
from crime_dagster.modelling.what_if.scenarios import RELATIVE

BOROUGH_MARTS = (
    *("boroughs", "borough_months", "borough_years", "hotspot_places", "impact_boroughs", "similar_boroughs"),
)


def read_borough_tables(settings: Settings, years: Sequence[Year]) -> BoroughTables:
    """Read what is known of all boroughs.

    Args:
        settings: The data set.
        years: The newest year of each crime type that is reported, all crime first where the data set has it.
    """
    database, chosen = settings.database, {"crime_type": years[0].crime.crime_type}
    place = read_place(settings, years[0].crime.crime_type)
    totals = read_mart(database, "borough_years", chosen)
    return BoroughTables(
        boroughs=list_pages(settings).query("borough_code in @place.borough_codes"),
        types=tuple(years),
        months=read_mart(database, "borough_months"),
        breaks=read_mart(database, "recording_breaks"),
        force=place.force,
        before=index_rows(totals[~totals["is_current"]], "borough_code"),
        hotspots=read_mart(database, "hotspot_places", chosen),
        what_ifs=_describe_what_ifs(settings, read_mart(database, "impact_boroughs", chosen)),
        similar=read_mart(database, "similar_boroughs"),
    )


def list_pages(settings: Settings) -> pd.DataFrame:
    """Boroughs by name, each with the part of its address: borough_code, borough_name, slug."""
    rows = read_mart(settings.database, "boroughs", columns=["borough_code", "borough_name"])
    rows = rows.sort_values(["borough_name", "borough_code"])
    return rows.assign(slug=make_slugs(rows["borough_name"], rows["borough_code"]))


def _describe_what_ifs(settings: Settings, rows: pd.DataFrame) -> pd.DataFrame:
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    details = [
        describe_amount(columns[feature].label, change, unit="" if kind == RELATIVE else columns[feature].unit)
        for feature, change, kind in rows[["feature", "change", "kind"]].to_numpy()
    ]
    return rows.assign(detail=details)
