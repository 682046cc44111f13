"""Pages of boroughs and their list: plain HTML that works from a folder, without a network and without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from crime_dagster.drawing.kit import finish, navigation, words
from crime_dagster.drawing.kit.cautions import ALL_TYPES, find_breaks, list_words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.page_content import Download, Headline, Link, Note, Picture
from crime_dagster.drawing.kit.rendering import hash_script, read_scripts, read_styles, render_template
from crime_dagster.drawing.pages import trend_line
from crime_dagster.drawing.pages.borough_content import AreaRow, BoroughPage, BoroughTables
from crime_dagster.drawing.pages.borough_map import draw_borough_map
from crime_dagster.drawing.pages.borough_rows import (
    list_boroughs,
    list_highest,
    list_hotspots,
    list_types,
    list_what_ifs,
    place_breaks,
    sum_boroughs,
)
from crime_dagster.drawing.pages.borough_words import (
    describe_place_change,
    describe_whole_change,
    find_force,
    find_total,
    write_lead,
    write_note,
    write_title,
    write_unreported,
)
from crime_dagster.drawing.pages.trend_line import lay_trend

# Types that stand among the large numbers where the data set has them.
HEADLINE_TYPES = ("violent", "theft")
# A rate on fewer residents says more of the visitors than of the place.
FEWEST_FOR_RATE = 20_000


def build_borough_page(
    tables: BoroughTables,
    areas: Areas,
    code: str,
    city: str,
    *,
    links: Mapping[str, str],
    pair: Picture | None = None,
    pair_is_city: bool = False,
    downloads: Sequence[Download] = (),
) -> BoroughPage:
    """Put together what a borough's page says.

    Args:
        tables: Figures of all boroughs.
        areas: The city's shapes, EPSG:27700.
        code: The borough.
        city: Name of the city.
        links: Crime type to the address of its map, from the page; a type without a map is not in it.
        pair: Recorded and predicted in turn.
        pair_is_city: Whether it shows the whole city.
        downloads: Files about this borough.
    """
    at = list(tables.boroughs["borough_code"]).index(code)
    name, slug = tables.boroughs.loc[tables.boroughs.index[at], ["borough_name", "slug"]]
    lsoas = tables.lsoas[tables.lsoas["borough_code"] == code]
    months = tables.months[tables.months["borough_code"] == code]
    ours = months[months["crime_type"] == tables.first.crime.crime_type].sort_values("month")
    total = find_total(tables.first, lsoas)
    totals, rates = sum_boroughs(tables)
    if total is None:
        before = _find_before(tables, lsoas)
        title, lead = write_unreported(tables, ours, name, before)
    else:
        title = write_title(name, total, tables.first, tables)
        lead = write_lead(tables, code, name, city, total, totals, rates)
    highest = list_highest(tables, lsoas)
    recorded = tables.first.values.set_index("lsoa_code")["recorded"]
    types, spread_pct = list_types(tables, code, lsoas, months, dict(links))
    similar = [one for one in tables.similar.get(code, ()) if one in totals]
    map_href = links.get(tables.first.crime.crime_type, "")
    return BoroughPage(
        name=name,
        slug=slug,
        title=title,
        lead=lead,
        headlines=_list_headlines(tables, code, lsoas, city, rates) if total is not None else (),
        map=draw_borough_map(areas, code, recorded, tables.first.bands, [row.code for row in highest]),
        map_title=_title_map(tables, lsoas, recorded, name),
        map_alt=_describe_map(tables, lsoas, recorded, name, highest),
        highest=highest,
        trend=lay_trend(
            ours,
            label=f"{tables.first.crime.label}, {name}",
            breaks=place_breaks(tables, tables.first.crime.crime_type, ours),
            provisional=_list_provisional(tables, months),
        ),
        types=types if total is not None else (),
        spread_pct=spread_pct,
        notes=_list_notes(tables, months),
        hotspots=list_hotspots(tables, lsoas),
        similar=list_boroughs(tables, [code, *similar], current=code) if similar and code in totals else (),
        similar_words=_compare(tables, code, name, rates, similar) if code in rates else "",
        what_ifs=list_what_ifs(tables, code),
        errors=_say_errors(tables, code, city),
        note=write_note(tables, months),
        pair=pair if total is not None else None,
        pair_is_city=pair_is_city,
        downloads=tuple(downloads),
        map_href=map_href,
        previous=_link_page(tables, at - 1),
        following=_link_page(tables, at + 1),
    )


def draw_borough_page(borough: BoroughPage, tables: BoroughTables, stamp: finish.Stamp) -> str:
    """Draw a borough's page.

    Args:
        borough: What it says.
        tables: Figures of all boroughs, for the box to choose another.
        stamp: Place (the city), period, sources, licence; whether the city is made up.

    Returns:
        HTML with its styles, its map and its one small script inside. The same content gives the same bytes.
    """
    script = f"(function () {{\n{read_scripts('play.js')}\n}})();"
    return render_template(
        "borough.html.j2",
        borough=borough,
        first=tables.first.crime,
        period=words.year_to(tables.last_month),
        trend_size=(trend_line.WIDTH, trend_line.HEIGHT),
        choices=_list_choices(tables, borough.slug),
        script=Markup(script),  # noqa: S704 our own file
        script_hash=f"'{hash_script(script)}'",
        **_frame(stamp),
    )


def draw_borough_list(tables: BoroughTables, city: str, stamp: finish.Stamp) -> str:
    """Draw the list of boroughs, by name.

    Args:
        tables: Figures of all boroughs.
        city: Name of the city.
        stamp: As for `draw_borough_page`.
    """
    rows = list_boroughs(tables, list(tables.boroughs["borough_code"]))
    return render_template(
        "boroughs.html.j2",
        title=f"{city}: {len(rows)} boroughs" if len(rows) != 1 else f"{city}: one borough",
        rows=rows,
        noun=words.capitalise(tables.first.crime.count_noun),
        period=words.year_to(tables.last_month),
        is_tested=any(row.change.tone for row in rows),
        **_frame(stamp),
    )


def _frame(stamp: finish.Stamp) -> dict[str, object]:
    return {
        "stamp": stamp,
        "brand": f"{stamp.place} crime map",
        "links": navigation.list_links(navigation.BOROUGHS, up="../"),
        "synthetic_words": finish.SYNTHETIC_WORDS,
        "styles": read_styles("base.css", "index.css", "borough.css"),
    }


def _find_before(tables: BoroughTables, lsoas: pd.DataFrame) -> float | None:
    before = tables.first.values.set_index("lsoa_code")["recorded_before"].reindex(lsoas["lsoa_code"])
    return float(before.sum()) if len(before) and before.notna().all() else None


def _list_headlines(
    tables: BoroughTables, code: str, lsoas: pd.DataFrame, city: str, rates: pd.Series
) -> tuple[Headline, ...]:
    chosen = [
        tables.first,
        *[figures for figures in tables.types[1:] if figures.crime.crime_type in HEADLINE_TYPES],
    ]
    headlines = []
    for figures in chosen:
        total = find_total(figures, lsoas)
        if total is None:
            continue
        change = describe_place_change(figures, code)
        headlines.append(
            Headline(
                number=words.whole_number(total),
                label=f"{figures.crime.count_noun} in 12 months",
                note=change.words,
                tone=change.tone,
                beside=f"{city}: {describe_whole_change(figures).words}",
            )
        )
    whole = _rate_city(tables)
    if code in rates and whole is not None:
        residents = tables.first.values.set_index("lsoa_code")["residents"].reindex(lsoas["lsoa_code"]).sum()
        headlines.append(
            Headline(
                number=words.whole_number(rates[code]),
                label=f"{tables.first.crime.count_noun} per 1,000 residents",
                note="few live here, many visit" if residents < FEWEST_FOR_RATE else "",
                beside=f"{city}: {words.whole_number(whole)}",
            )
        )
    return tuple(headlines)


def _rate_city(tables: BoroughTables) -> float | None:
    values = tables.first.values.dropna(subset=["recorded", "residents"])
    residents = float(values["residents"].sum())
    return 1000 * float(values["recorded"].sum()) / residents if residents > 0 else None


def _title_map(tables: BoroughTables, lsoas: pd.DataFrame, recorded: pd.Series, name: str) -> str:
    if recorded.reindex(lsoas["lsoa_code"]).isna().all():
        return "No figures to map"
    noun = tables.first.crime.noun_phrase
    return f"Where {noun} {'were' if words.is_plural(noun) else 'was'} recorded"


def _describe_map(
    tables: BoroughTables, lsoas: pd.DataFrame, recorded: pd.Series, name: str, highest: Sequence[AreaRow]
) -> str:
    counts = recorded.reindex(lsoas["lsoa_code"])
    said = f"Map of {name}: {tables.first.crime.count_noun} in {words.whole_number(len(counts))} small areas"
    if not highest:
        return f"{said}, none of them reported."
    gaps = int(counts.isna().sum())
    most = list_words([f"{row.name} ({row.crimes})" for row in highest[:3]])
    unknown = f"; {words.whole_number(gaps)} not reported" if gaps else ""
    return f"{said}, half of them with {words.whole_number(counts.median())} or fewer; most in {most}{unknown}."


def _list_provisional(tables: BoroughTables, months: pd.DataFrame) -> frozenset[pd.Timestamp]:
    rows = tables.coverage[tables.coverage["force"] == find_force(tables, months)]
    return frozenset(pd.to_datetime(rows.loc[rows["is_provisional"].astype(bool), "month"]))


def _list_notes(tables: BoroughTables, months: pd.DataFrame) -> tuple[Note, ...]:
    known = months.dropna(subset=["crimes"])
    if known.empty:
        return ()
    first, last = (pd.Timestamp(known["month"].agg(which)).date() for which in ("min", "max"))
    names = [ALL_TYPES, *(figures.crime.crime_type for figures in tables.types)]
    ours = tables.breaks[tables.breaks["force"] == find_force(tables, months)]
    crossed = pd.concat([find_breaks(ours, name, first, last) for name in names]).drop_duplicates()
    return tuple(Note(title, text) for title, text in crossed.sort_values("starts_on")[["title", "words"]].to_numpy())


def _compare(tables: BoroughTables, code: str, name: str, rates: pd.Series, similar: Sequence[str]) -> str:
    theirs = rates.reindex(list(similar)).dropna()
    if theirs.empty:
        return ""
    low, high = words.whole_number(theirs.min()), words.whole_number(theirs.max())
    span = low if low == high else f"{low} to {high}"
    noun = tables.first.crime.count_noun
    return f"They recorded {span} {noun} per 1,000 residents, {name} {words.whole_number(rates[code])}."


def _say_errors(tables: BoroughTables, code: str, city: str) -> tuple[str, ...]:
    here, whole = tables.errors.get(code), tables.city_errors
    if not here or not whole:
        return ()
    noun = tables.first.crime.count_noun
    sentences = [
        f"A model not trained on this borough expects {words.three_figures(here['predicted'])} {noun} here; "
        f"{words.whole_number(here['actual'])} were recorded."
    ]
    if here["ranged"] > 0 and whole["ranged"] > 0:
        share, beside = (words.percent(100 * one["covered"] / one["ranged"], decimals=0) for one in (here, whole))
        sentences.append(
            f"In {words.whole_number(here['covered'])} of {words.whole_number(here['ranged'])} areas the recorded "
            f"number is within the model’s 90% range: {share} ({city}: {beside})."
        )
    sentences.append(
        f"Its mean error is {words.three_figures(here['mean_error'])} {noun} an area "
        f"({city}: {words.three_figures(whole['mean_error'])})."
    )
    low, high = here["lower_90"], here["upper_90"]
    if pd.notna(low) and pd.notna(high):
        if low <= 0 <= high:
            sentences.append("Across the borough it is neither clearly too high nor clearly too low.")
        else:
            way = "low" if low > 0 else "high"
            size = words.three_figures(abs(here["mean_residual"]))
            sentences.append(f"On average it is {size} {noun} an area too {way} here.")
    return tuple(sentences)


def _link_page(tables: BoroughTables, at: int) -> Link | None:
    if not 0 <= at < len(tables.boroughs):
        return None
    name, slug = tables.boroughs.loc[tables.boroughs.index[at], ["borough_name", "slug"]]
    return Link(name, f"{slug}.html")


def _list_choices(tables: BoroughTables, current: str) -> list[Link]:
    rows = tables.boroughs[["borough_name", "slug"]].to_numpy()
    return [Link(name, f"{slug}.html", is_current=slug == current) for name, slug in rows]
