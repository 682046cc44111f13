"""Each month of the city compared with its expectation from earlier months."""

import dagster as dg
import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.model_inputs import discard_model_rows, write_model_rows
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.steps import step
from crime_dagster.modelling.findings.month_ranges import find_month_ranges

THING = "month_ranges"


@step(
    f"models/{THING}",
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
        if found.empty:
            discard_model_rows(settings, [crime_type], THING)
        else:
            write_model_rows(settings, THING, crime_type, found.assign(crime_type=crime_type))
    return dg.MaterializeResult(metadata={"months": dg.MetadataValue.json(rows)})


def read_newest_stretch(months: pd.DataFrame) -> pd.Series:
    """Return crimes per day of the newest complete months without a gap, indexed by month."""
    known = months[months["is_complete"].astype(bool)].dropna(subset=["crimes"]).sort_values("month")
    series = pd.Series(known["crimes_per_day"].to_numpy(float), pd.to_datetime(known["month"]), name="crimes_per_day")
    number = 12 * series.index.year + series.index.month
    gaps = (pd.Series(number).diff() > 1).to_numpy().nonzero()[0]
    return series.iloc[gaps[-1] :] if len(gaps) else series
