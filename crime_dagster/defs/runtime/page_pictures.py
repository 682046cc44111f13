"""Pictures drawn by other assets, with their text and size, for pages."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from crime_dagster.core.records import noted
from crime_dagster.drawing.kit.page_content import Download, Picture
from crime_dagster.drawing.kit.stamp import SYNTHETIC_MARK

# Other formats of a picture under the same name, in the order in which they are offered.
FORMATS = (
    *((".png", "PNG"), (".gif", "GIF"), (".svg", "SVG"), (".webp", "WebP"), ("-still.png", "Still, PNG")),
    *(("-frames.webp", "Frames, WebP"), ("-narrow.png", "For phones, PNG"), (".csv", "Figures, CSV")),
    (".txt", "Text description"),
)


@noted()
def read_picture(build: Path, name: str, title: str = "", up: str = "") -> Picture | None:
    """Return a picture of the build folder with its alternative text; None if there is no such file.

    The title defaults to the first sentence of its text. `up` leads from the page's folder to the build folder: empty
    or "../".
    """
    path = build / name
    if not path.is_file():
        return None
    said = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    alt = said[0]
    with Image.open(path) as image:
        (width, height), frames = image.size, getattr(image, "n_frames", 1)
        seconds = image.info.get("duration", 0) / 1000
    beside = {ending: file for ending, _ in FORMATS if (file := path.with_name(f"{path.stem}{ending}")).is_file()}
    links = {ending: f"{up}{file.relative_to(build).as_posix()}" for ending, file in beside.items()}
    narrow_width, narrow_height = _read_size(beside["-narrow.png"]) if "-narrow.png" in beside else (0, 0)
    return Picture(
        path=f"{up}{name}",
        alt=alt,
        width=width,
        height=height,
        still_path=links.get("-still.png", ""),
        frames_path=links.get("-frames.webp", ""),
        frames=frames,
        seconds=seconds,
        vector_path=links.get(".svg", ""),
        narrow_path=links.get("-narrow.png", ""),
        narrow_width=narrow_width,
        narrow_height=narrow_height,
        title=title or SYNTHETIC_MARK.sub("", alt).split(". ")[0].rstrip("."),
        files=tuple(
            Download(label, links[ending], size_bytes=beside[ending].stat().st_size)
            for ending, label in FORMATS
            if ending in beside
        ),
        source=said[-1],
    )


def read_pictures(build: Path, names: Sequence[tuple[str, str]], up: str = "") -> tuple[Picture, ...]:
    """Return those pictures that exist, of (file name, title) pairs."""
    found = [read_picture(build, name, title, up) for name, title in names]
    return tuple(picture for picture in found if picture is not None)


@noted()
def link_file(build: Path, name: str, up: str = "") -> str:
    """Return the address of a file of the build folder; empty if it does not exist."""
    return f"{up}{name}" if (build / name).is_file() else ""


@noted()
def list_downloads(build: Path, labels: Sequence[tuple[str, str, str]], up: str = "") -> tuple[Download, ...]:
    """Return existing files of the build folder, by name pattern, label and note; `up` as for `read_picture`."""
    return tuple(
        Download(label, f"{up}{path.relative_to(build).as_posix()}", note, path.stat().st_size)
        for pattern, label, note in labels
        for path in sorted(build.glob(pattern))
    )


def _read_size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size
