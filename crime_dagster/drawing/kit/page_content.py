"""Shared parts of pages as plain values: filling them needs no HTML, drawing them no marts."""

import datetime as dt
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote


@dataclass(frozen=True)
class Link:
    """A link; `is_current` if it leads to the page itself, `group` the heading that it is under, also a link."""

    label: str
    href: str
    is_current: bool = False
    group: str = ""
    group_href: str = ""


@dataclass(frozen=True)
class Download:
    """A file to download."""

    label: str  # "Excel workbook"
    href: str
    note: str = ""  # its content
    size_bytes: int | None = None  # None if not known


@dataclass(frozen=True)
class Picture:
    """A picture with its text; paths are relative to the page, and empty if there is no such file."""

    path: str
    alt: str  # alternative text, with the finding
    width: int  # pixels, so that the page does not jump
    height: int
    still_path: str = ""  # of a GIF: its first frame, shown until the reader presses Play
    frames_path: str = ""  # of a GIF: all its frames in a grid with as many rows as columns, or one column more
    frames: int = 0
    seconds: float = 0.0  # duration of a frame
    vector_path: str = ""  # the same as SVG
    narrow_path: str = ""  # version for phones
    narrow_width: int = 0
    narrow_height: int = 0
    title: str = ""  # heading
    files: tuple[Download, ...] = ()  # the picture in every format, its figures and its text
    source: str = ""  # citation, a sentence or more

    @property
    def anchor(self) -> str:
        return f"figure-{PurePosixPath(self.path).stem}"

    @property
    def citation(self) -> str:
        """How to cite it; a script of the page adds the page's address."""
        return f"{self.title or self.alt.split('. ')[0]}. {self.source}"

    @property
    def embed_code(self) -> str:
        """HTML to embed it in another page, with its text and attribution."""
        alt, source = escape(self.alt), escape(self.citation)
        size = f'width="{self.width}" height="{self.height}"'
        path = quote(self.path, safe="/.~")
        return (
            f'<figure><img src="{path}" alt="{alt}" {size} style="max-width:100%;height:auto">'
            f"<figcaption>{source}</figcaption></figure>"
        )


@dataclass(frozen=True)
class Headline:
    """A large number at the top of a page."""

    number: str  # "864,457"
    label: str  # "crimes in 12 months"
    note: str = ""  # "down 7.4%"
    tone: str = ""  # "up", "down" or empty: the colour of the note
    beside: str = ""  # the city's figure, beside a borough's: "London: down 7.4%"


@dataclass(frozen=True)
class Break:
    """A day on which recording changed, on a monthly axis."""

    position: float  # 0 is the middle of the first month, 1 of the next
    day: dt.date
    title: str  # "Recording changed"


@dataclass(frozen=True)
class Note:
    """A caution, such as a break in the data."""

    title: str  # two or three words, without a full stop
    text: str  # one to three sentences
