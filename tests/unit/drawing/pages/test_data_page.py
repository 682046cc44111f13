"""The page about the data as text, and its rows."""

import datetime as dt
import re
from dataclasses import replace

import pandas as pd

from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.kit.page_content import Break
from crime_dagster.drawing.pages.data_page import draw_data_page
from crime_dagster.drawing.pages.data_tables import list_publishers, reconcile
from crime_dagster.drawing.pages.month_lines import draw_sparkline

HOSTILE = '</td><script>alert(1)</script>{{ 7 * 7 }}" onerror="alert(2)'
MET = "Squaretown Police"
TABLES = {"ward_months": "One row per ward."}


def list_sums(grouping: str, name: str, crimes: int, in_areas: int, not_published: int) -> dict[str, object]:
    """A row of `reconciliation_sums` of one month."""
    rest = {"not_published": not_published, "without_place": crimes - in_areas - not_published}
    month = {"first_month": pd.Timestamp("2026-02-01"), "last_month": pd.Timestamp("2026-02-01")}
    return {"grouped_by": grouping, "group_name": name, "crimes": crimes, "in_areas": in_areas, **rest, **month}


def list_totals(text: str) -> pd.DataFrame:
    """Rows of `headline_totals` of the whole."""
    parts = [("recorded", None, 200), ("not_published", f"NFIB FRAUD{text}", -100), ("without_place", None, -3)]
    place: dict[str, object] = {"crime_type": "total", "place_code": "city"}
    place |= {"period_label": "12 months to February 2026"}
    rows = [
        {**place, "force": f"{MET}{text}", "part": part, "category": category, "crimes": crimes, "sort_order": at}
        for at, (part, category, crimes) in enumerate(parts, start=1)
    ]
    whole = {"force": None, "part": "headline", "category": None, "crimes": 97, "sort_order": 4}
    return pd.DataFrame([*rows, place | whole])


def list_source(number: int, thing: str, title: str, text: str, **changes: object) -> dict[str, object]:
    """A row of `sources`."""
    words = {"credit": f"Police{text}", "attribution": f"Source: police{text}", "licence": f"Licence{text}"}
    said = {"vintage": "2026", "cadence": f"monthly{text}", "landing_page": "https://data.example/crime"}
    counts = {"files": 1, "files_excluded": 0, "rows_in": 10, "rows_kept": 10, "rows_set_aside": 0}
    known = {"first_month": None, "last_month": None, "lsoa_vintages": None, "excluded_because": None}
    key = {"publisher": "police", "thing": thing, "sort_order": number, "title": title, "is_context": False}
    return {**key, **words, **said, **counts, **known, **changes}


def list_file(thing: str, name: str, **changes: object) -> dict[str, object]:
    """A row of `source_files`."""
    counts = {"rows_in": 10, "rows_kept": 10, "rows_set_aside": 0, "excluded_because": None}
    months = {"first_month": None, "last_month": None}
    return {"publisher": "police", "thing": thing, "file": name, "sha256": "ab" * 32, **counts, **months, **changes}


