"""Parts that several pages have, as plain values: whoever fills them needs no HTML, whoever draws them no marts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from crime_dagster.core.errors import InputError


@dataclass(frozen=True)
class Link:
    """A link.

    Args:
        label: What a reader sees.
        href: Address, relative to the page or whole.
        is_current: Whether it is the page itself.
    """

    label: str
    href: str
    is_current: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture with its words.

    Args:
        path: File, relative to the page: PNG or GIF.
        alt: What it shows, with the finding, for those who do not see it.
        width: Pixels of the file, so that the page does not jump.
        height: Pixels.
        still_path: For a GIF: its first frame as PNG, shown until the reader presses Play. Empty for a PNG.
        vector_path: The same as SVG; empty where there is none.
        narrow_path: The same for phones; empty where there is none.
        narrow_width: Its pixels.
        narrow_height: Its pixels.
        title: A heading under the picture; may be empty.
    """

    path: str
    alt: str
    width: int
    height: int
    still_path: str = ""
    vector_path: str = ""
    narrow_path: str = ""
    narrow_width: int = 0
    narrow_height: int = 0
    title: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise InputError(
                file=self.path,
                found="no alternative text",
                expected="a sentence that says what is seen",
                remedy="pass `alt`",
            )


@dataclass(frozen=True)
class Headline:
    """A large number at the top.

    Args:
        number: As printed: "864,457".
        label: What it counts: "crimes in 12 months".
        note: How it changed, or what to compare it with: "down 7.4%".
        tone: "up", "down" or empty; colours the note.
        beside: What the whole city has, beside a borough's number: "London: down 7.4%".
    """

    number: str
    label: str
    note: str = ""
    tone: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Break:
    """A day on which recording changed, in a line of months.

    Args:
        position: Where it lies: 0 is the middle of the first month, 1 of the next.
        day: The day.
        title: Two or three words: "Recording changed".
    """

    position: float
    day: dt.date
    title: str


@dataclass(frozen=True)
class Download:
    """A file to take away.

    Args:
        label: "Excel workbook".
        href: Address.
        note: What is in it.
        size_bytes: Its size; None where it is not known.
    """

    label: str
    href: str
    note: str = ""
    size_bytes: int | None = None


@dataclass(frozen=True)
class Note:
    """A caution, such as a break in the data.

    Args:
        title: Two or three words, without a stop: "Recording changed".
        text: One to three sentences.
    """

    title: str
    text: str


@dataclass(frozen=True)
class HotSpots:
    """Places of one class of hot spot.

    Args:
        name: "persistent".
        meaning: "hot in every half-year".
        places: Names, each with its number of areas in brackets.
        areas: All of them.
    """

    name: str
    meaning: str
    places: str
    areas: int
