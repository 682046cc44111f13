"""SVG versions of static charts: with the attribution of the PNG, and with title and description."""

import re
from io import StringIO

import matplotlib as mpl
from markupsafe import escape
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.stamp import MARGIN, Stamp, draw_margins, says

_SIZE = re.compile(r'(width|height)="([\d.]+)pt"')
# Verdana is on most machines without DejaVu Sans, and equally wide.
_FONT, _FONTS = "font-family: 'DejaVu Sans'", "font-family: 'DejaVu Sans', Verdana, sans-serif"
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)


def write_svg(figure: Figure, stamp: Stamp, alt: str) -> bytes:
    """Return a figure as SVG, with banner and footer; the same figure gives the same bytes.

    Text stays text, which can be searched, copied and changed; text with a halo is shapes.
    """
    width = round(float(figure.get_size_inches()[0]) * theme.DPI)
    above, below = draw_margins(stamp, width, MARGIN, _draw, with_period=not says(figure, stamp.period_label))
    top, placed = 0.0, []
    across = 0.0
    for drawing in (*above, _draw(figure), *below):
        opening, _, inside = drawing.partition(">")
        size = {name: float(number) for name, number in _SIZE.findall(opening)}
        # Nested points would be taken for pixels: a nested drawing has plain numbers.
        bare = _SIZE.sub(_drop_unit, opening).replace("<svg ", f'<svg y="{top:g}" ', 1)
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


def _drop_unit(size: re.Match[str]) -> str:
    return f'{size[1]}="{size[2]}"'
