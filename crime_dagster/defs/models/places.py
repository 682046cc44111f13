"""Findings about boroughs and the city: significant changes, model accuracy, and similar boroughs and areas."""

from pathlib import Path

import dagster as dg
import pandas as pd

from crime_dagster.core.crime_types import CrimeType, list_analysed, read_crime_types
from crime_dagster.core.files import hash_files
from crime_dagster.core.parquet import read_parquet, write_parquet
from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.reported_place import PLACES, read_place
from crime_dagster.defs.runtime.steps import step
from crime_dagster.modelling.findings.place_changes import find_city_changes, find_place_changes
from crime_dagster.modelling.findings.place_models import find_funnel, judge_places
from crime_dagster.modelling.findings.similar import (
    SIMILAR_AREAS,
    SIMILAR_PLACES,
    describe_areas,
    describe_places,
    find_similar,
)
from crime_dagster.modelling.kit.change import find_changes, measure_dispersion

MARTS = ("lsoas", "lsoa_features", "lsoa_years", "neighbourhood_months", PLACES)
# Place code of the whole city; all others are borough codes.
CITY = "city"
CHANGES = {
    "areas_known": "areas_compared",
    "crimes_before": "crimes_compared_before",
    "crimes": "crimes_compared",
    "dispersion": "change_dispersion",
    "p_value": "change_p_value",
    "lower_95_pct": "change_lower_95_pct",
    "upper_95_pct": "change_upper_95_pct",
    "q_value": "change_q_value",
    "is_clear": "is_clear_change",
}
RANGES = ("actual", "predicted", "lower_90", "upper_90")


