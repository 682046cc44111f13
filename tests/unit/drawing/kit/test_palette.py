import numpy as np
import pytest
from PIL.ImageColor import getrgb

from crime_dagster.drawing.kit import palette, theme


def build_noise(colours):
    generator = np.random.default_rng(1)
    noise = generator.integers(0, 256, size=(60, 60, 3), dtype=np.uint8)
    for number, colour in enumerate(colours):
        noise[number, :3] = getrgb(colour)
    return noise


def test_the_themes_colours_stay_exact_whatever_the_image():
    colours = (*theme.SEQUENTIAL, theme.LIGHT.accent_text, theme.LIGHT.synthetic)
    image = build_noise(colours)
    small, (numbers,) = palette.reduce_colours([image], 64)
    assert len(small) <= 64
    back = small[numbers]
    for number, colour in enumerate(colours):
        assert tuple(back[number, 0]) == getrgb(colour)


def test_few_colours_are_kept_as_they_are():
    image = np.zeros((4, 4, 3), dtype=np.uint8)
    image[:2] = (10, 200, 30)
    small, (numbers,) = palette.reduce_colours([image], 64)
    assert np.array_equal(small[numbers], image)


def test_a_palette_too_small_for_the_theme_is_refused():
    with pytest.raises(ValueError, match="cannot hold"):
        palette.reduce_colours([build_noise(theme.SEQUENTIAL)], 3)


def test_what_shows_through_is_the_light_ground():
    image = np.zeros((1, 3, 4), dtype=np.uint8)
    image[0, :, 3] = (255, 0, 51)
    assert palette.flatten(image)[0].tolist() == [[0, 0, 0], [255, 255, 255], [204, 204, 204]]
    assert palette.flatten(image[:, :1]).tolist() == palette.flatten(image[:, :1, :3]).tolist() == [[[0, 0, 0]]]


def frames(*values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.uint8)[:, None, :]


def test_equal_frames_are_one_that_stands_longer():
    kept, times = palette.merge_equal(frames([1, 2], [1, 2], [3, 2], [1, 2], [1, 2]), [10, 20, 30, 40, 50])
    assert kept.tolist() == frames([1, 2], [3, 2], [1, 2]).tolist()
    assert times == [30, 30, 90]


def test_one_frame_stays():
    kept, times = palette.merge_equal(frames([1, 2]), [10])
    assert (kept.tolist(), times) == ([[[1, 2]]], [10])
    assert palette.leave_unchanged(kept, 9).tolist() == [[[1, 2]]]


def test_what_did_not_change_is_left_out_and_what_comes_back_is_not():
    found = palette.leave_unchanged(frames([1, 2, 3], [1, 5, 3], [1, 2, 4]), 9)
    assert found.tolist() == frames([1, 2, 3], [9, 5, 9], [9, 2, 4]).tolist()
