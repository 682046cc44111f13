import pytest

from crime_dagster.drawing.kit.change_words import describe_city_change


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [
        (
            (223_766, 242_023, 4988, 4, 0),
            "Recorded violence: up 8.2% on the year before, from 223,766 to 242,023 violent offences. 4 of 4,988 areas "
            "rose and none fell significantly; other changes could be chance.",
        ),
        (
            (214, 160, 30, 0, 0),
            "Recorded violence: down 25.2% on the year before, from 214 to 160 violent offences. None of 30 "
            "areas changed significantly.",
        ),
        (
            (0, 5, 2, 0, 1),
            "Recorded violence: from 0 to 5 violent offences on the year before. None of 2 areas rose and 1 fell "
            "significantly; other changes could be chance.",
        ),
        ((0, 0, 0, 0, 0), "Recorded violence: the year before is not known."),
    ],
)
def test_the_change_of_the_whole_in_words(figures, wanted):
    before, after, areas, up, down = figures
    found = describe_city_change(
        before,
        after,
        areas=areas,
        areas_up=up,
        areas_down=down,
        noun_phrase="violence",
        count_noun="violent offences",
    )
    assert found == wanted
