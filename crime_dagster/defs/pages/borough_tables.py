"""What the pages of boroughs, and the front page, read of boroughs: figures, changes with their tests, errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.kit.slugs import make_slugs
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_content import BoroughTables, BoroughType
from crime_dagster.drawing.pages.borough_words import describe_amount
from crime_dagster.modelling.findings.place_changes import find_city_changes, find_place_changes
from crime_dagster.modelling.findings.place_models import judge_places, sum_what_ifs
from crime_dagster.modelling.findings.similar_places import describe_places, find_similar
from crime_dagster.modelling.what_if.scenarios import RELATIVE

BOROUGH_MARTS = ("borough_months", "lsoa_hotspots", "impact_areas", "impact_summary")
LSOA_COLUMNS = ("lsoa_code", "lsoa_name", "area_name", "msoa_code", "msoa_name", "borough_code", "borough_name")


def read_borough_tables(settings: Settings, years: Sequence[Year]) -> BoroughTables:
    """Read what is known of all boroughs.

    Args:
        settings: The data set.
        years: The newest year of each crime type that is reported, all crime first where the data set has it.
    """
    database = settings.database
    lsoas = read_mart(database, "lsoas", columns=LSOA_COLUMNS)
    first = years[0]
    chosen = {"crime_type": first.crime.crime_type}
    borough_of = lsoas.set_index("lsoa_code")["borough_code"]
    cluster_of = lsoas.set_index("lsoa_code")["msoa_code"]
    values = first.values.set_index("lsoa_code").rename(columns={"recorded": "actual"})
    features = read_mart(database, "lsoa_features").set_index("lsoa_code")
    place = read_place(settings, first.crime.crime_type)
    reported = borough_of[borough_of.isin(place.borough_codes)]
    return BoroughTables(
        last_month=first.last_month,
        boroughs=list_pages(lsoas).query("borough_code in @place.borough_codes"),
        lsoas=lsoas,
        types=read_types(years, lsoas),
        months=read_mart(database, "borough_months"),
        breaks=read_mart(database, "recording_breaks"),
        coverage=read_mart(database, "coverage"),
        force=place.force,
        hotspots=read_mart(database, "lsoa_hotspots", chosen),
        errors=_by_place(judge_places(values, borough_of, cluster_of)),
        city_errors=_by_place(judge_places(values, pd.Series("city", borough_of.index), cluster_of)).get("city", {}),
        what_ifs=sum_what_ifs(read_mart(database, "impact_areas", chosen), borough_of),
        summaries=_describe_summaries(settings, read_mart(database, "impact_summary", chosen)),
        similar=find_similar(describe_places(features.reindex(reported.index), reported)),
    )


def list_pages(lsoas: pd.DataFrame) -> pd.DataFrame:
    """Boroughs by name, each with the part of its address: borough_code, borough_name, slug.

    Args:
        lsoas: A row per LSOA: borough_code, borough_name.
    """
    rows = lsoas[["borough_code", "borough_name"]].drop_duplicates().sort_values(["borough_name", "borough_code"])
    return rows.assign(slug=make_slugs(rows["borough_name"], rows["borough_code"]))


def read_types(years: Sequence[Year], lsoas: pd.DataFrame) -> tuple[BoroughType, ...]:
    """Figures of each crime type, with the changes of boroughs and city and whether they are clear.

    Args:
        years: The newest year of each crime type.
        lsoas: A row per LSOA: lsoa_code, msoa_code, borough_code.
    """
    places = lsoas.set_index("lsoa_code")
    before, after = (
        pd.DataFrame({year.crime.crime_type: year.values.set_index("lsoa_code")[column] for year in years})
        for column in ("recorded_before", "recorded")
    )
    boroughs, parts = (places[name].reindex(after.index) for name in ("borough_code", "msoa_code"))
    city = _by_place(find_city_changes(before, after, boroughs))
    return tuple(
        BoroughType(
            crime=year.crime,
            values=year.values,
            bands=year.breaks,
            changes=_by_place(find_place_changes(before[name], after[name], boroughs, parts)),
            city=city[name],
        )
        for year, name in ((year, year.crime.crime_type) for year in years)
    )


def _by_place(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {
        str(place): {str(name): value for name, value in row.items()} for place, row in table.to_dict("index").items()
    }


def _describe_summaries(settings: Settings, summaries: pd.DataFrame) -> pd.DataFrame:
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    details = [
        describe_amount(columns[feature].label, change, unit="" if kind == RELATIVE else columns[feature].unit)
        for feature, change, kind in summaries[["feature", "change", "kind"]].to_numpy()
    ]
    return summaries.assign(detail=details)
