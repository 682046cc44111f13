"""The front page as HTML, which needs no network or JavaScript, and its sentences."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from crime_dagster.core.facts import Row, list_rows, read_flag
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_words import say_change, say_tenth
from crime_dagster.drawing.pages.models_content import BASELINES, YEAR
from crime_dagster.drawing.pages.month_lines import Sparkline, draw_sparkline, find_spread


def lay_lines(rows: Sequence[Row]) -> tuple[list[Sparkline | None], int]:
    """Return a sparkline per crime type, and their largest distance from the mean, in per cent."""
    spread = find_spread([row["months"] for row in rows])
    lines = [draw_sparkline(row["months"], spread, label=row["label"], breaks=row["breaks"]) for row in rows]
    return lines, math.ceil(100 * spread - 1e-9)


def draw_front_page(page: Mapping[str, Any]) -> str:
    """Return HTML with its styles and one small script; parts of the page without content are left out."""
    types, scores = page["types"], page["scores"]
    lines, spread_pct = lay_lines(types)
    return render_template(
        "front_page.html.j2",
        stamp=page["stamp"],
        page=page,
        types=list(zip(types, lines, strict=True)),
        has_lines=any(lines),
        has_breaks=any(line.breaks for line in lines if line),
        has_scores=any(row["d2"] is not None for row in types),
        has_found=any(row["found_pct"] is not None for row in scores),
        has_covered=any(row["covered_pct"] is not None for row in scores),
        spread_pct=spread_pct,
    )


def write_lead(years: Sequence[Year], place: str) -> tuple[str, ...]:
    """Return the front page's lead: the city's change, types that changed significantly, how concentrated crime is."""
    first = years[0]
    uneven = say_tenth(
        first.city, first.crime.noun_phrase, words.possessive(place), first.city.get("areas_reported", 0)
    )
    return tuple(filter(None, [say_change(first), _say_types(years[1:]), uneven]))


def _say_types(years: Sequence[Year]) -> str:
    """Name types whose change is significant: "Theft and burglary fell; violence and drug offences rose."."""
    clear = [year for year in years if read_flag(year.city, "is_clear_change")]
    parts = []
    for is_rise, verb in ((False, "fell"), (True, "rose")):
        names = [
            year.crime.noun_phrase
            for year in clear
            if (year.city["crimes_compared"] > year.city["crimes_compared_before"]) == is_rise
        ]
        if names:
            parts.append(f"{cautions.list_words(names)} {verb}")
    return f"Recorded {'; recorded '.join(parts)}." if parts else ""


def find_forecast(forecasts: pd.DataFrame) -> Row | None:
    """Return the row of `marts.city_forecasts` for the next year, with the `baseline` that is published instead."""
    ahead = next(iter(list_rows(forecasts, is_future=True, model=YEAR)), None)
    return ahead and {**ahead, "baseline": BASELINES.get(str(ahead["published_as"]), "")}
