"""Forecasts of next year and next month per crime type, back-tested on the newest year and months."""

from collections.abc import Callable
from time import perf_counter

import dagster as dg
import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.model_inputs import (
    MODEL_MARTS,
    ModelInputs,
    hash_frames,
    read_model_inputs,
    write_model_rows,
)
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.steps import step
from crime_dagster.modelling.forecast.forecast import Forecast, forecast_many
from crime_dagster.modelling.forecast.months import tabulate_months
from crime_dagster.modelling.forecast.origins import Plan, Priors, list_prior_stops, plan_month, plan_year
from crime_dagster.modelling.forecast.places import CITY

SHOWN = ("d2", "mae", "pei_10", "coverage_80", "coverage_90", "coverage_90_top_decile")
TRIED = "Tried on the newest {what} as if still to come; a baseline that the model does not beat is published instead."


def _build_forecast(name: str, plan: Callable[[int], Plan], description: str) -> dg.AssetsDefinition:
    @step(
        f"models/{name}",
        "scikitlearn",
        marts=MODEL_MARTS,
        by_type=True,
        description=description,
    )
    def forecast_crimes(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult:
        started = perf_counter()
        crimes = list_chosen_types(context, settings)
        inputs = read_model_inputs(settings, crimes)
        counts, left_out = _read_counts(settings, inputs)
        priors = _fit_priors(inputs, counts)
        context.log.info(f"priors of {len(priors)} crime types after {perf_counter() - started:.0f} s")
        plans = {crime_type: plan(table.shape[1]) for crime_type, table in counts.items()}
        found = forecast_many(counts, priors, plans, boroughs=inputs.boroughs, land=inputs.land)
        forecasts = {crime_type: one for crime_type, one in found.items() if isinstance(one, Forecast)}
        left_out |= {crime_type: str(one) for crime_type, one in found.items() if isinstance(one, InputError)}
        for crime_type, why in left_out.items():
            context.log.warning(f"{crime_type}: no forecast, {why}")
        for crime_type, one in forecasts.items():
            for note in one.notes:
                context.log.warning(f"{crime_type}: {note}")
            _write(settings, name, crime_type, one)
        context.log.info(f"{len(forecasts)} forecasts after {perf_counter() - started:.0f} s")
        return dg.MaterializeResult(metadata=_describe(forecasts, left_out))

    return forecast_crimes


def _read_counts(settings: Settings, inputs: ModelInputs) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Return the months of each crime type up to the newest complete one, and why a type has none."""
    counts, left_out = {}, dict(inputs.left_out)
    last_month = inputs.period[1].replace(day=1)
    for crime_type in inputs.targets.columns:
        columns = ("lsoa_code", "month", "crimes")
        rows = read_mart(settings.database, "lsoa_crimes", {"crime_type": crime_type}, columns)
        try:
            counts[crime_type] = tabulate_months(rows, last_month)
        except InputError as error:
            left_out[crime_type] = str(error)
    return counts, left_out


# Cached priors of this process's latest inputs: both forecasts start from the same ones.
_fitted: dict[str, dict[str, Priors]] = {}


def _fit_priors(inputs: ModelInputs, counts: dict[str, pd.DataFrame]) -> dict[str, Priors]:
    # Takes a second to import, which loading the definitions does not need.
    from crime_dagster.modelling.forecast.prior import fit_priors

    key = hash_frames([inputs.features, inputs.boroughs.to_frame(), inputs.coordinates, *counts.values()])
    key += ",".join(counts)
    if key not in _fitted:
        _fitted.clear()
        stops = {crime_type: list_prior_stops(table.shape[1]) for crime_type, table in counts.items()}
        _fitted[key] = fit_priors(counts, stops, inputs.features, inputs.boroughs, coordinates=inputs.coordinates)
    return _fitted[key]


def _write(settings: Settings, name: str, crime_type: str, found: Forecast) -> None:
    predictions = found.predictions.assign(crime_type=crime_type, model=name)
    write_model_rows(settings, f"{name}_predictions", crime_type, predictions)
    places = found.places.assign(crime_type=crime_type, model=name)
    is_city = places["place_code"] == CITY
    write_model_rows(settings, f"{name}_boroughs", crime_type, places[~is_city])
    write_model_rows(settings, f"{name}_city", crime_type, places[is_city])
    write_model_rows(settings, f"{name}_scores", crime_type, found.scores.assign(crime_type=crime_type))


def _describe(forecasts: dict[str, Forecast], left_out: dict[str, str]) -> dict[str, dg.MetadataValue]:
    notes = [f"- {name}: {note}" for name, one in forecasts.items() for note in one.notes]
    notes += [f"- {name}: no forecast, {why}" for name, why in left_out.items()]
    rows = [one.scores.assign(crime_type=name, published=one.published) for name, one in forecasts.items()]
    described: dict[str, dg.MetadataValue] = {"notes": dg.MetadataValue.md("\n".join(notes) or "none")}
    scores = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
    if not scores.empty:
        table = scores[scores["metric"].isin(SHOWN)].pivot_table(
            index=["crime_type", "published"], columns="metric", values="value", sort=False
        )
        described["scores"] = dg.MetadataValue.md(table.round(3).reset_index().to_markdown(index=False))
    return described


FORECASTS = [
    _build_forecast(
        "forecast_year",
        plan_year,
        "Crimes of the next twelve months per area, with 80 and 90 % intervals. " + TRIED.format(what="year"),
    ),
    _build_forecast(
        "forecast_month",
        plan_month,
        "Crimes of the next month per area, with 80 and 90 % intervals. " + TRIED.format(what="six months"),
    ),
]