def make_tables(text: str = "") -> dict[str, pd.DataFrame]:
    crime = {"rows_kept": 7, "rows_set_aside": 3, "first_month": "2024-02", "last_month": "2026-01"}
    month = {"force": f"{MET}{text}", "counted_from": "lsoa files", "located_pct": 91.25, "types_reported": 11}
    totals = {"sources": 3, "context_sources": 1, "files": 3, "rows_in": 21, "rows_kept": 18, "rows_set_aside": 3}
    counts = {"months": 3, "months_complete": 1, "months_partial": 1, "months_missing": 1}
    located = {"located_lowest_pct": 91.25, "located_highest_pct": 91.25}
    return {
        "data_sets": pd.DataFrame([totals | {"set_aside_pct": 300 / 21, "months": 3, "forces": 1, "areas": 4_994}]),
        "sources": pd.DataFrame(
            [
                list_source(4, "absent", f"Never landed{text}", text, files=0),
                list_source(1, "crime", f"Crime{text}", text, **crime, lsoa_vintages="2011"),
                list_source(2, "lsoa_boundaries", "Boundaries", text, lsoa_vintages="2021"),
                list_source(3, "officers", "Officers", text, is_context=True, rows_in=1, rows_kept=1),
            ]
        ),
        "source_files": pd.DataFrame(
            [
                list_file("crime", f"police/a{text}.csv", **crime),
                list_file("lsoa_boundaries", "b.shp"),
                list_file("officers", "c.csv", rows_in=1, rows_kept=1),
            ]
        ),
        "excluded_reasons": pd.DataFrame(
            [
                {"publisher": "police", "thing": "crime", "reason": "outside", "row_count": 1, "seed_lines": None},
                {"publisher": "police", "thing": "crime", "reason": f"odd_shape{text}", "row_count": 2},
                {"publisher": "police", "thing": "crime", "reason": "unknown_category", "row_count": 3}
                | {"seed_lines": "police,WITCHCRAFT,total"},
            ]
        ),
        "forces": pd.DataFrame([{"force": f"{MET}{text}", "counted_from": "lsoa files", **counts, **located}]),
        "coverage": pd.DataFrame(
            [
                month | {"month": "2025-12-01", "is_complete": True, "is_provisional": False, "crimes": 73_540},
                month | {"month": "2026-01-01", "is_complete": False, "is_provisional": True, "crimes": 4_100},
                {"force": f"{MET}{text}", "month": "2026-02-01", "types_reported": 0, "is_complete": False}
                | {"is_provisional": False, "counted_from": None, "crimes": None, "located_pct": None},
            ]
        ),
        "recording_breaks": pd.DataFrame(
            [
                {"starts_on": "2025-12-05", "force": f"{MET}{text}", "crime_type": "total"}
                | {"title": f"Recording changed{text}", "words": f"A new system.{text}"}
            ]
        ),
        "provisional_months": pd.DataFrame([{"force": "any other force", "months": 1, "words": f"It grows.{text}"}]),
        "left_out_files": pd.DataFrame(
            [
                {"file": f"x.csv.part{text}", "publisher": None, "thing": None, "reason": "unfinished"}
                | {"detail": f"part of a download{text}"},
                {"file": "crimes.csv", "publisher": "police", "thing": "crime", "reason": "unknown_columns"}
                | {"detail": "found no header"},
            ]
        ),
        "file_doubts": pd.DataFrame([{"doubt": f"b.csv may be moved{text}", "publisher": None, "thing": None}]),
        "reconciliation_sums": pd.DataFrame(
            [
                list_sums("all", "All boroughs", 200, 97, 100),
                list_sums("category", "NFIB FRAUD", 100, 0, 100),
                list_sums("category", "THEFT", 100, 97, 0),
                list_sums("borough", f"North{text}", 200, 97, 100),
            ]
        ),
        "headline_totals": list_totals(text),
        "borough_own_years": pd.DataFrame(
            [
                {
                    "borough_code": "E09000001",
                    "borough_name": f"City{text}",
                    "crime_type": "total",
                    "crimes": 392.0,
                    "period_label": "12 months to May 2025",
                }
            ]
        ),
    }


def draw(marts, stamp):
    return draw_data_page(marts, TABLES, stamp)


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<body") :]))


