"""Findings of recorded crime, allowing for chance: hot spots, significant changes and ranks, and each month's range."""

import dagster as dg
import pandas as pd

from crime_dagster.core.crime_types import CrimeType, list_analysed
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.model_inputs import write_model_rows
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.steps import step
from crime_dagster.modelling.findings.area_findings import AreaFindings, find_area_findings
from crime_dagster.modelling.findings.hotspots import CLASSES
from crime_dagster.modelling.findings.month_ranges import find_month_ranges
from crime_dagster.modelling.kit.design import find_centroids

HOTSPOTS, MONTHS = "hotspots", "month_ranges"
YEAR = pd.DateOffset(years=1)


@step(
    f"models/{HOTSPOTS}",
    "pandas",
    marts=("lsoas", "lsoa_features", "lsoa_years", "lsoa_crimes"),
    by_type=True,
    description="Hot spots and how long they last, significant changes on the year before, and ranks with "
    "intervals; no model of crime is used.",
)
def hotspots(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    crimes = list_chosen_types(context, settings)
    table = read_mart(settings.database, "lsoa_features").set_index("lsoa_code").sort_index()
    shapes = read_mart(settings.database, "lsoas", columns=["lsoa_code", "geometry_wkb"])
    centres = find_centroids(shapes.set_index("lsoa_code")["geometry_wkb"].map(bytes))
    analysed = list_analysed(table, crimes)
    found = {crime: _find(settings, crime, table, centres) for crime in analysed}
    left_out = [crime.crime_type for crime in crimes if crime not in found]
    notes = {name: ["too few areas report it in this year"] for name in left_out}
    notes |= {crime.crime_type: findings.notes for crime, findings in found.items() if findings.notes}
    for name, said in notes.items():
        context.log.info(f"{name}: {'; '.join(said)}")
    return dg.MaterializeResult(
        metadata={
            "findings": dg.MetadataValue.md(_tabulate(found)),
            "notes": dg.MetadataValue.json(notes),
        }
    )


def _find(settings: Settings, crime: CrimeType, table: pd.DataFrame, centres: pd.DataFrame) -> AreaFindings:
    last_month = pd.Timestamp(table["year_ending"].max())
    years = _pivot(settings, "lsoa_years", "year_ending", crime, table.index)
    months = _pivot(settings, "lsoa_crimes", "month", crime, table.index)
    # A month that no file covers is a gap, not a shorter year.
    known = pd.DatetimeIndex(months.columns)
    known = known[known <= last_month]
    months = months.reindex(columns=pd.date_range(known.min(), last_month, freq="MS") if len(known) else known)
    years = years.reindex(columns=[last_month, last_month - YEAR])
    findings = find_area_findings(years[last_month], years[last_month - YEAR], months, table["residents"], centres)
    period = {
        "period_start": (last_month - YEAR + pd.DateOffset(months=1)).date(),
        "period_end": (last_month + pd.offsets.MonthEnd(0)).date(),
    }
    write_model_rows(settings, HOTSPOTS, crime.crime_type, findings.areas.assign(crime_type=crime.crime_type, **period))
    return findings


def _pivot(settings: Settings, mart: str, column: str, crime: CrimeType, areas: pd.Index) -> pd.DataFrame:
    """Return crimes of one type, one row per area, one column per month or year; NaN where not reported."""
    rows = read_mart(settings.database, mart, {"crime_type": crime.crime_type}, columns=["lsoa_code", column, "crimes"])
    rows[column] = pd.to_datetime(rows[column])
    return rows.pivot(index="lsoa_code", columns=column, values="crimes").astype(float).reindex(areas)


def _tabulate(found: dict[CrimeType, AreaFindings]) -> str:
    rows = [
        {
            "crime type": crime.crime_type,
            "hot areas": int(findings.areas["is_hot"].sum()),
            **{name: int((findings.areas["hotspot_class"] == name).sum()) for name in CLASSES[:-1]},
            "clearly up": int(clear.isin(["up", "new"]).sum()),
            "clearly down": int((clear == "down").sum()),
            "dispersion": round(findings.dispersion, 2),
        }
        for crime, findings in found.items()
        for clear in [findings.areas["change_direction"].where(findings.areas["is_clear_change"].fillna(False))]
    ]
    return pd.DataFrame(rows).to_markdown(index=False)


@step(
    f"models/{MONTHS}",
    "pandas",
    marts=("city_months",),
    by_type=True,
    description="Trend and seasonally adjusted level of each crime type, and each month's range by the past.",
)
def month_ranges(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    rows = {}
    for crime_type in (crime.crime_type for crime in list_chosen_types(context, settings)):
        months = read_mart(settings.database, "city_months", {"crime_type": crime_type})
        found = find_month_ranges(read_newest_stretch(months))
        rows[crime_type] = len(found)
        if not found.empty:
            write_model_rows(settings, MONTHS, crime_type, found.assign(crime_type=crime_type))
    return dg.MaterializeResult(metadata={"months": dg.MetadataValue.json(rows)})


def read_newest_stretch(months: pd.DataFrame) -> pd.Series:
    """Return crimes per day of the newest complete months without a gap, indexed by month."""
    known = months[months["is_complete"].astype(bool)].dropna(subset=["crimes"]).sort_values("month")
    index = pd.DatetimeIndex(pd.to_datetime(known["month"]))
    series = pd.Series(known["crimes_per_day"].to_numpy(float), index, name="crimes_per_day")
    number = 12 * index.year + index.month
    gaps = (pd.Series(number).diff() > 1).to_numpy().nonzero()[0]
    return series.iloc[gaps[-1] :] if len(gaps) else series
