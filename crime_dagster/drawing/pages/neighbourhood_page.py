"""The neighbourhood page: one HTML page for all neighbourhoods, with their figures in a script beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crime_dagster.core.facts import Row, index_rows, list_rows, read_flag, read_number
from crime_dagster.drawing.kit import cautions, navigation, words
from crime_dagster.drawing.kit.rendering import embed_json, render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.pages.borough_words import describe_likeness
from crime_dagster.drawing.pages.place_index import Places, list_live, list_tuples

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
    marts, order = places.marts, [one.crime_type for one in places.types]
    months = sorted({*marts["neighbourhood_months"]["month"]})
    ours = list_tuples(marts["neighbourhood_months"], "msoa_code", "month", "crimes", "is_provisional")
    series = _place(((code, month, _round_count(crimes)) for code, month, crimes, _ in ours), months)
    wards = list_tuples(marts["ward_years"], "ward_code", "crime_type", "crimes", "crimes_before")
    # Forces revise different months.
    homes, revised = dict(list_tuples(marts["neighbourhoods"], "msoa_code", "borough_code")), dict[str, set[str]]()
    for code, month, _, is_open in ours:
        if is_open:
            revised.setdefault(homes[code], set()).add(month)
    years, areas, traits = _list_years(places, order), _list_areas(places), _list_traits(places)
    similar: dict[str, list[str]] = {}
    for code, other in list_tuples(
        marts["similar_neighbourhoods"].sort_values("place"), "msoa_code", "similar_msoa_code"
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
        for code, name, borough, residents, km2 in list_tuples(
            marts["neighbourhoods"], "msoa_code", "neighbourhood", "borough_code", "residents", "area_km2"
        )
    }
    content = {
        "place": places.name,
        "period": places.period_label,
        "types": [
            {"name": one.crime_type, "label": one.label, "noun": one.count_noun}
            | {"map": places.maps.get(one.crime_type, "")}
            for one in places.types
        ],
        "months": months,
        "traits": {one.name: [one.label, one.unit] for one in places.traits},
        "boroughs": {
            code: {
                "name": name,
                "page": f"boroughs/{slug}.html" if slug else "",
                "rates": years["borough"].get(code, {}),
                "provisional": sorted(revised.get(code, ())),
                "traits": {trait: value for trait, value, _ in traits["borough"].get(code, [])},
            }
            for code, name, slug in list_tuples(marts["boroughs"], "borough_code", "borough_name", "slug")
        },
        "city": {
            "rates": years["city"].get("", {}),
            "traits": {trait: value for trait, value, _ in traits["city"].get("city", [])},
        },
        "likeness": describe_likeness(marts["place_traits"], "neighbourhood"),
        "explorer": places.explorer,
        # Crimes of a ward and of its year before, by crime type.
        "wards": _place(((code, name, [crimes, before]) for code, name, crimes, before in wards), order),
        "wardPeriod": next(iter(marts["ward_years"]["period_label"]), ""),
        "places": known,
    }
    return f"showPlaces({embed_json(content)});\n"


def draw_neighbourhood_page(places: Places, stamp: Stamp) -> str:
    """Draw the page: a list of all neighbourhoods, or the one that its address names."""
    by_borough: dict[str, list[tuple[str, str]]] = {}
    ordered = places.marts["neighbourhoods"].sort_values(["neighbourhood", "msoa_code"])
    for code, name, borough in list_tuples(ordered, "msoa_code", "neighbourhood", "borough_name"):
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


def _round(value: float | None) -> float | None:
    """Round to four figures, more than the page prints."""
    return None if value is None else float(f"{value:.4g}")


def _place(rows: Iterable[tuple[str, str, Any]], keys: Sequence[str]) -> dict[str, list[Any]]:
    """Return the values of each code in the order of their keys, None where there is none; other keys are left out."""
    found: dict[str, list[Any]] = {}
    for code, key, value in rows:
        if key in keys:
            found.setdefault(code, [None] * len(keys))[keys.index(key)] = value
    return found


def _list_years(places: Places, order: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return figures in the order of crime types, and the rates of boroughs and the city by crime type."""
    homes = dict(list_tuples(places.marts["neighbourhoods"], "msoa_code", "borough_code"))
    rows = [row for row in list_rows(places.marts["neighbourhood_years"]) if row["crime_type"] in order]
    found: dict[str, dict[str, Any]] = {"borough": {}, "city": {}}
    for row in rows:
        for kind, key in (("borough", homes[row["msoa_code"]]), ("city", "")):
            found[kind].setdefault(key, {})[row["crime_type"]] = _round(read_number(row, f"{kind}_per_1000"))
    figures = ((row["msoa_code"], row["crime_type"], _list_figures(row)) for row in rows)
    return found | {"neighbourhood": _place(figures, order)}


def _list_figures(row: Row) -> list[Any]:
    crimes, before = (_round_count(read_number(row, name)) for name in ("crimes", "crimes_before"))
    rate, rank = _round(read_number(row, "crimes_per_1000")), read_number(row, "rank")
    return [crimes, before, read_flag(row, "is_clear_change"), rate, rank, int(row["ranked"])]


def _round_count(value: float | None) -> float | None:
    """Return an integer if whole: split areas have fractions of crimes."""
    return None if value is None else round(value, 1) if value % 1 else int(value)


def _list_areas(places: Places) -> dict[str, list[list[Any]]]:
    findings = index_rows(places.marts["area_findings"], "lsoa_code")
    areas: dict[str, list[list[Any]]] = {}
    for code, msoa, name in list_tuples(
        places.marts["lsoas"].sort_values("area_name"), "lsoa_code", "msoa_code", "area_name"
    ):
        row = findings.get(code, {})
        crimes, before = (_round_count(read_number(row, column)) for column in ("crimes", "crimes_before"))
        areas.setdefault(msoa, []).append([code, name, crimes, before, read_flag(row, "is_clear_change")])
    return areas


def _list_traits(places: Places) -> dict[str, dict[str, list[tuple[str, float | None, int]]]]:
    order = {one.name: at for at, one in enumerate(places.traits)}
    found: dict[str, dict[str, list[tuple[str, float | None, int]]]] = {"neighbourhood": {}, "borough": {}, "city": {}}
    ours = places.marts["place_traits"][places.marts["place_traits"]["feature"].isin(list(order))]
    for kind, code, name, value, fifth in sorted(
        list_tuples(ours, "place_kind", "place_code", "feature", "value", "fifth"), key=lambda row: order[row[2]]
    ):
        found[kind].setdefault(code, []).append((name, _round(value), int(fifth or 0)))
    return found
