from itertools import combinations, pairwise

import matplotlib as mpl
import numpy as np
import pytest
from PIL.ImageColor import getrgb

from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.rendering import read_styles

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SIMULATIONS = {
    "as seen": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}


def to_lab(colour, simulation):
    channels = np.array(getrgb(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    linear = np.clip(simulation @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    scaled = (to_xyz @ linear) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(scaled > (6 / 29) ** 3, np.cbrt(scaled), scaled / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def find_luminance(colour):
    """WCAG 2.2, definition of relative luminance."""
    channels = np.array(getrgb(colour)) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4) @ SIMULATIONS["grey"][0]


def find_contrast(first, second):
    """WCAG 2.2, definition of contrast ratio: 1 to 21."""
    low, high = sorted((find_luminance(first), find_luminance(second)))
    return (high + 0.05) / (low + 0.05)


def ciede2000(first, second):
    """Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    c_mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(c_mean**7 / (c_mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    dh = ((h2 - h1 + 180) % 360) - 180 if c1 * c2 else 0
    dl, dc, dbig = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + h2) / 2 + (180 if abs(h1 - h2) > 180 and h1 + h2 < 360 else -180 if abs(h1 - h2) > 180 else 0)
    hm = hm if c1 * c2 else h1 + h2
    t = (
        1
        - 0.17 * np.cos(np.radians(hm - 30))
        + 0.24 * np.cos(np.radians(2 * hm))
        + 0.32 * np.cos(np.radians(3 * hm + 6))
        - 0.20 * np.cos(np.radians(4 * hm - 63))
    )
    sl, sc, sh = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2), 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rotation = -np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2)))) * 2 * np.sqrt(cm**7 / (cm**7 + 25**7))
    return float(np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dbig / sh) ** 2 + rotation * (dc / sc) * (dbig / sh)))


def test_ciede2000_gives_the_published_values():
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387)) == pytest.approx(1.2644, abs=1e-4)


@pytest.mark.parametrize("sight", SIMULATIONS)
@pytest.mark.parametrize(("palette", "direction"), [(theme.SEQUENTIAL, -1), (theme.SEQUENTIAL_DARK, 1)])
def test_counts_palettes_run_one_way_in_lightness_for_every_sight(palette, direction, sight):
    labs = [to_lab(colour, SIMULATIONS[sight]) for colour in palette]
    assert all(direction * (after[0] - before[0]) > 0 for before, after in pairwise(labs))
    assert round(min(ciede2000(before, after) for before, after in pairwise(labs))) >= 8


@pytest.mark.parametrize("bands", range(1, 7))
def test_fewer_bands_stay_as_far_apart_and_in_order(bands):
    colours = theme.choose_sequential(bands)
    assert len(set(colours)) == bands
    places = [theme.SEQUENTIAL.index(colour) for colour in colours]
    assert places == sorted(places)


def test_seven_bands_take_the_whole_palette_and_eight_do_not_fit():
    assert theme.choose_sequential(7) == theme.SEQUENTIAL
    assert theme.choose_sequential(0) == ()


@pytest.mark.parametrize("roles", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_roles_hold_on_ground_and_panel(roles):
    for ground in (roles.ground, roles.panel):
        for text in (roles.ink, roles.ink2, roles.ink3, roles.link, roles.accent_text, roles.synthetic):
            assert find_contrast(text, ground) >= 4.5
        assert find_contrast(roles.control_border, ground) >= 3
    assert find_contrast(roles.no_data_hatch, roles.no_data) >= 3


def test_words_on_the_band_of_made_up_data_are_readable():
    assert find_contrast(theme.LIGHT.on_dark, theme.LIGHT.synthetic) >= 4.5


def test_mirror_pairs_of_change_are_equal_in_grey_so_signs_are_needed():
    for low, high in zip(theme.DIVERGING[:3], theme.DIVERGING[:3:-1], strict=True):
        assert ciede2000(*(to_lab(colour, SIMULATIONS["grey"]) for colour in (low, high))) < 2
        assert ciede2000(*(to_lab(colour, SIMULATIONS["deuteranopia"]) for colour in (low, high))) > 30


def test_css_has_every_role_in_light_and_dark():
    css = read_styles()
    for name in ("ground", "ink3", "no-data-hatch", "class-7", "diverging-4"):
        assert css.count(f"--{name}:") == 3  # light, dark by the reader's preference, dark by the page's
    assert "--hotspot-persistent: #6B1048" in css
    assert "@media screen and (prefers-color-scheme: dark)" in css, "print stays light"


def test_style_is_left_behind_as_it_was():
    before = dict(mpl.rcParams)
    with theme.use_picture_style():
        assert mpl.rcParams["text.parse_math"] is False
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("sight", ["as seen", "deuteranopia", "protanopia"])
@pytest.mark.parametrize("palette", [theme.DIVERGING, theme.DIVERGING_DARK], ids=["light", "dark"])
def test_diverging_neighbours_and_mirror_pairs_stay_apart(palette, sight):
    labs = [to_lab(colour, SIMULATIONS[sight]) for colour in palette]
    assert min(ciede2000(before, after) for before, after in pairwise(labs)) >= 8
    assert min(ciede2000(labs[at], labs[-1 - at]) for at in range(3)) >= 15
    middle = [lab[0] for lab in labs]
    sign = 1 if middle[3] > middle[0] else -1
    assert all(sign * (after - before) > 0 for before, after in pairwise(middle[:4]))
    assert all(sign * (after - before) < 0 for before, after in pairwise(middle[3:]))


@pytest.mark.parametrize("sight", ["as seen", "deuteranopia", "protanopia"])
def test_any_two_hotspot_classes_stay_apart(sight):
    labs = [to_lab(colour, SIMULATIONS[sight]) for colour in theme.HOTSPOT.values()]
    assert min(ciede2000(one, other) for one, other in combinations(labs, 2)) >= 15


@pytest.mark.parametrize("sight", ["as seen", "deuteranopia", "protanopia"])
def test_series_stay_apart_but_for_the_first_and_the_last_that_never_meet(sight):
    labs = [to_lab(colour, SIMULATIONS[sight]) for colour in theme.SERIES]
    pairs = set(combinations(range(4), 2)) - {(0, 3)}
    assert min(ciede2000(labs[one], labs[other]) for one, other in pairs) >= 15
