"""Names with control characters are excluded; others stay, whatever a spreadsheet would do with them."""

import csv
import io

import pytest

from crime_dagster.drawing.pages.data_tables import SENTENCES
from tests.unit.sources.landing import land

STEERING = ["Camden\u202e100", "\u200eCamden", "Cam\x07den", "Camden \u2066x\u2069", "\x7fCamden"]
HONEST = ["=Camden", "@home", "<b>Camden</b>", 'The "Old" Arms', "On or near\nHigh Road", "St John’s Café", "../Camden"]


def write(*records: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(records)
    return text.getvalue()


@pytest.mark.parametrize("name", STEERING)
def test_a_name_that_steers_how_it_is_shown_is_set_aside_and_named(put, table, tmp_path, name):
    records = [["LSOA code", "Area name", "People"], ["E01000001", name, "5"], ["E01000002", "Camden", "6"]]
    put("table.csv", write(*records))
    landed = land(table, tmp_path)
    assert [(one["row_number"], one["reason"]) for one in landed.set_aside.to_pylist()] == [(1, "bad_text")]
    (warning,) = landed.warnings
    assert "column 'Area name': characters that change how text is displayed in row 1" in warning
    assert warning.isascii()
    assert "bad_text" in SENTENCES


@pytest.mark.parametrize("name", HONEST)
def test_an_odd_name_is_kept_as_it_is(put, table, tmp_path, name):
    put("table.csv", write(["LSOA code", "Area name", "People"], ["E01000001", name, "5"]))
    assert land(table, tmp_path).rows["area_name"].to_pylist() == [name]


def test_names_of_places_are_held_against_it_too(put, points, tmp_path):
    put("places.csv", "name,easting,northing\nArms\u202e,530000,180000\nInn,530000,180000\n")
    landed = land(points, tmp_path)
    assert landed.set_aside["reason"].to_pylist() == ["bad_text"]
    assert landed.rows["name"].to_pylist() == ["Inn"]
