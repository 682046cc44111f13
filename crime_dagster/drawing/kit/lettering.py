"""Text on pictures: measured, broken into lines that fit, and placed in inches from the top left corner."""

from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.terms import BOROUGHS, Terms

# Keywords of matplotlib.
Style = dict[str, Any]
SMALL, LABEL = theme.SMALL_LABEL_SIZE, theme.LABEL_SIZE
FAMILY = "DejaVu Sans"
LINE_SPACING = 1.32
POINTS_PER_INCH = 72.0
# Sums of lengths differ from the length of the whole line by rounding alone: no pair with a blank is kerned.
_ROUNDING = 1e-9
_CAPITALS = 0.8  # of the size: height of capitals with a small margin


@cache
def _renderer() -> RendererAgg:
    theme.keep_own_fonts()
    return RendererAgg(1, 1, theme.DPI)


@lru_cache(maxsize=20_000)
def measure_text(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line in inches; size in points. Math symbols are plain characters."""
    properties = FontProperties(family=FAMILY, size=size, weight="bold" if bold else "normal")
    width, _, _ = _renderer().get_text_width_height_descent(text, properties, False)
    return float(width) / theme.DPI


def line_height(size: float) -> float:
    return size * LINE_SPACING / POINTS_PER_INCH


def wrap_text(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text into lines of a width in inches; line breaks are kept, and too long words are broken."""
    lines, blank = [], measure_text(" ", size, bold=bold)
    for paragraph in text.split("\n"):
        line: list[str] = []
        end = 0.0
        for piece in (piece for word in paragraph.split() for piece in _break_word(word, width, size, bold=bold)):
            # Words come again and again, and are measured once; lines never do.
            length = measure_text(piece, size, bold=bold)
            if line and end + blank + length > width + _ROUNDING:
                lines.append(" ".join(line))
                line = []
            end = end + blank + length if line else length
            line.append(piece)
        lines.append(" ".join(line))
    return lines


def wrap_evenly(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text into as few lines as fit, of about the same length, so that no title ends with a single word."""
    lines = wrap_text(text, width, size, bold=bold)
    if len(lines) == 1:
        return lines
    too_narrow, wide_enough = width / max(1, len(lines)) / 2, width
    while wide_enough - too_narrow > 0.02:
        middle = (too_narrow + wide_enough) / 2
        if len(wrap_text(text, middle, size, bold=bold)) > len(lines):
            too_narrow = middle
        else:
            wide_enough = middle
    return wrap_text(text, wide_enough, size, bold=bold)


def _break_word(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    if measure_text(word, size, bold=bold) <= width:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and measure_text(piece + letter, size, bold=bold) > width:
            pieces.append(piece)
            piece = letter
        else:
            piece += letter
    return [*pieces, piece]


def put_text(
    figure: Figure, x: float, top: float, text: str, colour: str = theme.LIGHT.ink2, *, size: float, **settings: Any
) -> Text:
    """Put one line on a figure by inches: `x` from the left, `top` from the top edge to the top of its capitals."""
    width, height = figure.get_size_inches()
    if "va" not in settings:
        # The top of a line's box depends on its letters; its baseline does not.
        top, settings["va"] = top + _CAPITALS * size / POINTS_PER_INCH, "baseline"
    return figure.text(
        x / width, 1 - top / height, text, fontsize=size, color=colour, linespacing=LINE_SPACING / 1.2, **settings
    )


def put_lines(
    figure: Figure, x: float, top: float, lines: Sequence[str], *, size: float, colour: str, **settings: Any
) -> float:
    """Put lines below each other; return where the next element may start, in inches from the top."""
    for number, line in enumerate(lines):
        put_text(figure, x, top + number * line_height(size), line, size=size, colour=colour, **settings)
    return top + len(lines) * line_height(size)


def say_in_figure(figure: Figure, terms: Terms) -> None:
    """Replace the words of a figure's texts; a line that becomes too long for the figure gets smaller letters."""
    if terms == BOROUGHS:
        return
    for text in figure.findobj(Text):
        before = text.get_text()
        if (after := terms.say(before)) == before:
            continue
        text.set_text(after)
        size = float(text.get_fontsize())
        is_bold = text.get_fontweight() == "bold"
        sizes = [measure_text(line, size, bold=is_bold) for line in after.split("\n")]
        room = figure.get_size_inches()[0] * (1 - text.get_position()[0]) if text.axes is None else max(sizes)
        if max(sizes) > room > 0:
            text.set_fontsize(size * room / max(sizes))


def halo() -> list[withStroke]:
    """Return a white outline for letters, legible on any colour."""
    return [withStroke(linewidth=theme.HALO_WIDTH, foreground=theme.LIGHT.on_dark)]


# A line in the letters of small texts and of labels, inches from the top left corner.
write_small = partial(put_text, size=SMALL)
write_label = partial(put_text, size=LABEL)


def write_at(
    axes: Axes, text: str, at: tuple[float, float], shift: tuple[float, float], colour: str, **style: Any
) -> None:
    """Write beside a point of a chart in small letters, `shift` points away, on a patch that hides lines below."""
    # Not a halo: it is drawn several times, as shapes that nobody can search, and lines show between its letters.
    ground = {"facecolor": theme.LIGHT.ground, "edgecolor": "none", "pad": 0.6}
    settings: Style = {"fontsize": SMALL, "color": colour, "bbox": ground, **style}
    axes.annotate(text, at, xytext=shift, textcoords="offset points", **settings)
