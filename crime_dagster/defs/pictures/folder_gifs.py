"""GIFs from user-made pictures: a folder of pairs becomes one GIF per pair."""

import re
from collections.abc import Iterable
from pathlib import Path

import dagster as dg
import numpy as np
from PIL import Image
from pydantic import Field

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.cleanup import OWN_PICTURES
from crime_dagster.defs.runtime.invalid_config import failing_for_good
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.drawing.kit.finish import save_gif
from crime_dagster.drawing.kit.navigation import make_slug
from crime_dagster.drawing.kit.palette import Pixels
from crime_dagster.drawing.kit.stamp import Stamp

NAME = re.compile(r"(?P<predicted>predicted )?(?P<type>.+) crimes\.png", re.IGNORECASE)


class FolderConfig(dg.Config):
    """The pictures to combine, and the timing of the GIFs."""

    folder: str = Field(
        description="Folder of pairs named '<type> crimes.png' and 'predicted <type> crimes.png'; it is only read."
    )
    seconds: float = Field(default=2.0, ge=0.02, le=600, description="How long each picture is shown, in seconds.")
    loop: int = Field(default=0, ge=0, description="How often a GIF plays; 0 repeats it forever.")


@dg.asset(
    key=["gifs", OWN_PICTURES],
    group_name="gifs",
    owners=[OWNER],
    kinds={"python", "gif"},
    description="GIFs of a folder of pictures, alternating recorded and predicted; materialise it with the folder.",
)
def from_folder(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: FolderConfig
) -> dg.MaterializeResult:
    folder = Path(config.folder).expanduser()
    with failing_for_good():
        pairs, missing = list_pairs(folder)
        for name in missing:
            context.log.warning(f"{name} is missing, so there is no GIF of its other half")
        written = [_save_pair(settings, folder, *pair, config) for pair in pairs]
    files = [str(path) for path in written]
    return dg.MaterializeResult(
        metadata={"files": dg.MetadataValue.json(files), "missing": dg.MetadataValue.json(missing)}
    )


def find_pairs(names: Iterable[str]) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Find pairs among file names, ignoring case: type, recorded and predicted; and the halves that are missing."""
    halves: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for name in sorted(names):
        if found := NAME.fullmatch(name):
            key = found["type"].lower()
            labels.setdefault(key, found["type"])
            halves.setdefault(key, ["", ""])[bool(found["predicted"])] = name
    ordered = [(labels[key], halves[key][0], halves[key][1]) for key in sorted(halves)]
    missing = [
        f"{'' if predicted else 'predicted '}{label} crimes.png"
        for label, actual, predicted in ordered
        if not (actual and predicted)
    ]
    return [pair for pair in ordered if all(pair)], missing


def list_pairs(folder: Path) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return the pairs of a folder, and the halves that are missing; a folder without a complete pair is refused."""
    wanted, remedy = "'<type> crimes.png' beside 'predicted <type> crimes.png'", "correct `folder` in the Config"
    if not folder.is_dir():
        raise InputError(file=folder, found="no such folder", expected=f"a folder of pictures: {wanted}", remedy=remedy)
    pairs, missing = find_pairs(path.name for path in folder.iterdir() if path.is_file())
    if pairs:
        return pairs, missing
    raise InputError(
        file=folder,
        found=f"no whole pair; missing: {', '.join(missing)}" if missing else "no picture with such a name",
        expected=wanted,
        remedy=f"name the pictures so, or {remedy}",
    )


def _save_pair(settings: Settings, folder: Path, label: str, actual: str, predicted: str, config: FolderConfig) -> Path:
    frames = [_read_picture(folder / name) for name in (actual, predicted)]
    stamp = Stamp(
        place=settings.data_set.place,
        is_synthetic=settings.data_set.synthetic,
        period_label="",
        sources=(f"pictures {actual} and {predicted}",),
        licence="",
        vintage="",
    )
    path = settings.build_dir / "gifs" / OWN_PICTURES / f"{make_slug(label)}_actual_and_predicted.gif"
    alt = f"Two alternating pictures: {label} crimes, recorded and predicted."
    save_gif(frames, path, config.seconds, stamp, alt, loop=config.loop)
    return path


def _read_picture(path: Path) -> Pixels:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGBA"))
    except OSError as error:
        raise InputError(
            file=path, found=f"no picture: {error}", expected="a PNG file", remedy="save the picture again"
        ) from error
