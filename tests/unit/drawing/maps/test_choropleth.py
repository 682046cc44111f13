"""The map page as text: self-contained, reproducible, safe with any name, and explicit about missing data."""

import json
import re
from dataclasses import replace

import folium
import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.errors import InputError
from crime_dagster.drawing.kit import classes
from crime_dagster.drawing.kit.geometry import prepare_areas
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.maps import choropleth, regions
from tests.unit.drawing.findings import make_year

HOSTILE = '</script><script>alert(1)</script>{{ 7 * 7 }}{% raw %} & \u2028 O\'Neil "x"'


@pytest.fixture
def values(town, crimes):
    predicted = crimes.fillna(20.0) * 1.1
    return pd.DataFrame(
        {
            "lsoa_code": crimes.index,
            "recorded": crimes.to_numpy(),
            "residents": 1_500.0,
            "area_km2": 1.0,
            "predicted": predicted.to_numpy(),
            "lower_90": predicted.to_numpy() * 0.5,
            "upper_90": predicted.to_numpy() * 2,
            "forecast": predicted.to_numpy() + 1,
            "clear_change": crimes.to_numpy() * 0.0,
            "hotspot": crimes.to_numpy() * 0.0 + 4,
        }
    )


def draw(areas, values, stamp, *, breaks=None, code="drug", label="Drugs", noun_phrase="drug offences", **changes):
    breaks = breaks or classes.class_breaks(values["recorded"])
    boroughs = areas.areas.set_index("lsoa_code")["borough_code"]
    fields = {"crime": CrimeType(code, label, noun_phrase, noun_phrase, 1)}
    if {"recorded", "lsoa_code"} <= set(values):
        year = make_year(values, boroughs, **fields)
    else:
        year = replace(make_year(pd.DataFrame({"lsoa_code": boroughs.index, "recorded": 1.0}), boroughs), values=values)
    year = replace(year, place=stamp.place, forces=changes.pop("forces", {}), **changes.pop("year", {}))
    return choropleth.draw_map(areas, year, breaks=breaks, stamp=stamp, **changes)


def data_of(html):
    return json.loads(re.search(r'id="page-data">(.*?)</script>', html, re.DOTALL)[1])


