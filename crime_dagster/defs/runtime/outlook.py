"""The forecast of the year to come, as pictures and downloads want it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.pictures import Year
from crime_dagster.drawing.kit.words import year_to
from crime_dagster.drawing.pages.models_scores import BASELINES

FORECAST = {"predicted": "forecast", "lower_90": "forecast_lower_90", "upper_90": "forecast_upper_90"}


@dataclass(frozen=True)
class Outlook:
    """What comes next for one crime type.

    Args:
        values: A row per LSOA: lsoa_code, forecast, forecast_lower_90, forecast_upper_90; no rows without a forecast.
        period_label: "12 months to February 2027"; empty without a forecast.
        method: Which baseline is published in the model's stead, in words; empty where the model is.
    """

    values: pd.DataFrame
    period_label: str = ""
    method: str = ""


def read_outlook(settings: Settings, year: Year) -> Outlook:
    """The forecast for the twelve months after a year; one of an older run, for months that have come, is none."""
    chosen = {"crime_type": year.crime.crime_type, "model": "forecast_year"}
    rows = read_mart(settings.database, "lsoa_predictions", chosen)
    rows = rows[pd.to_datetime(rows["period_start"]).dt.date > year.last_month]
    values = rows.rename(columns=FORECAST)[["lsoa_code", *FORECAST.values()]]
    if rows.empty:
        return Outlook(values)
    method = str(rows["published_as"].iloc[0])
    return Outlook(
        values=values,
        period_label=year_to(pd.Timestamp(rows["period_end"].max()).date()),
        method=BASELINES.get(method, ""),
    )