def test_says_what_it_was_given(stamp):
    text = text_of(draw(make_tables(), stamp))
    for words in (
        "Where the data comes from, and what was left out",
        "3 excluded records",
        "ward_ months One row per ward.",
        "The data set shows 4,994 small areas",
        "codes and boundaries of 2021",
        "The one source with codes of 2011 is converted to those of 2021",
        "1 of 3 months complete, 1 partial and 1 missing; counted from files by small area.",
        "Of a month’s crimes, 91% have a known area.",
        "December 2025: reported, 73,540 crimes, 91.2% with a known area; Recording changed on 5 December 2025",
        "January 2026: partial, provisional, 4,100 crimes",
        "February 2026: missing",
        "Recording changed, 5 December 2025. A new system.",
        "Still revised, Squaretown Police. January 2026 is provisional. It grows.",
        f"{MET} recorded 200; the figure leaves out 100 NFIB fraud, which are not published for small areas, and 3 "
        "crimes without a known small area.",
        f"Recorded by {MET} 200 NFIB fraud: not published for small areas −100 Without a known small area −3 "
        "Placed in small areas: the headline 97",
        "City recorded 392 crimes in its own latest year, the 12 months to May 2025. The sums",
        "The place is outside the areas shown. outside 1",
        "Excluded as “odd shape”. odd_shape 2",
        "To count them, add to dbt_project/seeds/crime_type_categories.csv: police,WITCHCRAFT,total",
        "Of 200 crimes in the files by borough, February 2026, 48.5% are in the files by small area, 50.0% are of "
        "categories that are not published for small areas, and 1.5% have no place.",
        "crimes.csv nearest to Crime Found no header. unknown_columns",
        "x.csv.part Part of a download. unfinished",
        "February 2024 to January 2026",
        "Officers shown beside, never a feature",
        "Licence; published monthly",
        "Not in this data set, though the project can read them: Never landed.",
        stamp.source_line(with_period=True),
    ):
        assert words in text, words


def test_says_when_every_file_is_used(stamp):
    tables = make_tables()
    html = draw(tables | {"left_out_files": tables["left_out_files"].iloc[:0]}, stamp)
    assert "Every file of the data folder is used." in text_of(html)


def test_says_which_files_are_in_doubt(stamp):
    tables = make_tables()
    assert "b.csv may be moved" in text_of(draw(tables, stamp))
    html = draw(tables | {"file_doubts": tables["file_doubts"].iloc[:0]}, stamp)
    assert "Nothing unusual was found in any file" in text_of(html)


def test_strings_of_any_kind_stay_text(stamp):
    tables = make_tables(HOSTILE)
    tables["sources"]["landing_page"] = "javascript:alert(1)"
    html = draw(tables, replace(stamp, place=HOSTILE, note=HOSTILE))
    assert "<script" not in html
    assert 'onerror="' not in html
    assert "javascript:" not in html
    assert "{{ 7 * 7 }}" in html


def test_nothing_is_loaded_and_twice_is_the_same(stamp):
    html = draw(make_tables(), stamp)
    assert re.findall(r"<link(?! rel=\"icon\" href=\"data:)|@import|url\(|<img|<script| src=", html) == []
    assert html == draw(make_tables(), stamp)
    assert html.count("<h1") == 1


def test_made_up_files_carry_no_licence_of_a_publisher(stamp):
    text = text_of(draw(make_tables(), replace(stamp, is_synthetic=True, licence="")))
    assert "SYNTHETIC: a made-up city" in text
    assert "has the form of the published one" in text
    assert "Licence" not in text
    assert "Source: police" not in text


def test_without_two_kinds_of_file_nothing_is_compared(stamp):
    tables = make_tables()
    text = text_of(draw(tables | {"reconciliation_sums": tables["reconciliation_sums"].iloc[:0]}, stamp))
    assert "no files by borough and by small area for the same months" in text
    assert "crimes in the files by borough" not in text


def test_a_year_of_sums_is_named_by_its_end_and_the_largest_category_comes_first():
    sums = make_tables()["reconciliation_sums"]
    sums.loc[sums["group_name"] == "THEFT", "crimes"] = 101
    found = reconcile(sums.assign(first_month=pd.Timestamp("2025-03-01")))
    assert found["period"] == "12 months to February 2026"
    assert [row["name"] for row in found["categories"]] == ["Theft", "NFIB fraud"]


def test_areas_of_the_newer_year_are_shown_where_both_are_there(stamp):
    tables = make_tables()
    is_boundaries = tables["sources"]["thing"] == "lsoa_boundaries"
    both = tables["sources"]["lsoa_vintages"].mask(is_boundaries, "2011; 2021")
    newer = tables | {"sources": tables["sources"].assign(lsoa_vintages=both)}
    assert "boundaries of 2021" in text_of(draw(newer, stamp))
    none = tables | {"sources": tables["sources"].assign(lsoa_vintages=None)}
    assert "do not say" in text_of(draw(none, stamp))


