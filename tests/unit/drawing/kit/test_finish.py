import hashlib
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from PIL.ImageColor import getrgb

from crime_dagster.core.errors import InputError
from crime_dagster.drawing.kit import finish, theme
from crime_dagster.drawing.kit import stamp as stamp_module

SYNTHETIC = np.array(getrgb(theme.LIGHT.synthetic))


def build_frame(shade, height=80, width=120):
    return np.full((height, width, 3), shade, dtype=np.uint8)


def read_frames(path):
    with Image.open(path) as image:
        frames, times = [], []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
            times.append(image.info["duration"])
        return frames, times, image.info.get("loop")


def build_figure(width=4.0):
    figure = Figure(figsize=(width, 2))
    figure.text(0.1, 0.5, "A title", fontsize=14)
    return figure


def test_a_figure_becomes_a_png_with_its_words_beside_it(tmp_path, stamp):
    path = tmp_path / "charts" / "map.png"
    written = finish.save_figure(build_figure(8.0), path, stamp, "Crime lies unevenly.", narrow=build_figure(4.0))
    assert written == [path, path.with_name("map-narrow.png"), path.with_suffix(".txt")]
    with Image.open(path) as image, Image.open(written[1]) as narrow:
        assert image.size[0] == 1600
        assert narrow.size[0] == 800
        assert image.size[1] > 400, "the source line is added below, the figure keeps its size"
        assert image.text["Description"] == "Crime lies unevenly."
    text = written[2].read_text(encoding="utf-8")
    assert text.splitlines()[0] == "Crime lies unevenly."
    for words in (stamp.note, "Source: Squaretown Police.", "12 months to February 2026", stamp.licence, stamp.vintage):
        assert words in text


def test_the_period_is_in_the_foot_only_where_the_figure_does_not_say_it(stamp):
    assert "12 months" not in stamp.source_line()
    silent, speaking = build_figure(), build_figure()
    speaking.text(0.1, 0.2, f"Crimes, {stamp.period_label}: 12")
    assert not stamp_module.says(silent, stamp.period_label)
    assert stamp_module.says(speaking, stamp.period_label)


def test_made_up_data_is_marked_on_every_picture_and_text(tmp_path, stamp):
    made_up = replace(stamp, is_synthetic=True)
    png = finish.save_figure(build_figure(), tmp_path / "a.png", made_up, "Seen.", narrow=build_figure())
    gif = finish.save_gif(
        [build_frame(10, 400, 600), build_frame(200, 400, 600)], tmp_path / "b.gif", 2, made_up, "Seen."
    )
    for path in (png[0], png[1], gif[1]):
        pixels = np.asarray(Image.open(path).convert("RGB"))
        assert (pixels[2, :] == SYNTHETIC).all(), f"{path.name} has the band across its whole head"
    for frame in read_frames(gif[0])[0]:
        assert (frame[2, :] == SYNTHETIC).all()
    for path in (png[-1], gif[-1]):
        assert path.read_text(encoding="utf-8").startswith("SYNTHETIC: a made-up city. Seen.")


def test_real_data_has_no_such_band(tmp_path, stamp):
    path = finish.save_figure(build_figure(), tmp_path / "a.png", stamp, "Seen.")[0]
    assert not (np.asarray(Image.open(path).convert("RGB")) == SYNTHETIC).all(axis=2).any()


def test_a_gif_is_endless_and_equal_frames_keep_their_time(tmp_path, stamp):
    frames = [build_frame(10), build_frame(10), build_frame(10), build_frame(200)]
    path = finish.save_gif(frames, tmp_path / "m.gif", [0.5, 0.5, 0.5, 2], stamp, "Seen.")[0]
    read, times, loop = read_frames(path)
    assert sum(times) == 3500
    assert times[-1] == 2000
    assert loop == 0
    assert b"NETSCAPE2.0" in path.read_bytes()
    assert (read[0][:80] == 10).all()
    assert (read[-1][:80] == 200).all()