def text_of(html):
    body = html[html.index("<body") : html.index('<script type="application/json"')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_nothing_is_loaded_from_anywhere(town_areas, values, stamp):
    html = draw(town_areas, values, stamp)
    page = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert re.findall(r"<script[^>]+src|<link(?! rel=\"icon\" href=\"data:)|<img|<iframe|@import|url\(", page) == []
    assert "default-src 'none'" in page
    for name in ("bootstrap", "jquery", "cdn.jsdelivr", "awesome"):
        assert name not in html.lower()


def test_the_map_of_a_force_has_its_areas_headline_and_links(town_areas, values, stamp):
    owners = dict.fromkeys(town_areas.boroughs["borough_code"], "South Police")
    owners[town_areas.boroughs["borough_code"].iloc[0]] = "North Police"
    found = regions.divide(town_areas, owners)
    facts = {"crimes": 1_234.0, "top_tenth_pct": 44.0, "areas_reported": 9}
    links = regions.link_regions(found, "drug", stamp.place, found[0])
    said = {
        "changes": "A new system. Another.",
        "force_changes": {"North Police": "A new system.", "South Police": "Another."},
    }
    shown = {"forces": {"North Police": facts}, "region": found[0], "parts": links}
    html = draw(found[0].areas, values, stamp, year=said, **shown)
    text = text_of(html)
    assert "A new system." in text
    assert "Another." not in text, "another force's"
    assert "44% of recorded drug offences are in a tenth of North’s small areas" in text
    assert "Recorded drug offences in each of 9 small areas (LSOAs), 12 months to February 2026: 1,234 in all" in text
    assert "Show all of North" in text
    assert re.findall(r'href="(drug[^"]*)"', html) == ["drug.html", "drug-north-police.html", "drug-south-police.html"]


def test_folium_makes_the_map(town_areas, values, stamp, monkeypatch):
    made = []
    monkeypatch.setattr(
        folium, "Map", lambda *args, _map=folium.Map, **options: made.append(options) or _map(**options)
    )
    html = draw(town_areas, values, stamp)
    assert made[0]["prefer_canvas"] is True
    assert made[0]["tiles"] is None
    assert 'L.map(\n                "map_drug"' in html
    assert '"preferCanvas": true' in html


def test_the_licence_of_leaflet_travels_with_it(town_areas, values, stamp):
    html = draw(town_areas, values, stamp)
    assert "Leaflet 1.9.3" in html
    assert "Redistributions of source code must retain the above copyright" in html


def test_the_same_input_gives_the_same_bytes(town, town_areas, values, stamp):
    first = draw(town_areas, values, stamp)
    shuffled = values.sample(frac=1, random_state=3)
    assert draw(prepare_areas(town), shuffled, stamp) == first


def test_another_number_gives_another_page(town_areas, values, stamp):
    changed = values.assign(recorded=values["recorded"] + 1)
    assert draw(town_areas, changed, stamp) != draw(town_areas, values, stamp)


def test_shapes_travel_once(town_areas, values, stamp):
    data = data_of(draw(town_areas, values, stamp))
    assert len(data["areas"]["shape"]) == len(set(data["areas"]["shape"])) == 48
    assert [layer["name"] for layer in data["layers"]] == [
        *("recorded", "per_1000", "per_km2", "predicted", "difference"),
        *("forecast", "change", "hotspot"),
    ]
    assert all(len(layer["bandOfArea"]) == 48 for layer in data["layers"])
    assert "shape" not in json.dumps(data["layers"])


def test_names_of_any_kind_stay_text(town, values, stamp):
    renamed = town.assign(area_name=HOSTILE, lsoa_name=HOSTILE, borough_name=HOSTILE)
    html = draw(
        prepare_areas(renamed),
        values,
        replace(stamp, place=HOSTILE, note=HOSTILE, sources=(HOSTILE,)),
        label=HOSTILE,
        noun_phrase=HOSTILE,
        code=HOSTILE,
        other_maps=[Link(HOSTILE, HOSTILE), Link("b", "b.html")],
    )
    assert "<script>alert(1)" not in html
    assert "{{ 7 * 7 }}" in html, "a name was taken for a template"
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", html)[0]
    assert html.count("<script") == 3
    assert data_of(html)["areas"]["name"][0] == HOSTILE


def test_numbers_that_are_none_are_not_written(town_areas, values, stamp):
    broken = values.assign(predicted=values["predicted"].where(values.index > 3, np.inf), residents=0.0)
    data = data_of(draw(town_areas, broken, stamp))
    assert data["values"]["predicted"][:4] == [None] * 4
    assert set(data["values"]["per1000"]) == {None}


def test_not_reported_is_never_nought(town_areas, values, stamp):
    html = draw(town_areas, values, stamp)
    data = data_of(html)
    assert data["values"]["recorded"][-1] is None
    assert data["layers"][0]["bandOfArea"][-1] == "-"
    assert data["reportedAreas"] == 47
    assert "no data (Borough 4: not reported)" in text_of(html)


def test_a_borough_without_reports_says_so_in_the_table(town, town_areas, values, stamp):
    gone = set(town.loc[town["borough_name"] == "Borough 2", "lsoa_code"])
    silent = values.assign(recorded=values["recorded"].mask(values["lsoa_code"].isin(gone)))
    text = text_of(draw(town_areas, silent, stamp))
    assert re.search(r"Borough 2 12 not reported not known", text)


def test_a_late_borough_is_shown_in_its_own_year_and_in_no_band(town, town_areas, values, stamp):
    gone = town.loc[town["borough_name"] == "Borough 2"]
    silent = values.assign(recorded=values["recorded"].mask(values["lsoa_code"].isin(set(gone["lsoa_code"]))))
    code, area = gone["borough_code"].iloc[0], gone["lsoa_code"].iloc[0]
    own = {"period_label": "12 months to December 2025", "crimes_before": 8_010.0, "crimes_per_1000": 428.0}
    html = draw(town_areas, silent, stamp, own_years={code: {**own, "crimes": 7_701.0}, area: {**own, "crimes": 900.0}})
    data, without = data_of(html), data_of(draw(town_areas, silent, stamp))
    borough = next(one for one in data["boroughs"] if one["code"] == code)
    assert borough["title"] == "Borough 2: 7,701 drug offences, 12 months to December 2025"
    assert borough["figures"][:3] == [
        ["12 months to December 2025", "7,701"],
        ["Previous year", "8,010"],
        ["Per 1,000 residents", "428"],
    ]
    assert not [name for name, _ in borough["figures"] if name.startswith(("Rank", "Change"))]
    assert data["ownYears"] == {area: ["12 months to December 2025", 900.0]}
    assert "Borough 2 12 12 months to December 2025: 7,701" in text_of(html)
    for part in ("values", "layers", "reportedAreas"):
        assert data[part] == without[part], "in no colour and no sum"


def test_a_rate_of_a_borough_leaves_out_residents_of_unreported_areas(town_areas, values, stamp):
    text = text_of(draw(town_areas, values, stamp))
    last = values[values["recorded"].notna()].iloc[-1]
    assert last["residents"] == 1_500
    reported = values["recorded"].iloc[[*range(28, 32), *range(36, 40), *range(44, 47)]].sum()
    assert f"Borough 4 12 {reported:,.0f} {1000 * reported / (11 * 1_500):,.0f} " in text


def test_ranks_and_rates_are_those_of_the_numbers(town_areas, values, stamp):
    data = data_of(draw(town_areas, values, stamp))
    recorded = values["recorded"]
    at = int(recorded.idxmax())
    assert data["values"]["rank"][at] == 1
    assert data["values"]["boroughRank"][at] == 1
    assert data["values"]["per1000"][at] == round(recorded[at] / 1.5)
    assert data["values"]["difference"][at] == round(recorded[at] - values["predicted"][at])
    assert data["values"]["rank"][0] == 47 - (recorded < recorded[0]).sum() - (recorded == recorded[0]).sum() + 1


def test_the_key_counts_every_reported_area_once(town_areas, values, stamp):
    html = draw(town_areas, values, stamp)
    for key in re.findall(r'<section class="key".*?</section>', html, re.DOTALL):
        counts = [int(number.replace(",", "")) for number in re.findall(r'class="count">([\d,]+)', key)]
        assert sum(counts) == (48 if "predicted" in key[:60] or "forecast" in key[:60] else 47)


def test_the_key_is_in_counts_highest_first(town_areas, values, stamp):
    html = draw(town_areas, values, stamp)
    key = re.search(r'data-layer="recorded".*?</section>', html, re.DOTALL)[0]
    names = re.findall(r'band-name">([^<]+)', key)
    assert names == classes.band_labels(classes.class_breaks(values["recorded"]), values["recorded"])[::-1]


def test_a_layer_without_numbers_is_off_and_says_why(town_areas, values, stamp):
    bare = values[["lsoa_code", "recorded"]]
    html = draw(town_areas, bare, stamp)
    off = re.findall(r'<input [^>]*value="(\w+)" disabled', html)
    assert off == ["per_1000", "per_km2", "predicted", "difference", "forecast", "change", "hotspot"]
    text = text_of(html)
    assert "the number of residents is not known" in text
    assert "there is no prediction for this crime type" in text


def test_nothing_reported_at_all_still_draws(town_areas, values, stamp):
    empty = values[["lsoa_code"]].assign(recorded=np.nan)
    html = draw(town_areas, empty, stamp)
    assert set(data_of(html)["layers"][0]["bandOfArea"]) == {"-"}
    assert " 0 in all" not in html


def test_the_title_is_computed(town_areas, values, stamp):
    top = values["recorded"].nlargest(5).sum() / values["recorded"].sum()
    text = text_of(draw(town_areas, values, stamp))
    assert f"{100 * top:.0f}% of recorded drug offences are in a tenth of Squaretown’s small areas" in text


def test_source_period_and_made_up_mark(town_areas, values, stamp):
    text = text_of(draw(town_areas, values, stamp))
    assert stamp.source_line() in text
    assert "12 months to February 2026" in text
    assert "SYNTHETIC" not in text
    assert "SYNTHETIC: a made-up city" in text_of(draw(town_areas, values, replace(stamp, is_synthetic=True)))


def test_the_way_back_and_to_the_other_types(town_areas, values, stamp):
    links = [Link("Drugs", "drug.html", is_current=True), Link("All crime", "total.html")]
    html = draw(town_areas, values, stamp, other_maps=links)
    assert 'href="../index.html"' in html
    assert '<a data-type="drug" href="drug.html" aria-current="page">Drugs</a>' in html
    assert '<a data-type="total" href="total.html">All crime</a>' in html


def test_codes_of_another_city_are_refused(town_areas, values, stamp):
    with pytest.raises(InputError, match="has a shape"):
        draw(town_areas, values.assign(lsoa_code="W01000001"), stamp)


def test_the_first_view_is_the_one_that_was_asked_for(town_areas, values, stamp):
    start = choropleth.StartView("hotspot", (51.5, -0.1), 13)
    html = draw(town_areas, values, stamp, start=start)
    assert data_of(html)["start"] == {"layer": "hotspot", "centre": [51.5, -0.1], "zoom": 13}
    assert re.findall(r'value="(\w+)" checked', html) == ["hotspot"]
    bare = values[["lsoa_code", "recorded"]]
    assert data_of(draw(town_areas, bare, stamp, start=start))["start"]["layer"] == "recorded"
