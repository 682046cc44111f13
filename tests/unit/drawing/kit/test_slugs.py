import pytest

from crime_dagster.drawing.kit.navigation import make_slug, make_slugs


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kensington and Chelsea", "kensington-and-chelsea"),
        ("King's Câmden & co", "kings-camden-co"),
        ("../<script>", "script"),
        ("東", "place"),
    ],
)
def test_a_slug_is_safe_in_a_file_name_and_an_address(name: str, slug: str) -> None:
    assert make_slug(name) == slug


def test_a_long_name_is_a_short_part_of_a_file_name_and_still_its_own():
    names = ["x" * 300 + " north", "x" * 300 + " south"]
    slugs = make_slugs(names, ["E09000001", "E09000002"])
    assert len(set(slugs)) == 2
    assert max(map(len, slugs)) <= 90
    assert not make_slug("a" * 79 + " b").endswith("-")
