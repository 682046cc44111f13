"""The neighbourhood page: one HTML page for all neighbourhoods, with their figures in a script beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from crime_dagster.core.facts import read_flag, read_number
from crime_dagster.drawing.kit import cautions, navigation, words
from crime_dagster.drawing.kit.rendering import embed_json, render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.pages.place_index import Places, list_live

PAGE, DATA = "neighbourhood.html", f"{navigation.PLACES_FOLDER}/neighbourhoods.js"
# Descriptions of a neighbourhood in the lowest and in the highest fifth by a trait.
KINDS = {
    "people_per_km2": ("thinly populated", "densely populated"),
    "income_deprivation_pct": ("little income deprivation", "much income deprivation"),
    "aged_20_to_29_pct": ("few people in their twenties", "many people in their twenties"),
    "private_rented_pct": ("little private renting", "much private renting"),
    "social_rented_pct": ("little social renting", "much social renting"),
    "ptal_index": ("poor public transport", "good public transport"),
}


def describe_kind(fifths: Mapping[str, int]) -> str:
    """Describe the type of place by the traits in which it is in the lowest or the highest fifth."""
    said = [ends[fifths[name] == 5] for name, ends in KINDS.items() if fifths.get(name) in (1, 5)]
    return f"{words.capitalise(cautions.list_words(said))}." if said else "Near the middle in every respect shown here."


def write_data(places: Places) -> str:
    """Return all neighbourhoods as a script that calls `showPlaces`."""
    months = sorted({*places.marts["neighbourhood_months"]["month"]})
    series, provisional = _list_months(places, months)
    years, areas, traits = _list_years(places), _list_areas(places), _list_traits(places)
    similar: dict[str, list[str]] = {}
    for code, other in _rows(
        places.marts["similar_neighbourhoods"].sort_values("place"), "msoa_code", "similar_msoa_code"
    ):
        similar.setdefault(code, []).append(other)
    known = {
        code: {
            "name": name,
            "borough": borough,
            "residents": residents,
            "km2": _round(km2),
            "years": years["neighbourhood"].get(code, []),
            "months": series.get(code, []),
            "traits": traits["neighbourhood"].get(code, []),
            "kind": describe_kind({name: fifth for name, _, fifth in traits["neighbourhood"].get(code, [])}),
            "areas": areas.get(code, []),
            "similar": similar.get(code, []),
        }
        for code, name, borough, residents, km2 in _rows(
            places.marts["neighbourhoods"], "msoa_code", "neighbourhood", "borough_code", "residents", "area_km2"
        )
    }
    content = {
        "place": places.name,
        "period": places.period_label,
        "types": [
            {
                "name": one.crime_type,
                "label": one.label,
                "noun": one.count_noun,
                "map": places.maps.get(one.crime_type, ""),
            }
            for one in places.types
        ],
        "months": months,
        "provisional": provisional,
        "traits": {one.name: [one.label, one.unit] for one in places.traits},
        "boroughs": {
            code: {
                "name": name,
                "page": f"boroughs/{slug}.html" if slug else "",
                "rates": years["borough"].get(code, {}),
                "traits": {trait: value for trait, value, _ in traits["borough"].get(code, [])},
            }
            for code, name, slug in _rows(places.marts["boroughs"], "borough_code", "borough_name", "slug")
        },
        "city": {
            "rates": years["city"].get("", {}),
            "traits": {trait: value for trait, value, _ in traits["city"].get("city", [])},
        },
        "explorer": places.explorer,
        "wards": _list_wards(places),
        "wardPeriod": next(iter(places.marts["ward_years"]["period_label"]), ""),
        "places": known,
    }
    return f"showPlaces({embed_json(content)});\n"


def draw_neighbourhood_page(places: Places, stamp: Stamp) -> str:
    """Draw the page: a list of all neighbourhoods, or the one that its address names."""
    by_borough: dict[str, list[tuple[str, str]]] = {}
    ordered = places.marts["neighbourhoods"].sort_values(["neighbourhood", "msoa_code"])
    for code, name, borough in _rows(ordered, "msoa_code", "neighbourhood", "borough_name"):
        by_borough.setdefault(borough, []).append((code, name))
    return render_template(
        "neighbourhood.html.j2",
        stamp=stamp,
        by_borough=sorted(by_borough.items()),
        places=f"{navigation.PLACES_FOLDER}/",
        data=DATA,
        period_label=places.period_label,
        first=places.types[0],
        has_postcodes=bool(list_live(places)),
    )


def _rows(table: pd.DataFrame, *columns: str) -> Iterable[tuple[Any, ...]]:
    rows = table[list(columns)]
    return rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None)


def _round(value: float | None) -> float | None:
    """Round to four figures, more than the page prints."""
    return None if value is None else float(f"{value:.4g}")


def _list_years(places: Places) -> dict[str, dict[str, Any]]:
    """Return figures by crime type in the order of `types`, and the rates of boroughs and the city by crime type."""
    order = [one.crime_type for one in places.types]
    found: dict[str, dict[str, Any]] = {"neighbourhood": {}, "borough": {}, "city": {}}
    homes = dict(_rows(places.marts["neighbourhoods"], "msoa_code", "borough_code"))
    for row in places.marts["neighbourhood_years"].to_dict("records"):
        code, name = row["msoa_code"], row["crime_type"]
        if name not in order:
            continue
        figures = found["neighbourhood"].setdefault(code, [None] * len(order))
        figures[order.index(name)] = [
            _round_count(read_number(row, "crimes")),
            _round_count(read_number(row, "crimes_before")),
            read_flag(row, "is_clear_change"),
            _round(read_number(row, "crimes_per_1000")),
            read_number(row, "rank"),
            int(row["ranked"]),
        ]
        for kind, key in (("borough", homes[code]), ("city", "")):
            found[kind].setdefault(key, {})[name] = _round(read_number(row, f"{kind}_per_1000"))
    return found


def _round_count(value: float | None) -> float | None:
    """Return an integer if whole: split areas have fractions of crimes."""
    return None if value is None else round(value, 1) if value % 1 else int(value)


def _list_months(places: Places, months: Sequence[str]) -> tuple[dict[str, list[Any]], list[str]]:
    series: dict[str, list[Any]] = {}
    place = {month: at for at, month in enumerate(months)}
    provisional = set()
    for code, month, crimes, is_open in _rows(
        places.marts["neighbourhood_months"], "msoa_code", "month", "crimes", "is_provisional"
    ):
        series.setdefault(code, [None] * len(months))[place[month]] = _round_count(crimes)
        if is_open:
            provisional.add(month)
    return series, sorted(provisional)


def _list_areas(places: Places) -> dict[str, list[list[Any]]]:
    findings = {row["lsoa_code"]: row for row in places.marts["area_findings"].to_dict("records")}
    areas: dict[str, list[list[Any]]] = {}
    for code, msoa, name in _rows(
        places.marts["lsoas"].sort_values("area_name"), "lsoa_code", "msoa_code", "area_name"
    ):
        row = findings.get(code, {})
        crimes, before = (_round_count(read_number(row, column)) for column in ("crimes", "crimes_before"))
        areas.setdefault(msoa, []).append([code, name, crimes, before, read_flag(row, "is_clear_change")])
    return areas


def _list_wards(places: Places) -> dict[str, list[Any]]:
    """Crimes of a ward and of its year before, by crime type in the order of `types`."""
    order = [one.crime_type for one in places.types]
    wards: dict[str, list[Any]] = {}
    for code, name, crimes, before in _rows(
        places.marts["ward_years"], "ward_code", "crime_type", "crimes", "crimes_before"
    ):
        if name in order:
            wards.setdefault(code, [None] * len(order))[order.index(name)] = [crimes, before]
    return wards


def _list_traits(places: Places) -> dict[str, dict[str, list[tuple[str, float | None, int]]]]:
    order = {one.name: at for at, one in enumerate(places.traits)}
    found: dict[str, dict[str, list[tuple[str, float | None, int]]]] = {"neighbourhood": {}, "borough": {}, "city": {}}
    ours = places.marts["place_traits"][places.marts["place_traits"]["feature"].isin(list(order))]
    for kind, code, name, value, fifth in sorted(
        _rows(ours, "place_kind", "place_code", "feature", "value", "fifth"), key=lambda row: order[row[2]]
    ):
        found[kind].setdefault(code, []).append((name, _round(value), int(fifth or 0)))
    return found
