"""Rolling origins: the points in time from which a forecast looks ahead, using only the months before."""

from __future__ import annotations

from dataclasses import dataclass

# Half a year shows where crime is; less is mostly noise.
FEWEST_MONTHS = 6
YEAR = 12
MONTH_ORIGINS = 6


@dataclass(frozen=True)
class Plan:
    """Which forecasts are made of one series of months; an origin is the number of months before it."""

    model: str
    horizon: int  # how many months are forecast as one sum
    half_lives: tuple[int, ...]  # months after which a month counts half; the best in the calibration is used
    calibration: tuple[int, ...]  # origins whose errors set the intervals of the tests
    tests: tuple[int, ...]  # origins that are scored
    future: int  # the origin after the latest month
    prior_stops: dict[int, int]  # origin -> months that its prior may use


def plan_year(months: int) -> Plan:
    """The next twelve months as one sum; tested on the latest twelve, calibrated on the twelve before."""
    tests = _keep_possible([months - YEAR])
    calibration = _keep_possible([months - 2 * YEAR])
    stops = {origin: origin for origin in (*calibration, *tests, months)}
    return Plan("forecast_year", YEAR, (12,), calibration, tests, months, stops)


def plan_month(months: int) -> Plan:
    """The next month; tested on the latest six, calibrated on the six before, with the prior of a year ago."""
    first = months - 2 * MONTH_ORIGINS
    past = tuple(range(first, months)) if first >= FEWEST_MONTHS else ()
    stops = {**dict.fromkeys(past, first), months: months}
    return Plan("forecast_month", 1, (3, 6, 9, 12, 18), past[:MONTH_ORIGINS], past[MONTH_ORIGINS:], months, stops)


def list_prior_stops(months: int) -> list[int]:
    """Every number of months that a plan wants a prior of."""
    stops = {*plan_year(months).prior_stops.values(), *plan_month(months).prior_stops.values()}
    return sorted(stops)


def _keep_possible(origins: list[int]) -> tuple[int, ...]:
    return tuple(origin for origin in origins if origin >= FEWEST_MONTHS)
