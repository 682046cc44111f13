import pytest
from matplotlib.figure import Figure

from crime_dagster.drawing.kit.lettering import measure_text, say_in_figure
from crime_dagster.drawing.kit.terms import AUTHORITIES, BOROUGHS, COUNTRY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A page per borough", "A page per local authority"),
        ("Boroughs are listed alphabetically", "Local authorities are listed alphabetically"),
        ("the borough’s police; all boroughs", "the local authority’s police; all local authorities"),
        ("compared with the city’s figures", "compared with the area’s figures"),
        ("Borough Green, near the borough", "Borough Green, near the local authority"),
        ("Old Borough", "Old Borough"),
        ("the column borough_code in boroughs/index.html", "the column borough_code in boroughs/index.html"),
        ("Middlesbrough", "Middlesbrough"),
        ("a borough, the\n    whole city", "a local authority, the\n    whole area"),
    ],
)
def test_words_are_replaced_and_names_are_not(text: str, said: str):
    assert AUTHORITIES.say(text) == said
    assert BOROUGHS.say(text) == text


def test_a_page_keeps_its_addresses_scripts_and_keys():
    page = (
        '<a href="boroughs/index.html" title="All boroughs">Boroughs</a><p data-row="borough_years">Each borough</p>'
        '<a translate="no" href="data/boroughs.parquet">boroughs.parquet</a> of boroughs'
        '<th translate="no"><a href="x">impact_<wbr>boroughs</a></th><td>A row per borough</td>'
        '<script>const borough = "borough name";</script>'
        '<script type="application/json">{"boroughs":["one borough here"],"borough":"x"}</script>'
    )
    assert COUNTRY.say_page(page) == (
        '<a href="boroughs/index.html" title="All local authorities">Local authorities</a>'
        '<p data-row="borough_years">Each local authority</p>'
        '<a translate="no" href="data/boroughs.parquet">boroughs.parquet</a> of local authorities'
        '<th translate="no"><a href="x">impact_<wbr>boroughs</a></th><td>A row per local authority</td>'
        '<script>const borough = "borough name";</script>'
        '<script type="application/json">{"boroughs":["one local authority here"],"borough":"x"}</script>'
    )
    assert BOROUGHS.say_page(page) == page
    assert COUNTRY.say("SYNTHETIC: a made-up city") == "SYNTHETIC: a made-up country"


def test_a_line_that_becomes_too_long_for_its_figure_gets_smaller_letters():
    figure = Figure(figsize=(4, 1))
    short = figure.text(0.1, 0.5, "a borough", fontsize=10)
    long = figure.text(0.1, 0.5, "boroughs of a long line that all but fills the width", fontsize=9.5)
    say_in_figure(figure, AUTHORITIES)
    assert (short.get_text(), short.get_fontsize()) == ("a local authority", 10)
    assert long.get_text().startswith("local authorities of")
    assert measure_text(long.get_text(), long.get_fontsize()) <= 3.65
