"""Colours by role, type sizes and the style of every picture. The only file that names a colour.

Light and dark are one set of roles with two values. The palettes were chosen by measurement: lightness falls (or rises)
monotonically, and neighbouring classes are distinct under the three kinds of colour blindness and in grey.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style as mpl_style
from matplotlib.font_manager import fontManager


@dataclass(frozen=True)
class Roles:
    """Colours by purpose, as on light pages. Contrast of text on `ground` and `panel` is at least 4.5, of lines 3."""

    ground: str = "#FFFFFF"
    panel: str = "#F3F5F7"
    ink: str = "#16202B"  # titles, values
    ink2: str = "#45515E"  # subtitles, axes, borough lines
    ink3: str = "#5D6975"  # sources, notes; the lightest colour for text
    link: str = "#12436D"  # links, first series
    accent_text: str = "#B4430B"  # breaks, "up"
    accent_fill: str = "#F46A25"  # second series; fills and thick lines, never text
    control_border: str = "#6F7B87"
    rule: str = "#C9D0D6"  # decoration only
    grid: str = "#E2E6EA"  # decoration only
    context: str = "#9AA6B1"  # context in grey
    water: str = "#CBD8E2"
    no_data: str = "#DDE1E5"
    no_data_hatch: str = "#6B7680"
    focus: str = "#FFDD00"
    focus_ring: str = "#0B0C0C"
    synthetic: str = "#801650"
    on_dark: str = "#FFFFFF"  # text and halos on a dark fill, casing of borough lines


LIGHT = Roles()
DARK = Roles(
    ground="#11171D",
    panel="#1B232B",
    ink="#F1F4F6",
    ink2="#C2CBD3",
    ink3="#9AA6B1",
    link="#8CC4F0",
    accent_text="#FFA070",
    accent_fill="#FF8A4C",
    control_border="#7C8995",
    rule="#3A4651",
    grid="#2A343E",
    context="#7C8995",
    water="#22303C",
    no_data="#333E48",
    no_data_hatch="#8B98A4",
    synthetic="#E39BC4",
)

# Counts, low to high: actual, predicted, forecast, rates.
SEQUENTIAL = ("#F9F3DD", "#ECC49F", "#E39078", "#CA5F76", "#983B7F", "#572874", "#1C194B")
SEQUENTIAL_DARK = ("#3A2B47", "#723969", "#AB4975", "#D96773", "#F39279", "#FAC29E", "#FFEFD9")
# Residual, change, impact: blue = fewer, brown = more. Mirror pairs are equal in grey: key and labels show the signs.
DIVERGING = ("#1D487C", "#387BBA", "#8ABCE6", "#F2F0EE", "#E3AA7D", "#B65F2C", "#76331B")
DIVERGING_DARK = ("#6FB4EE", "#3F7DB8", "#29496B", "#2B333B", "#6B4226", "#B56A33", "#F2A66B")
HOTSPOT = {
    "persistent": "#6B1048",
    "emerging": "#F0702A",
    "intermittent": "#CDBBE8",
    "former": "#2B7C9B",
    "none": "#F1F2F3",
}
# At most four in one chart, labelled at the line's end; the first and the last are never adjacent.
SERIES = ("#12436D", "#F46A25", "#28A197", "#801650")

DPI = 200
# Points. Only borough names on the map are smaller than a source line.
TITLE_SIZE, SUBTITLE_SIZE, TAG_SIZE = 14.5, 9.3, 15.0
LABEL_SIZE, SMALL_LABEL_SIZE, SOURCE_SIZE, BOROUGH_SIZE = 8.2, 7.6, 7.0, 5.9
HALO_WIDTH = 1.9

# A few bands do not span the whole palette: near-white and near-black would be too harsh for two.
_PICKS = {0: (), 1: (1,), 2: (1, 4), 3: (0, 2, 4), 4: (0, 2, 4, 5), 5: (0, 2, 3, 4, 6), 6: (0, 1, 2, 3, 4, 6)}
_DIVERGING_PICKS = {1: (3,), 3: (1, 3, 5), 5: (0, 2, 3, 4, 6), 7: (0, 1, 2, 3, 4, 5, 6)}


def choose_sequential(bands: int, *, dark: bool = False) -> tuple[str, ...]:
    """Return the colours of 0 to 7 bands of counts, low to high."""
    palette = SEQUENTIAL_DARK if dark else SEQUENTIAL
    return tuple(palette[index] for index in _PICKS.get(bands, range(bands)))


def choose_diverging(bands: int, *, dark: bool = False) -> tuple[str, ...]:
    """Return the colours of one, three, five or seven bands, fewer to more."""
    palette = DIVERGING_DARK if dark else DIVERGING
    return tuple(palette[pick] for pick in _DIVERGING_PICKS[bands])


def palette_roles() -> tuple[str, ...]:
    """Return the colours reserved in every GIF or PNG palette, so that no quantiser changes them."""
    roles = (LIGHT.ground, LIGHT.ink, LIGHT.ink2, LIGHT.ink3, LIGHT.link, LIGHT.rule, LIGHT.grid, LIGHT.context)
    more = (LIGHT.water, LIGHT.no_data, LIGHT.no_data_hatch, LIGHT.accent_text, LIGHT.synthetic)
    return tuple(dict.fromkeys((*roles, *more, *SEQUENTIAL)))


@cache
def _read_ground_style() -> dict[str, Any]:
    settings = mpl.rc_params_from_file(str(files("afcharts") / "afcharts.mplstyle"), use_default_template=False)
    return {str(name): value for name, value in settings.items()}


@cache
def keep_own_fonts() -> None:
    """Use only the fonts bundled with matplotlib: other versions installed on a machine have different glyphs."""
    fontManager.ttflist = []
    for path in sorted(Path(mpl.get_data_path(), "fonts", "ttf").glob("DejaVuSans*.ttf")):
        fontManager.addfont(path)


@contextmanager
def use_picture_style() -> Iterator[None]:
    """Draw in the style of the UK Government's Analysis Function, with this project's fonts and quiet axes."""
    own = {
        # DejaVu Sans is bundled with matplotlib: the same letters on every machine, and no missing-font warnings.
        "font.family": "DejaVu Sans",
        "font.size": LABEL_SIZE,
        # A name such as "A$B_C" is printed as it is, never parsed as a formula.
        "text.parse_math": False,
        "text.color": LIGHT.ink,
        "axes.unicode_minus": True,
        "axes.edgecolor": LIGHT.ink2,
        "axes.labelcolor": LIGHT.ink2,
        "axes.titlecolor": LIGHT.ink,
        "axes.linewidth": 0.8,
        "axes.facecolor": LIGHT.ground,
        "figure.facecolor": LIGHT.ground,
        # The name of a cycle's colour would be looked up for every patch.
        "patch.facecolor": LIGHT.link,
        "savefig.facecolor": LIGHT.ground,
        "figure.dpi": DPI,
        "grid.color": LIGHT.grid,
        "grid.linewidth": 0.8,
        "hatch.linewidth": 0.7,
        "hatch.color": LIGHT.no_data_hatch,
        "xtick.color": LIGHT.ink2,
        "ytick.color": LIGHT.ink2,
        "xtick.labelcolor": LIGHT.ink2,
        "ytick.labelcolor": LIGHT.ink2,
        "xtick.labelsize": SMALL_LABEL_SIZE,
        "ytick.labelsize": SMALL_LABEL_SIZE,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "svg.hashsalt": "drawing",
    }
    keep_own_fonts()
    with mpl_style.context([_read_ground_style(), own]):
        yield
