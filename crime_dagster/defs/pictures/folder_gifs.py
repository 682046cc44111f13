"""GIFs from user-made pictures: a folder of pairs becomes one GIF per pair."""

from pathlib import Path

import dagster as dg
import numpy as np
from PIL import Image
from pydantic import Field

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.drawing.gifs.picture_pairs import Pair, find_pairs
from crime_dagster.drawing.kit.finish import Stamp, save_gif
from crime_dagster.drawing.kit.palette import Pixels
from crime_dagster.drawing.kit.slugs import make_slug

FOLDER = "from_folder"


class FolderConfig(dg.Config):
    """The pictures to combine, and the timing of the GIFs."""

    folder: str = Field(
        description="Folder of pairs named '<type> crimes.png' and 'predicted <type> crimes.png'; it is only read."
    )
    seconds: float = Field(default=2.0, ge=0.02, le=600, description="How long each picture is shown, in seconds.")
    loop: int = Field(default=0, ge=0, description="How often a GIF plays; 0 repeats it forever.")


@dg.asset(
    key=["gifs", FOLDER],
    group_name="gifs",
    owners=[OWNER],
    kinds={"python", "gif"},
    description="GIFs of a folder of pictures, recorded and predicted in turn; materialise it with the folder.",
)
def from_folder(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: FolderConfig
) -> dg.MaterializeResult:
    try:
        pairs = list_pairs(Path(config.folder).expanduser())
        whole = [pair for pair in pairs if not pair.missing]
        for pair in pairs:
            if pair.missing:
                context.log.warning(f"{pair.crime_type}: no GIF, {pair.missing} is missing")
        written = [_save_pair(settings, Path(config.folder).expanduser(), pair, config) for pair in whole]
    except InputError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    return dg.MaterializeResult(
        metadata={
            "files": dg.MetadataValue.json([str(path) for path in written]),
            "missing": dg.MetadataValue.json([pair.missing for pair in pairs if pair.missing]),
        }
    )


def list_pairs(folder: Path) -> list[Pair]:
    """Return the pairs of a folder, including incomplete ones.

    Raises:
        InputError: No such folder, or no complete pair in it.
    """
    if not folder.is_dir():
        raise InputError(
            file=folder,
            found="no such folder",
            expected="a folder of pictures",
            remedy="correct `folder` in the Config",
        )
    pairs = find_pairs(path.name for path in folder.iterdir() if path.is_file())
    if not any(not pair.missing for pair in pairs):
        missing = ", ".join(pair.missing for pair in pairs)
        raise InputError(
            file=folder,
            found=f"no whole pair; missing: {missing}" if missing else "no picture with such a name",
            expected="'<type> crimes.png' beside 'predicted <type> crimes.png'",
            remedy="name the pictures so, or correct `folder` in the Config",
        )
    return pairs


def _save_pair(settings: Settings, folder: Path, pair: Pair, config: FolderConfig) -> Path:
    names = [name for name in (pair.actual, pair.predicted) if name]
    frames = [_read_picture(folder / name) for name in names]
    stamp = Stamp(
        place=settings.data_set.place,
        is_synthetic=settings.data_set.synthetic,
        period_label="",
        sources=(f"pictures {' and '.join(names)}",),
        licence="",
        vintage="",
    )
    path = settings.build_dir / "gifs" / FOLDER / f"{make_slug(pair.crime_type)}_actual_and_predicted.gif"
    alt = f"Two pictures in turn: {pair.crime_type} crimes, recorded and predicted."
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
