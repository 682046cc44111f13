import pytest

from crime_dagster.drawing.kit import lettering

LONG = (
    "A tenth of the small areas of a city with a very long name have 38% of its recorded crime and of everything else"
)


def test_lines_fit_and_no_word_is_lost():
    lines = lettering.wrap_text(LONG, 4.0, 14.5, bold=True)
    assert len(lines) >= 3
    assert all(lettering.measure_text(line, 14.5, bold=True) <= 4.0 for line in lines)
    assert " ".join(lines) == LONG


def test_a_title_does_not_end_with_one_word_alone():
    width = lettering.measure_text(LONG, 14.5) - 0.1
    plain, even = lettering.wrap_text(LONG, width, 14.5), lettering.wrap_evenly(LONG, width, 14.5)
    assert plain[-1] == "else"
    assert len(even) == len(plain) == 2
    assert lettering.measure_text(even[1], 14.5) > 0.6 * lettering.measure_text(even[0], 14.5)


def test_a_word_wider_than_the_line_is_broken_not_cut():
    word = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    lines = lettering.wrap_text(word, 1.0, 8.2)
    assert "".join(lines) == word
    assert all(lettering.measure_text(line, 8.2) <= 1.0 for line in lines)


@pytest.mark.parametrize("text", ["", "   ", "one"])
def test_short_text_is_one_line(text):
    assert lettering.wrap_evenly(text, 4.0, 14.5) == [text.strip()]


def test_signs_of_formulas_count_as_themselves():
    assert lettering.measure_text("$x_1$", 10) > lettering.measure_text("x_1", 10)
