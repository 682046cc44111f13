"""Attribution of pictures, as pixels and as SVG: source, vintage, licence, and a banner on made-up data."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from typing import Any

import matplotlib as mpl
import numpy as np
from markupsafe import escape
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from crime_dagster.drawing.kit import lettering, theme
from crime_dagster.drawing.kit.palette import Pixels, flatten
from crime_dagster.drawing.kit.terms import BOROUGHS, Terms

SYNTHETIC_WORDS = "SYNTHETIC: a made-up city"
SYNTHETIC_MARK = re.compile(r"^SYNTHETIC: a made-up (city|country)\. ")
SYNTHETIC_SENTENCE = "Synthetic data: a made-up city, not a real place."
MARGIN, GIF_MARGIN = 0.24, 0.15  # inches left and right of all text
_BAND_PIXELS, _BAND_SIZE = round(0.26 * theme.DPI), 9.6
_FOOT_TOP, _FOOT_BOTTOM = 0.07, 0.13
_SIZE = re.compile(r'(width|height)="([\d.]+)pt"')
# Verdana is on most machines without DejaVu Sans, and equally wide.
_FONT, _FONTS = "font-family: 'DejaVu Sans'", "font-family: 'DejaVu Sans', Verdana, sans-serif"
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)


@dataclass(frozen=True)
class Stamp:
    """The attribution of a picture."""

    place: str  # city or borough
    is_synthetic: bool  # whether the data is made up; a banner then says so
    period_label: str  # "12 months to February 2026"
    sources: tuple[str, ...]  # one attribution per publisher whose data is in the picture
    licence: str  # "Open Government Licence v3.0"
    vintage: str  # which areas, and their date: "ONS boundaries 2021"
    note: str = ""  # one sentence for the reader, above the source
    next_update: str = ""  # for pages: a sentence on when newer figures are due
    contact: str = ""  # for pages: contact address
    terms: Terms = BOROUGHS  # what the parts of the place are called

    @property
    def banner(self) -> str:
        return self.terms.say(SYNTHETIC_WORDS)

    def source_line(self, *, with_period: bool = False) -> str:
        """Return source, vintage and licence as one line of sentences."""
        parts = [self.terms.say(SYNTHETIC_SENTENCE)] if self.is_synthetic else []
        # An attribution that its licence words as a sentence ("Contains OS data ...") stays one.
        sentences = [source.rstrip(". ") for source in self.sources if source.startswith("Contains ")]
        names = [source.rstrip(". ") for source in self.sources if not source.startswith("Contains ")]
        parts.append(f"Source: {'; '.join(names)}." if names else "")
        parts += [f"{sentence}." for sentence in sentences]
        parts.append(f"{self.vintage.rstrip('. ')}." if self.vintage else "")
        parts.append(f"{self.place}, {self.period_label}." if with_period else "")
        parts.append(f"{self.licence.rstrip('. ')}." if self.licence else "")
        return " ".join(part for part in parts if part)


def stamp_height(stamp: Stamp, width: int = 960) -> int:
    """Return the height in pixels that `save_gif` adds to frames of a width."""
    band = _BAND_PIXELS if stamp.is_synthetic else 0
    return band + _foot_height(_foot_lines(stamp, width / theme.DPI, GIF_MARGIN, with_period=False))


def render_figure(figure: Figure) -> Pixels:
    """Draw a figure and return its pixels, height x width x 3."""
    with theme.use_picture_style():
        canvas = FigureCanvasAgg(figure)
        figure.set_dpi(theme.DPI)
        canvas.draw()
        return flatten(np.asarray(canvas.buffer_rgba()))


def says(figure: Figure, words: str) -> bool:
    """Whether a figure contains some words, even across the lines of one text."""
    # Without the labels of axes, which are made only when they are drawn.
    found = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    texts = " ".join(text.get_text() for text in found)
    return " ".join(words.split()) in " ".join(texts.split())


def sign_image(image: Pixels, stamp: Stamp, margin: float, *, with_period: bool) -> Pixels:
    """Add the banner of made-up data above an image and note and source below it; the image itself is unchanged."""
    above, below = draw_margins(stamp, image.shape[1], margin, render_figure, with_period=with_period)
    return np.concatenate([*above, image, *below])


@lru_cache(maxsize=16)  # sixty frames share one banner and one footer
def draw_margins(
    stamp: Stamp, width: int, margin: float, render: Callable[[Figure], Any], *, with_period: bool
) -> tuple[list[Any], list[Any]]:
    """Draw the banner of made-up data, if it is, and the footer, as pixels or as SVG."""
    band = [_draw_band(width, margin, stamp.banner, render)] if stamp.is_synthetic else []
    return band, [render(_make_foot(stamp, width, margin, with_period=with_period))]


def _blank(width: int, height: int) -> Figure:
    return Figure(figsize=(width / theme.DPI, height / theme.DPI), dpi=theme.DPI)


@lru_cache(maxsize=16)  # the same on all pictures of a width
def _draw_band(width: int, margin: float, words: str, render: Callable[[Figure], Any]) -> Any:
    with theme.use_picture_style():
        figure = _blank(width, _BAND_PIXELS)
        figure.add_artist(Rectangle((0, 0), 1, 1, facecolor=theme.LIGHT.synthetic, edgecolor="none"))
        style: lettering.Style = {"fontsize": _BAND_SIZE, "fontweight": "bold", "va": "center"}
        figure.text(margin * theme.DPI / width, 0.47, words, color=theme.LIGHT.on_dark, **style)
        return render(figure)


def _foot_lines(stamp: Stamp, width: float, margin: float, *, with_period: bool) -> list[str]:
    texts = [stamp.terms.say(stamp.note), stamp.source_line(with_period=with_period)]
    room = width - 2 * margin
    return [line for text in texts if text for line in lettering.wrap_evenly(text, room, theme.SOURCE_SIZE)]


def _foot_height(lines: Sequence[str]) -> int:
    inches = _FOOT_TOP + len(lines) * lettering.line_height(theme.SOURCE_SIZE) + _FOOT_BOTTOM
    return math.ceil(inches * theme.DPI)


def _make_foot(stamp: Stamp, width: int, margin: float, *, with_period: bool) -> Figure:
    lines = _foot_lines(stamp, width / theme.DPI, margin, with_period=with_period)
    with theme.use_picture_style():
        figure = _blank(width, _foot_height(lines))
        lettering.put_lines(figure, margin, _FOOT_TOP, lines, size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink3)
        return figure


def write_svg(figure: Figure, stamp: Stamp, alt: str) -> bytes:
    """Return a figure as SVG, with banner and footer; the same figure gives the same bytes.

    Text stays text, which can be searched, copied and changed.
    """
    width = round(float(figure.get_size_inches()[0]) * theme.DPI)
    above, below = draw_margins(stamp, width, MARGIN, _draw, with_period=not says(figure, stamp.period_label))
    top, placed = 0.0, []
    across = 0.0
    for drawing in (*above, _draw(figure), *below):
        opening, _, inside = drawing.partition(">")
        size = {name: float(number) for name, number in _SIZE.findall(opening)}
        # Nested points would be taken for pixels: a nested drawing has plain numbers.
        bare = _SIZE.sub(r'\1="\2"', opening).replace("<svg ", f'<svg y="{top:g}" ', 1)
        placed.append(f"{bare}>{inside}")
        top, across = top + size["height"], size["width"]
    title, _, rest = alt.partition(". ")
    mark = f"{stamp.banner}. " if stamp.is_synthetic else ""
    words = f"{mark}{rest} {stamp.note} {stamp.source_line(with_period=True)}"
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across:g}pt" height="{top:g}pt" '
        f'viewBox="0 0 {across:g} {top:g}" role="img">'
    )
    head = f"<title>{escape(title)}</title><desc>{escape(' '.join(words.split()))}</desc>"
    return "\n".join([whole, head, *placed, "</svg>", ""]).encode("utf-8")


def _draw(figure: Figure) -> str:
    with theme.use_picture_style(), mpl.rc_context({"svg.fonttype": "none"}):
        buffer = StringIO()
        # Without a date the same picture has the same bytes.
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})
    text = buffer.getvalue()
    return _METADATA.sub("", text[text.index("<svg ") :]).replace(_FONT, _FONTS).strip()
