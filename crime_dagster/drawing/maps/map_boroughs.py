"""The boroughs of a map page: label positions, and the figures of a selected borough."""

from collections.abc import Mapping
from typing import Any

from crime_dagster.core.facts import Row, read_number
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.navigation import make_slugs
from crime_dagster.drawing.kit.year import Year


def length_words(year: Year) -> str:
    """Return the length of the period: "12 months" of "12 months to February 2026"; else "the period"."""
    length = year.period_label.partition(" to ")[0]
    return length if length[:1].isdigit() and "month" in length else "the period"


def place_borough(borough: Any) -> dict[str, Any]:
    """Return the position and extent of a borough's name for the map's script, from a row of `Areas.boroughs`."""
    west, south, east, north = borough.geometry.bounds
    return {
        "name": borough.borough_name,
        "label": borough.label,
        "lon": borough.label_x,
        "lat": borough.label_y,
        "west": west,
        "east": east,
        "bounds": [[south, west], [north, east]],
    }


def list_boroughs(areas: Areas, year: Year, own_years: Mapping[str, Row] | None = None) -> list[dict[str, Any]]:
    """Return boroughs for the script, with the figures shown when one is selected.

    `own_years` has rows of `borough_own_years` by code: a late borough is shown in its own latest year.
    """
    frame = areas.boroughs
    by_name = frame.sort_values(["borough_name", "borough_code"])
    slugs = dict(
        zip(by_name["borough_code"], make_slugs(by_name["borough_name"], by_name["borough_code"]), strict=True)
    )
    rows = []
    for borough in frame.itertuples():
        code = str(borough.borough_code)
        row = year.places.get(code, {})
        recorded = read_number(row, "crimes")
        own = (own_years or {}).get(code) if recorded is None else None
        crimes = read_number(own, "crimes") if own else recorded
        count = words.NOT_REPORTED if crimes is None else f"{words.whole_number(crimes)} {year.crime.count_noun}"
        rows.append(
            {
                "code": code,
                **place_borough(borough),
                "reportedAreas": int(read_number(row, "areas_reported") or 0),
                "title": f"{borough.borough_name}: {count}, {own['period_label'] if own else year.period_label}",
                "figures": _list_figures(year, code, own),
                "page": f"../boroughs/{slugs[code]}.html",
            }
        )
    return rows


def _list_figures(year: Year, code: str, own: Row | None) -> list[tuple[str, str]]:
    """Return a borough's figures as pairs of name and value."""
    row = year.places.get(code, {})
    if own:
        # The figures of the year that is shown would be of other months.
        row = {name: row.get(name) for name in ("predicted", "forecast")}
        row |= {name: own[name] for name in ("crimes", "crimes_before", "crimes_per_1000")}
    recorded, before, rate, predicted, forecast = (
        read_number(row, name) for name in ("crimes", "crimes_before", "crimes_per_1000", "predicted", "forecast")
    )
    of = f" of {words.whole_number(read_number(row, 'places_ranked') or 0)}"
    rank, rate_rank = (read_number(row, name) for name in ("rank", "rate_rank"))
    found = [
        (own["period_label"] if own else "Recorded", None if recorded is None else words.whole_number(recorded)),
        ("Previous year", None if before is None else words.whole_number(before)),
        ("Change on previous year", year.change(code).words if before is not None and not own else None),
        ("Rank by number", None if rank is None else f"{int(rank)}{of}"),
        ("Per 1,000 residents", None if rate is None else words.rate_words(rate)),
        ("Rank per 1,000 residents", None if rate_rank is None else f"{int(rate_rank)}{of}"),
        ("Predicted", None if predicted is None else words.three_figures(predicted)),
        (f"Forecast, {year.outlook_label}", None if forecast is None else words.three_figures(forecast)),
    ]
    return [(name, value) for name, value in found if value is not None] or [("Recorded", words.NOT_REPORTED)]
