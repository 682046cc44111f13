"""Names as parts of addresses."""

import pytest

from crime_dagster.drawing.kit.slugs import make_slug


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
