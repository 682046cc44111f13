"""The only writer of pictures and pages: adds attribution, marks made-up data, writes atomically."""

import base64
import hashlib
import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from matplotlib.figure import Figure
from PIL import Image, PngImagePlugin
from PIL.ImageColor import getrgb

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import write_whole
from crime_dagster.core.records import note_written
from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.lettering import say_in_figure
from crime_dagster.drawing.kit.palette import Pixels, flatten, leave_unchanged, merge_equal, reduce_colours, to_image
from crime_dagster.drawing.kit.stamp import (
    GIF_MARGIN,
    MARGIN,
    Stamp,
    render_figure,
    says,
    sign_image,
    write_svg,
)

# The last of a GIF's 64 colours stands for unchanged pixels.
GIF_COLOURS, PNG_COLOURS = 63, 96
# Of 9. The highest takes three times as long and saves a few per cent.
PNG_EFFORT = 6
# Wide enough to recognise a chart; small enough for a database of runs to keep one per asset and run.
PREVIEW_WIDTH, PREVIEW_QUALITY = 480, 70
# As wide as pages show an animation; larger sheets would fill the memory of a phone.
SHEET_WIDTH, SHEET_QUALITY = 576, 70
# Frames that differ by more than this are not of the same picture.
_MOST_PADDING = 0.1


def save_figure(
    figure: Figure, path: Path, stamp: Stamp, alt: str, narrow: Figure | None = None, *, with_svg: bool = False
) -> list[Path]:
    """Add the attribution to a figure and write it as PNG with its alternative text; return the files written.

    `narrow`, for phones, becomes `<name>-narrow.png`; the SVG is for print and for editing.
    """
    _check_alt(alt)
    alt = stamp.terms.say(alt)
    for drawing in filter(None, (figure, narrow)):
        say_in_figure(drawing, stamp.terms)
    variants = [(path, figure)] if narrow is None else [(path, figure), (path.with_stem(f"{path.stem}-narrow"), narrow)]
    written = []
    for target, drawing in variants:
        signed = sign_image(render_figure(drawing), stamp, MARGIN, with_period=not says(drawing, stamp.period_label))
        palette, (numbers,) = reduce_colours([signed], PNG_COLOURS)
        _write_png(numbers, palette, target, stamp, alt)
        written.append(target)
    if with_svg:
        written.append(save_file(write_svg(figure, stamp, alt), path.with_suffix(".svg")))
    return [*written, _write_alt(path, stamp, alt)]


def save_gif(
    frames: Sequence[Pixels],
    path: Path,
    seconds: float | Sequence[float],
    stamp: Stamp,
    alt: str,
    loop: int = 0,
    *,
    with_webp: bool = False,
    still_at: int = 0,
) -> list[Path]:
    """Add the attribution to frames and write them as GIF, with a still picture and the alternative text.

    Frames whose sizes differ by a few pixels are padded, never cropped; equal ones are stored once. `seconds` is the
    duration of all frames or of each; `loop` how often it plays, 0 for ever; `still_at` the frame of the still picture.

    Returns the files written: GIF, WebP if requested, `<name>-still.png`, `<name>-frames.webp`, text.
    """
    _check_alt(alt)
    alt = stamp.terms.say(alt)
    each = list(seconds) if isinstance(seconds, Sequence) else [seconds] * len(frames)
    # GIF durations are in hundredths of a second.
    times = [10 * round(100 * time) for time in each]
    padded = _pad([flatten(frame) for frame in frames])
    # Each frame states its own period, so the footer does not.
    signed = [sign_image(frame, stamp, GIF_MARGIN, with_period=False) for frame in padded]
    # One palette for all frames: the same index has the same colour in each of them.
    palette, numbered = reduce_colours(signed, GIF_COLOURS)
    indices, times = merge_equal(np.stack(numbered), times)
    comment = f"{alt} {stamp.source_line(with_period=True)}".encode()
    duration = times if len(times) > 1 else times[0]  # Pillow accepts no list for a single frame
    written = [path]
    # Indices with their palette: from RGB Pillow would choose other colours for each frame.
    buffer = BytesIO()
    iio.imwrite(
        buffer,
        leave_unchanged(indices, len(palette)),
        extension=".gif",
        plugin="pillow",
        is_batch=True,
        palette=palette.tobytes() + bytes(3),
        transparency=len(palette),
        duration=duration,
        loop=loop,
        comment=comment,
    )
    save_file(buffer.getvalue(), path)
    if with_webp:
        # For reports and slides, lossless. A video would need an encoder that no library here has.
        written.append(path.with_suffix(".webp"))
        # As indices: RGB of all frames at once would take 100 MB.
        first, *others = (to_image(frame, palette) for frame in indices)
        film = BytesIO()
        first.save(
            film,
            format="WEBP",
            save_all=True,
            append_images=others,
            duration=duration,
            loop=loop,
            lossless=True,
            method=1,
            quality=10,
            kmax=0,  # else each frame is encoded twice: as it is, and as what changed
        )
        save_file(film.getvalue(), written[-1])
    still = path.with_name(f"{path.stem}-still.png")
    _write_png(numbered[still_at], palette, still, stamp, alt)
    return [*written, still, _write_sheet(indices, palette, path), _write_alt(path, stamp, alt)]


