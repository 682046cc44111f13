"""The page about the data as text, and the rows that it is made of."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pandas as pd
import pytest

from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.kit.page_content import Break
from crime_dagster.drawing.pages.data_content import DataTables
from crime_dagster.drawing.pages.data_months import _name_category, reconcile
from crime_dagster.drawing.pages.data_page import draw_data_page
from crime_dagster.drawing.pages.data_tables import describe_areas, list_publishers
from crime_dagster.drawing.pages.sparkline import draw_sparkline

HOSTILE = '</td><script>alert(1)</script>{{ 7 * 7 }}" onerror="alert(2)'
MET = "Squaretown Police"


def list_sums(borough="North", month="2026-02-01", category="THEFT", published=True, total=100, areas=97.0):
    columns = ("borough_name", "month", "major_category", "is_in_lsoa_files", "borough_crimes", "lsoa_crimes")
    return dict(zip(columns, (borough, month, category, published, total, areas), strict=True))


def make_tables(text: str = "") -> DataTables:
    crime = {"publisher": "police", "thing": "crime", "title": f"Crime{text}", "credit": f"Police{text}"}
    words = {"attribution": f"Source: police{text}", "licence": f"Licence{text}", "vintage": "2026"}
    entry = {**crime, **words, "cadence": f"monthly{text}", "landing_page": "https://data.example/crime"}
    names = {"publisher": "police", "thing": "crime", "sha256": "ab" * 32}
    file = {**names, "file": f"police/a{text}.csv", "rows_in": 10, "rows_kept": 7, "rows_set_aside": 3}
    file["excluded_because"] = None
    lines = {"publisher": "ons", "thing": "lsoa_boundaries", "title": "Boundaries", "credit": "ONS"}
    month = {"force": f"{MET}{text}", "counted_from": "lsoa files", "located_pct": 91.25, "is_reported": True}
    return DataTables(
        catalogue=pd.DataFrame(
            [
                entry | {"is_context": False},
                entry | lines | {"is_context": False},
                entry | {"thing": "officers", "title": "Officers", "is_context": True},
                entry | {"thing": "absent", "title": f"Never landed{text}", "is_context": False},
            ]
        ),
        source_files=pd.DataFrame(
            [
                file | {"first_month": "2024-02", "last_month": "2026-01", "lsoa_vintage": "2011"},
                file | lines | {"file": "b.shp", "rows_set_aside": 0, "rows_kept": 10, "lsoa_vintage": "2021"},
                file | {"thing": "officers", "rows_in": 1, "rows_kept": 1, "rows_set_aside": 0},
            ]
        ),
        set_aside=pd.DataFrame(
            [
                {"publisher": "police", "thing": "crime", "reason": "outside", "rows": 1},
                {"publisher": "police", "thing": "crime", "reason": f"odd_shape{text}", "rows": 2},
            ]
        ),
        coverage=pd.DataFrame(
            [
                month | {"month": "2025-12-01", "is_complete": True, "is_provisional": False, "crimes": 73_540},
                month | {"month": "2026-01-01", "is_complete": False, "is_provisional": True, "crimes": 4_100},
                {"force": f"{MET}{text}", "month": "2026-02-01", "is_reported": False, "is_complete": False}
                | {"is_provisional": False, "counted_from": None, "crimes": None, "located_pct": None},
            ]
        ),
        recording_breaks=pd.DataFrame(
            [
                {"starts_on": "2025-12-05", "force": f"{MET}{text}", "crime_type": "total"}
                | {"title": f"Recording changed{text}", "words": f"A new system.{text}"}
            ]
        ),
        provisional_months=pd.DataFrame([{"force": "any other force", "months": 1, "words": f"It grows.{text}"}]),
        areas=4_994,
        left_out_files=pd.DataFrame(
            [
                {"file": f"x.csv.part{text}", "publisher": None, "thing": None, "reason": "unfinished"}
                | {"detail": f"part of a download{text}"},
                {"file": "crimes.csv", "publisher": "police", "thing": "crime", "reason": "unknown_columns"}
                | {"detail": "found no header"},
            ]
        ),
        reconciliations=pd.DataFrame(
            [list_sums(borough=f"North{text}"), list_sums(category=f"FRAUD{text}", published=False, areas=None)]
        ),
    )


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<body") :]))


def test_says_what_it_was_given(stamp):
    text = text_of(draw_data_page(make_tables(), stamp))
    for words in (
        "Where the data comes from, and what was left out",
        "3 excluded records",
        "The data set shows 4,994 small areas",
        "codes and boundaries of 2021",
        "The one source with codes of 2011 is brought to those of 2021",
        "1 of 3 months complete, 1 partial and 1 missing; counted from files by small area.",
        "Of a month’s crimes, 91% have a known area.",
        "December 2025: reported, 73,540 crimes, 91.2% with a known area; Recording changed on 5 December 2025",
        "January 2026: partial, provisional, 4,100 crimes",
        "February 2026: missing",
        "Recording changed, 5 December 2025. A new system.",
        "Still revised, Squaretown Police. January 2026 is provisional. It grows.",
        "The place is outside the areas shown. outside 1",
        "Excluded as “odd shape”. odd_shape 2",
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
    html = draw_data_page(replace(tables, left_out_files=tables.left_out_files.iloc[:0]), stamp)
    assert "Every file of the data folder is used." in text_of(html)


def test_strings_of_any_kind_stay_text(stamp):
    tables = make_tables(HOSTILE)
    tables.catalogue["landing_page"] = "javascript:alert(1)"
    html = draw_data_page(tables, replace(stamp, place=HOSTILE, note=HOSTILE))
    assert "<script" not in html
    assert 'onerror="' not in html
    assert "javascript:" not in html
    assert "{{ 7 * 7 }}" in html


def test_nothing_is_loaded_and_twice_is_the_same(stamp):
    html = draw_data_page(make_tables(), stamp)
    assert re.findall(r"<link|@import|url\(|<img|<script| src=", html) == []
    assert html == draw_data_page(make_tables(), stamp)
    assert html.count("<h1") == 1


def test_made_up_files_carry_no_licence_of_a_publisher(stamp):
    text = text_of(draw_data_page(make_tables(), replace(stamp, is_synthetic=True, licence="")))
    assert "SYNTHETIC: a made-up city" in text
    assert "has the form of the published one" in text
    assert "Licence" not in text
    assert "Source: police" not in text


@pytest.mark.parametrize("rows", [None, pd.DataFrame(), pd.DataFrame([list_sums(areas=None)])])
def test_without_two_kinds_of_file_nothing_is_held_against_each_other(stamp, rows):
    text = text_of(draw_data_page(replace(make_tables(), reconciliations=rows), stamp))
    assert "no files by borough and by small area for the same months" in text
    assert "crimes in the files by borough" not in text


def test_the_parts_of_each_borough_make_up_its_total():
    rows = [
        list_sums(month=month, borough=borough, category=category, published=published, total=total, areas=areas)
        for month in pd.date_range("2024-12-01", "2026-02-01", freq="MS")
        for borough, category, published, total, areas in [
            ("North", "THEFT", True, 100, 97.0),
            ("North", "FRAUD AND FORGERY", False, 40, None),
            ("South", "THEFT", True, 10, 11.0),
            ("Unknown", "THEFT", True, 5, None),
        ]
    ]
    later = [list_sums(month="2026-03-01", total=999, areas=None)]
    found = reconcile(pd.DataFrame(rows + later))
    assert found.period == "12 months to February 2026"
    for row in (found.whole, *found.categories, *found.boroughs):
        assert row.total == row.in_areas + row.not_published + row.without_place
    sums = {row.name: (row.total, row.in_areas, row.not_published, row.without_place) for row in found.boroughs}
    assert sums == {"North": (1680, 1164, 480, 36), "South": (120, 132, 0, -12), "Unknown": (60, 0, 0, 60)}
    assert [row.name for row in found.categories] == ["Theft", "Fraud and forgery"]


def test_areas_of_the_newer_year_are_shown_where_both_are_there():
    tables = make_tables()
    older = tables.source_files.query("thing == 'lsoa_boundaries'").assign(lsoa_vintage="2011")
    both = replace(tables, source_files=pd.concat([tables.source_files, older]))
    assert "boundaries of 2021" in describe_areas(both)[0]
    only = replace(tables, source_files=tables.source_files.query("lsoa_vintage != '2021'").assign(lsoa_vintage=None))
    assert "do not say" in describe_areas(only)[0]


def test_months_in_words():
    days = [dt.date(2025, 12, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)]
    assert cautions.months_words(days) == "December 2025, January and February 2026"
    assert cautions.months_words(days[1:]) == "January and February 2026"
    assert cautions.months_words(days[:1]) == "December 2025"


def test_only_the_period_that_is_shown_is_called_provisional():
    coverage = make_tables().coverage
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
    assert line.alt.endswith("; recording changed, 1 March 2024")


def test_a_category_in_capitals_is_written_as_a_sentence_has_it():
    assert _name_category("NFIB FRAUD") == "NFIB fraud"
    assert _name_category("VIOLENCE AGAINST THE PERSON") == "Violence against the person"


def test_an_excluded_source_is_named_with_its_reason_and_counted_nowhere(stamp):
    tables = make_tables()
    gone = {"rows_in": 0, "rows_kept": 0, "rows_set_aside": 0, "sha256": None, "excluded_because": "no <header>"}
    officers = tables.source_files["thing"] == "officers"
    excluded = tables.source_files.where(~officers, tables.source_files.assign(**gone))
    tables, whole = replace(tables, source_files=excluded), tables
    page = draw_data_page(tables, stamp)
    assert "Excluded: Officers." in page
    assert "no &lt;header&gt;" in page
    assert [source.title for one in list_publishers(tables) for source in one.sources] == ["Crime", "Boundaries"]
    assert "Excluded:" not in draw_data_page(whole, stamp)