def test_months_in_words():
    days = [dt.date(2025, 12, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)]
    assert cautions.months_words(days) == "December 2025, January and February 2026"
    assert cautions.months_words(days[1:]) == "January and February 2026"
    assert cautions.months_words(days[:1]) == "December 2025"


def test_only_the_period_that_is_shown_is_called_provisional():
    coverage = make_tables()["coverage"]
    shown = (dt.date(2025, 3, 1), dt.date(2026, 2, 28))
    assert cautions.provisional_words(coverage, MET, *shown) == "January 2026 is provisional."
    assert cautions.provisional_words(coverage, "a force without rows", *shown) == "January 2026 is provisional."
    assert cautions.provisional_words(coverage, MET, dt.date(2024, 1, 1), dt.date(2025, 12, 31)) == ""


def test_a_break_counts_inside_the_period_and_for_its_type():
    rows = [("2024-03-01", "total"), ("2024-09-01", "drug"), ("2026-02-20", "total"), ("2026-03-01", "total")]
    breaks = pd.DataFrame([{"starts_on": day, "crime_type": crime, "title": day, "words": day} for day, crime in rows])
    period = (dt.date(2024, 3, 1), dt.date(2026, 2, 1))
    assert cautions.find_breaks(breaks, "drug", *period)["title"].tolist() == ["2024-09-01", "2026-02-20"]
    assert cautions.find_breaks(breaks, "theft", *period)["title"].tolist() == ["2026-02-20"]


def test_a_small_line_shows_the_break_between_its_months():
    position = cautions.place_day(dt.date(2024, 3, 1), dt.date(2024, 1, 1))
    assert position == 1.5
    one = Break(position, dt.date(2024, 3, 1), "Recording changed")
    line = draw_sparkline([1, 2, 3], 0.5, label="Theft", breaks=(one,))
    assert line.breaks == (4 + 1.5 * 61,)
    assert line.alt.endswith("; Recording changed, 1 March 2024")


def test_an_excluded_source_is_named_with_its_reason_and_listed_nowhere_else(stamp):
    whole = make_tables()
    gone = {"files": 0, "files_excluded": 1, "excluded_because": "no <header>"}
    sources, files = whole["sources"].copy(), whole["source_files"].copy()
    sources.loc[sources["thing"] == "officers", list(gone)] = list(gone.values())
    files.loc[files["thing"] == "officers", "excluded_because"] = "no <header>"
    tables = whole | {"sources": sources, "source_files": files}
    page = draw(tables, stamp)
    assert "Excluded: Officers." in page
    assert "no &lt;header&gt;" in page
    assert [source["title"] for one in list_publishers(tables) for source in one["sources"]] == [
        "Crime",
        "Boundaries",
    ]
    assert "Excluded:" not in draw(whole, stamp)


def test_what_is_the_same_of_many_forces_is_said_once(stamp):
    tables = make_tables()
    for name in ("forces", "coverage"):
        tables[name] = pd.concat([tables[name].assign(force=f"Force {number}") for number in range(5)])
    text = text_of(draw(tables, stamp))
    assert text.count("Still revised, 5 police forces. January 2026 is provisional. It grows.") == 1
    tables["provisional_months"] = pd.DataFrame([{"force": f"Force {number}", "words": "Slow."} for number in (3, 4)])
    assert "Still revised, Force 3 and Force 4. January 2026 is provisional. Slow." in text_of(draw(tables, stamp))


def test_the_months_of_many_forces_are_folded(stamp):
    def count(forces: int) -> int:
        tables = make_tables()
        for name in ("forces", "coverage"):
            tables[name] = pd.concat([tables[name].assign(force=f"Force {number}") for number in range(forces)])
        page = draw(tables, stamp)
        assert "Force 1" in page
        assert page.count("<details") == page.count("</details>")
        return page.count('<details class="force"><summary>Force ')

    assert [count(forces) for forces in (2, 6, 7)] == [0, 0, 7]