def test_frames_share_at_most_64_colours(tmp_path, stamp):
    generator = np.random.default_rng(3)
    frames = [generator.integers(0, 256, size=(90, 100, 3), dtype=np.uint8) for _ in range(3)]
    frames[0][:5, :5] = frames[2][-5:, -5:] = getrgb(theme.SEQUENTIAL[3])
    path = finish.save_gif(frames, tmp_path / "m.gif", 1, stamp, "Seen.")[0]
    read = read_frames(path)[0]
    assert len(np.unique(np.concatenate([frame.reshape(-1, 3) for frame in read]), axis=0)) <= 64
    assert tuple(read[0][0, 0]) == tuple(read[2][89, 99]) == getrgb(theme.SEQUENTIAL[3])


def test_frames_that_differ_by_pixels_are_padded_not_cropped(tmp_path, stamp):
    frames = [build_frame(5, 80, 120), build_frame(5, 80, 121), build_frame(5, 78, 120)]
    read = read_frames(finish.save_gif(frames, tmp_path / "m.gif", 0.5, stamp, "Seen.")[0])[0]
    assert {frame.shape[1] for frame in read} == {121}
    assert [int((frame == 5).all(axis=2).sum()) for frame in read] == [80 * 120, 80 * 121, 78 * 120]


def test_frames_of_other_pictures_are_refused(tmp_path, stamp):
    with pytest.raises(InputError, match="one size"):
        finish.save_gif([build_frame(1), build_frame(1, 40, 60)], tmp_path / "m.gif", 2, stamp, "Seen.")
    assert list(tmp_path.iterdir()) == []


def test_a_single_frame_is_a_gif_too(tmp_path, stamp):
    assert len(read_frames(finish.save_gif([build_frame(9)], tmp_path / "m.gif", 2, stamp, "Seen.")[0])[0]) == 1


def test_a_picture_without_words_is_refused(tmp_path, stamp):
    with pytest.raises(InputError, match="text alternative"):
        finish.save_figure(build_figure(), tmp_path / "a.png", stamp, " ")


def test_frames_and_stamp_add_up_to_the_height_asked_for(tmp_path, stamp):
    for one in (stamp, replace(stamp, is_synthetic=True), replace(stamp, note="A note. " * 40)):
        height = 900 - stamp_module.stamp_height(one, 960)
        path = finish.save_gif([build_frame(250, height, 960)], tmp_path / "m.gif", 2, one, "Seen.")[0]
        assert read_frames(path)[0][0].shape == (900, 960, 3)


def test_what_was_there_stays_whole_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    finish.save_page("<p>old</p>", path)

    def fail(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        finish.save_page("<p>new</p>", path)
    assert path.read_text(encoding="utf-8") == "<p>old</p>"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]


def test_a_page_carries_the_hash_of_its_content(tmp_path):
    found = []
    for name, words in (("1", "a"), ("2", "a"), ("3", "b")):
        page = f"<html><head><title>t</title></head><body>{words}</body></html>"
        text = finish.save_page(page, tmp_path / f"{name}.html").read_text(encoding="utf-8")
        digest = hashlib.sha256(page.encode()).hexdigest()
        assert text == page.replace("<head>", f'<head>\n<meta name="content-sha256" content="{digest}">')
        found.append(digest)
    assert found[0] == found[1] != found[2]


def test_the_same_picture_is_the_same_bytes(tmp_path, stamp):
    first, second = (
        finish.save_figure(build_figure(), tmp_path / name / "a.png", stamp, "Seen.")[0].read_bytes()
        for name in ("1", "2")
    )
    assert first == second


def test_no_figure_is_left_open(tmp_path, stamp):
    finish.save_figure(build_figure(), tmp_path / "a.png", stamp, "Seen.")
    assert plt.get_fignums() == []
