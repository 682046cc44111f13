"""One small palette for an image or for all frames of a GIF: the theme's colours first, then what the image needs.

Left free, a quantiser moves the few pixels of a break line to another hue; here the theme's colours stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from crime_dagster.drawing.kit import theme

Pixels = npt.NDArray[np.uint8]
_COLOURS = 1 << 24
_COUNTED = 4


def flatten(image: npt.NDArray[np.generic]) -> Pixels:
    """Bring grey, RGB or RGBA, whole numbers or decimals 0 to 1, to RGB of 0 to 255 on the light ground."""
    pixels = np.asarray(image)
    if pixels.dtype == np.uint8 and pixels.ndim == 3 and (pixels.shape[2] == 3 or pixels[:, :, 3].min() == 255):
        return np.ascontiguousarray(pixels[:, :, :3])
    if np.issubdtype(pixels.dtype, np.floating):
        pixels = np.clip(np.nan_to_num(pixels), 0.0, 1.0) * 255.0
    pixels = pixels.astype(float)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    if pixels.shape[2] == 4:
        ground = np.array(theme.hex_to_rgb(theme.LIGHT.ground), dtype=float)
        opacity = pixels[:, :, 3:] / 255.0
        pixels = pixels[:, :, :3] * opacity + ground * (1 - opacity)
    return np.round(pixels[:, :, :3]).astype(np.uint8)


def _pack(pixels: Pixels) -> npt.NDArray[np.uint32]:
    packed = pixels[..., 0].astype(np.uint32)
    for channel in (1, 2):
        packed <<= 8
        packed |= pixels[..., channel]
    return packed


def _unpack(packed: npt.NDArray[np.uint32]) -> Pixels:
    return np.stack([packed >> 16, (packed >> 8) & 255, packed & 255], axis=-1).astype(np.uint8)


def build_palette(images: Sequence[Pixels], colours: int) -> Pixels:
    """Build one palette of at most so many colours for some images: the theme's colours that occur, exactly, first.

    The rest is filled up from the images by median cut.
    """
    roles = np.array([theme.hex_to_rgb(colour) for colour in theme.palette_roles()], dtype=np.uint8)
    found, counts = _count_colours(images)
    used = roles[np.isin(_pack(roles), found)]
    is_other = ~np.isin(found, _pack(roles))
    free = colours - len(used)
    if free < 0:
        raise ValueError(f"a palette of {colours} cannot hold {len(used)} colours of the theme")
    others, weights = found[is_other], counts[is_other]
    if len(others) <= free:
        return np.concatenate([used, _unpack(others)])
    return np.concatenate([used, _fill(others, weights, free)])


def _count_colours(images: Sequence[Pixels]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Every colour of all images, and how often it stands in some of them: frames of one GIF are similar."""
    packed = [_pack(image).ravel() for image in images]
    # A mark per possible colour: sorting the pixels of sixty frames takes ten times as long.
    is_found = np.zeros(_COLOURS, dtype=bool)
    for pixels in packed:
        is_found[pixels] = True
    found = np.flatnonzero(is_found)
    # Counted by place among those found: a count per possible colour is 128 MB to fill and read for each picture.
    place = np.empty(_COLOURS, dtype=np.int32)
    place[found] = np.arange(len(found))
    counts = np.zeros(len(found), dtype=np.int64)
    for pixels in packed[:: max(1, -(-len(packed) // _COUNTED))]:
        counts += np.bincount(place[pixels], minlength=len(found))
    return found.astype(np.uint32), np.maximum(counts, 1)


def _fill(colours: npt.NDArray[np.uint32], weights: npt.NDArray[np.int64], free: int) -> Pixels:
    # Rare colours count a little more than their area: a thin line matters as much as a wide edge.
    repeats = np.ceil(np.sqrt(weights)).astype(int)
    strip = Image.fromarray(np.repeat(_unpack(colours), repeats, axis=0)[None, :, :])
    chosen = strip.quantize(colors=free, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    flat = np.array((chosen.getpalette() or [])[: 3 * free], dtype=np.uint8)
    return flat.reshape(-1, 3)


def index_image(image: Pixels, palette: Pixels) -> npt.NDArray[np.uint8]:
    """Replace every pixel by the number of the nearest colour of the palette; no dithering."""
    return index_images([image], palette)[0]


def index_images(images: Sequence[Pixels], palette: Pixels) -> list[npt.NDArray[np.uint8]]:
    """Replace every pixel of some images by the number of the nearest colour of one palette; no dithering."""
    packed = [_pack(image) for image in images]
    is_found = np.zeros(_COLOURS, dtype=bool)
    for pixels in packed:
        is_found[pixels.ravel()] = True
    found = np.flatnonzero(is_found).astype(np.uint32)
    wanted, have = _unpack(found).astype(np.int32), palette.astype(np.int32)
    nearest = np.zeros(_COLOURS, dtype=np.uint8)
    for start in range(0, len(found), 8192):
        chunk = wanted[start : start + 8192, None, :] - have[None, :, :]
        nearest[found[start : start + 8192]] = np.argmin((chunk**2).sum(axis=2), axis=1)
    return [nearest[pixels] for pixels in packed]


def to_image(indices: npt.NDArray[np.uint8], palette: Pixels) -> Image.Image:
    """Make a palette image of numbers and colours."""
    image = Image.frombytes("P", (indices.shape[1], indices.shape[0]), np.ascontiguousarray(indices).tobytes())
    image.putpalette(palette.ravel().tolist())
    return image
