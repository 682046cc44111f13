"""SVG pictures: complete, with attribution and description, and with the same bytes each time."""

from dataclasses import replace
from xml.etree import ElementTree

from matplotlib.figure import Figure

from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.layout import Head
from crime_dagster.drawing.kit.stamp import write_svg

NAMESPACE = "{http://www.w3.org/2000/svg}"


def draw() -> Figure:
    with theme.use_picture_style():
        figure = Head("A title", "A subtitle", 8).begin(3)
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.5))
        axes.plot([1, 2, 3], [1, 3, 2])
    return figure


def test_the_same_picture_has_the_same_bytes_and_no_date(stamp):
    first, second = (write_svg(draw(), stamp, "A title. What is seen.") for _ in range(2))
    assert first == second
    assert b"<metadata" not in first
    assert b"<!DOCTYPE" not in first


def test_title_and_description_are_words_not_markup(stamp):
    content = write_svg(draw(), stamp, 'A <b>title</b> & "more". What is seen.')
    root = ElementTree.fromstring(content)  # noqa: S314 our own file
    assert root.findtext(f"{NAMESPACE}title") == 'A <b>title</b> & "more"'
    described = root.findtext(f"{NAMESPACE}desc") or ""
    assert described.startswith("What is seen.")
    assert stamp.source_line(with_period=True) in described


def test_words_stay_words_in_a_font_that_most_machines_have(stamp):
    root = ElementTree.fromstring(write_svg(draw(), stamp, "A title. What is seen."))  # noqa: S314 our own file
    texts = {text.text: text.attrib["style"] for text in root.iter(f"{NAMESPACE}text")}
    assert "font-family: 'DejaVu Sans', Verdana, sans-serif" in texts["A title"]


def test_band_picture_and_foot_stand_below_each_other(stamp):
    heights = []
    for one in (stamp, replace(stamp, is_synthetic=True)):
        root = ElementTree.fromstring(write_svg(draw(), one, "A title. What is seen."))  # noqa: S314 our own file
        parts = root.findall(f"{NAMESPACE}svg")
        tops = [float(part.attrib["y"]) for part in parts]
        # Without a unit: nested points would be drawn a third too large.
        sizes = [float(part.attrib["height"]) for part in parts]
        assert {float(part.attrib["width"]) for part in parts} == {576.0}
        assert root.attrib["viewBox"].split()[2] == "576"
        assert tops == [round(sum(sizes[:at]), 4) for at in range(len(parts))]
        heights.append((len(parts), round(sum(sizes), 3)))
        assert abs(float(root.attrib["height"].removesuffix("pt")) - sum(sizes)) < 1e-3
        assert root.attrib["role"] == "img"
    assert [parts for parts, _ in heights] == [2, 3]
    assert heights[0][1] < heights[1][1]
    assert "SYNTHETIC" in (root.findtext(f"{NAMESPACE}desc") or "")
