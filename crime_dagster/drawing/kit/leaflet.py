"""Leaflet as its authors released it, from the installed wheel, put into the page itself: a map needs no network."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crime_dagster.core.errors import InputError

VERSION = "1.9.3"
# Of the two files as released; a wheel that carries others is not what was looked at and tested here.
SHA256 = {
    "leaflet.js": "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
    "leaflet.css": "90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
}
_SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")
# Rules that load pictures of controls and markers, none of which our map has.
_LOADS_A_FILE = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")


@dataclass(frozen=True)
class Leaflet:
    """What a page needs of Leaflet.

    Args:
        script: JavaScript, with its copyright notice.
        style: CSS, without rules that would load a file.
        licence: The licence's text.
    """

    script: str
    style: str
    licence: str


@cache
def read_leaflet() -> Leaflet:
    """Read Leaflet from the installed wheel.

    Raises:
        InputError: The wheel holds another version than the one looked at.
    """
    style = _LOADS_A_FILE.sub("", _read_released("leaflet.css"))
    licence = (files("crime_dagster.drawing.kit") / "vendor" / "leaflet" / "LICENSE").read_text(encoding="utf-8")
    return Leaflet(script=_SOURCE_MAP.sub("", _read_released("leaflet.js")), style=style, licence=licence)


def _read_released(name: str) -> str:
    content = (files("xstatic.pkg.leaflet") / "data" / name).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise InputError(
            file=f"xstatic-leaflet: {name}",
            found=f"sha256 {found}",
            expected=f"Leaflet {VERSION}, sha256 {SHA256[name]}",
            remedy="install the version in requirements.lock, or look at the new one and change leaflet.py",
        )
    return content.decode("utf-8")