def _write_sheet(indices: Pixels, palette: Pixels, path: Path) -> Path:
    """Write all frames side by side as one picture, so that pages can change the speed and pause, unlike a GIF."""
    height, width = indices.shape[1:]
    size = (SHEET_WIDTH, round(SHEET_WIDTH * height / width)) if width > SHEET_WIDTH else (width, height)
    columns = math.ceil(math.sqrt(len(indices)))
    sheet = Image.new("RGB", (columns * size[0], math.ceil(len(indices) / columns) * size[1]))
    for number, frame in enumerate(indices):
        small = to_image(frame, palette).convert("RGB").resize(size, Image.Resampling.BILINEAR)
        sheet.paste(small, (number % columns * size[0], number // columns * size[1]))
    buffer = BytesIO()
    sheet.save(buffer, "WEBP", quality=SHEET_QUALITY, method=0)
    return save_file(buffer.getvalue(), path.with_name(f"{path.stem}-frames.webp"))


def save_page(html: str, path: Path) -> Path:
    """Write a page with the sha256 of the rest of its content in its head, to recognise unchanged pages."""
    digest = hashlib.sha256(html.encode("utf-8")).hexdigest()
    marked = html.replace("<head>", f'<head>\n<meta name="content-sha256" content="{digest}">', 1)
    return save_file(marked.encode("utf-8"), path)


def save_file(content: bytes, path: Path) -> Path:
    """Write a file for readers, atomically; a release syncs its own copy, and a lost one is drawn again."""
    with write_whole(path, durable=False) as partial:
        partial.write_bytes(content)
    note_written(path)
    return path


def preview_picture(path: Path, alt: str) -> str:
    """Return a small version of a picture embedded in Markdown, some 20 kB; the first frame of an animation."""
    with Image.open(path) as picture:
        small = picture.convert("RGB")
    small.thumbnail((PREVIEW_WIDTH, 4 * PREVIEW_WIDTH))
    buffer = BytesIO()
    small.save(buffer, "WEBP", quality=PREVIEW_QUALITY)
    return f"![{alt}](data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')})"


def _write_png(numbers: Pixels, palette: Pixels, path: Path, stamp: Stamp, alt: str) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_itxt("Description", alt)
    words.add_itxt("Source", stamp.source_line(with_period=True))
    buffer = BytesIO()
    to_image(numbers, palette).save(
        buffer, format="PNG", compress_level=PNG_EFFORT, pnginfo=words, dpi=(theme.DPI, theme.DPI)
    )
    save_file(buffer.getvalue(), path)


def _write_alt(path: Path, stamp: Stamp, alt: str) -> Path:
    target = path.with_suffix(".txt")
    marked = f"{stamp.banner}. {alt}" if stamp.is_synthetic else alt
    lines = [marked, stamp.terms.say(stamp.note), stamp.source_line(with_period=True)]
    return save_file(("\n".join(line for line in lines if line) + "\n").encode("utf-8"), target)


def _check_alt(alt: str) -> None:
    if not alt.strip():
        raise InputError(found="no text alternative", expected="a sentence that says what is seen", remedy="pass `alt`")


def _pad(frames: Sequence[Pixels]) -> list[Pixels]:
    height, width = (max(frame.shape[axis] for frame in frames) for axis in (0, 1))
    smallest = min(min(frame.shape[0] / height, frame.shape[1] / width) for frame in frames)
    if smallest < 1 - _MOST_PADDING:
        sizes = ", ".join(f"{frame.shape[1]}x{frame.shape[0]}" for frame in frames)
        raise InputError(
            found=f"frames of {sizes}", expected="frames of one size", remedy="draw all frames in the same size"
        )
    if smallest == 1:
        return list(frames)
    ground = np.array(getrgb(theme.LIGHT.ground), dtype=np.uint8)
    padded = []
    for frame in frames:
        canvas = np.broadcast_to(ground, (height, width, 3)).copy()
        canvas[: frame.shape[0], : frame.shape[1]] = frame
        padded.append(canvas)
    return padded