@step(
    "models/places",
    "pandas",
    marts=MARTS,
    after=("models/explain",),
    description="Boroughs and the city: which changes on the year before are clear, how accurate the explain "
    "models are there, and which boroughs and areas are most similar.",
)
def places(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    features = read_mart(settings.database, "lsoa_features").set_index("lsoa_code").sort_index()
    lsoas = read_mart(settings.database, "lsoas").set_index("lsoa_code").reindex(features.index)
    analysed = list_analysed(features, read_crime_types(settings.dbt_dir))
    found = {
        "borough_changes": _find_changes(
            settings, features, lsoas, list_analysed(features, read_crime_types(settings.dbt_dir, counted=True))
        ),
        "borough_accuracy": _find_accuracy(settings, features, lsoas, analysed),
        "similar_boroughs": _find_similar_boroughs(settings, features, lsoas, analysed),
        "similar_areas": _name_codes(find_similar(describe_areas(features), SIMILAR_AREAS), "lsoa_code"),
        "similar_neighbourhoods": _name_codes(
            find_similar(describe_places(features, lsoas["msoa_code"]), SIMILAR_PLACES), "msoa_code"
        ),
        "neighbourhood_changes": _find_neighbourhood_changes(settings, features, analysed),
    }
    for thing, rows in found.items():
        if not rows.empty:
            write_parquet(rows, settings.landing_dir / "models" / f"{thing}.parquet")
        context.log.info(f"{thing}: {len(rows):,} rows")
    return dg.MaterializeResult(metadata={thing: len(rows) for thing, rows in found.items()})


def _find_changes(
    settings: Settings, features: pd.DataFrame, lsoas: pd.DataFrame, crimes: list[CrimeType]
) -> pd.DataFrame:
    """Return a row per crime type and place: counts of areas known in both years, and the test of the change."""
    names = [crime.crime_type for crime in crimes]
    years = read_mart(settings.database, "lsoa_years")
    earlier = years[~years["is_current"]]
    before = pd.DataFrame(
        {name: earlier[earlier["crime_type"] == name].set_index("lsoa_code")["crimes"] for name in names},
        index=features.index,
        dtype=float,
    )
    after = features[[f"crimes_{name}" for name in names]].astype(float).set_axis(names, axis=1)
    city = find_city_changes(before, after, lsoas["borough_code"]).assign(place=CITY).reset_index()
    boroughs = [
        find_place_changes(before[name], after[name], lsoas["borough_code"], lsoas["msoa_code"])
        .reset_index()
        .assign(crime_type=name)
        for name in names
    ]
    found = pd.concat([city, *boroughs], ignore_index=True)
    return found.rename(columns={"place": "place_code", **CHANGES})[["crime_type", "place_code", *CHANGES.values()]]


def _find_neighbourhood_changes(settings: Settings, features: pd.DataFrame, crimes: list[CrimeType]) -> pd.DataFrame:
    """Return a row per crime type and neighbourhood: its change on the year before, tested as for small areas."""
    last_month = pd.Timestamp(features["year_ending"].max())
    wanted = pd.date_range(end=last_month, periods=24, freq="MS")
    found = []
    for name in (crime.crime_type for crime in crimes):
        rows = read_mart(
            settings.database,
            "neighbourhood_months",
            {"crime_type": name},
            columns=["msoa_code", "month", "crimes"],
        )
        months = rows.assign(month=pd.to_datetime(rows["month"])).pivot(
            index="msoa_code", columns="month", values="crimes"
        )
        months = months.astype(float).reindex(columns=wanted)
        before, after = (months.iloc[:, at : at + 12].sum(axis=1, skipna=False) for at in (0, 12))
        changes = find_changes(before, after, measure_dispersion(months))
        found.append(changes[["change_pct", "is_clear_change"]].reset_index().assign(crime_type=name))
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    return table.assign(period_end=(last_month + pd.offsets.MonthEnd(0)).date())


def _find_accuracy(
    settings: Settings, features: pd.DataFrame, lsoas: pd.DataFrame, crimes: list[CrimeType]
) -> pd.DataFrame:
    """Return a row per crime type and place with explain predictions for the newest year."""
    predictions = read_predictions(settings)
    # Those of an older year are from models that were not refitted since.
    year_ending = pd.Timestamp(features["year_ending"].max()).to_period("M")
    is_current = pd.to_datetime(predictions["period_end"]).dt.to_period("M") == year_ending
    if not is_current.any():
        return pd.DataFrame()
    predictions = predictions[is_current]
    whole = pd.Series(CITY, lsoas.index)
    found = []
    for name in (crime.crime_type for crime in crimes):
        rows = predictions[predictions["crime_type"] == name].set_index("lsoa_code").reindex(features.index)
        rows = rows[list(RANGES)].assign(actual=features[f"crimes_{name}"].astype(float))
        for places in (whole, lsoas["borough_code"]):
            judged = judge_places(rows, places, lsoas["msoa_code"])
            judged = judged.join(find_funnel(judged["actual"], judged["predicted"]))
            found.append(judged.reset_index().assign(crime_type=name))
    return pd.concat(found, ignore_index=True).rename(columns={"place": "place_code"})


def _find_predictions(settings: Settings) -> list[Path]:
    return sorted((settings.landing_dir / "models" / "explain_predictions").glob("*.parquet"))


@noted(digest=lambda settings: hash_files(_find_predictions(settings), settings.landing_dir))
def read_predictions(settings: Settings) -> pd.DataFrame:
    columns, paths = ("lsoa_code", "crime_type", "period_end", *RANGES), _find_predictions(settings)
    return read_parquet(paths, columns).to_pandas() if paths else pd.DataFrame(columns=columns)


def _find_similar_boroughs(
    settings: Settings, features: pd.DataFrame, lsoas: pd.DataFrame, crimes: list[CrimeType]
) -> pd.DataFrame:
    """Find similar boroughs among those with figures of the first crime type."""
    place = read_place(settings, crimes[0].crime_type if crimes else "")
    borough_of = lsoas["borough_code"]
    reported = borough_of[borough_of.isin(place.borough_codes)]
    traits = describe_places(features.reindex(reported.index), reported)
    return _name_codes(find_similar(traits, SIMILAR_PLACES), "borough_code")


def _name_codes(similar: pd.DataFrame, name: str) -> pd.DataFrame:
    return similar.rename(columns={"code": name, "similar_code": f"similar_{name}"})
