"""A small palette for an image or all frames of a GIF: the theme's colours first, then the image's own; equal frames.

A free quantiser would change the hue of the few pixels of a break line; here the theme's colours stay exact.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image
from PIL.ImageColor import getrgb

from crime_dagster.drawing.kit import theme

Pixels = npt.NDArray[np.uint8]
_COUNTED = 4


def flatten(image: Pixels) -> Pixels:
    """Return an image, height x width x 3 or 4 with opacity, as it is on the light background."""
    colours, opacity = image[:, :, :3], image[:, :, 3:]
    if not opacity.size:
        return image
    if opacity.min() == 255:  # Pillow takes half as long as a copy of the slice
        return np.asarray(Image.fromarray(image).convert("RGB"))
    ground = np.array(getrgb(theme.LIGHT.ground), dtype=float)
    return np.round(colours * (opacity / 255.0) + ground * (1 - opacity / 255.0)).astype(np.uint8)


def _pack(pixels: Pixels) -> npt.NDArray[np.uint32]:
    packed = pixels[..., 0].astype(np.uint32)
    for channel in (1, 2):
        packed <<= 8
        packed |= pixels[..., channel]
    return packed


def _unpack(packed: npt.NDArray[np.uint32]) -> Pixels:
    return np.stack([packed >> 16, (packed >> 8) & 255, packed & 255], axis=-1).astype(np.uint8)


def reduce_colours(images: Sequence[Pixels], colours: int) -> tuple[Pixels, list[Pixels]]:
    """Build one palette for some images, and replace every pixel by the index of the nearest colour; no dithering.

    The palette has at most `colours`: the theme's that occur come first and are exact, the rest is found in the images
    by median cut.
    """
    # Each colour of an image once, with its pixels: pictures have some hundred colours and a million pixels.
    places, own = zip(*(_number_colours(image) for image in images), strict=True)
    found = np.unique(np.concatenate(own))
    numbers = [np.searchsorted(found, each) for each in own]
    counts = np.zeros(len(found), dtype=np.int64)
    # Frames of one GIF are similar: a sample of them is counted.
    for place, number in list(zip(places, numbers, strict=True))[:: max(1, -(-len(images) // _COUNTED))]:
        counts[number] += np.bincount(place.ravel(), minlength=len(number))
    palette = _choose(found, np.maximum(counts, 1), colours)
    nearest = _find_nearest(_unpack(found), palette)
    return palette, [nearest[number][place] for place, number in zip(places, numbers, strict=True)]


def _number_colours(image: Pixels) -> tuple[npt.NDArray[np.unsignedinteger], npt.NDArray[np.uint32]]:
    pixels = _pack(image).ravel()
    # Most pixels are as the one before them.
    starts = np.flatnonzero(np.append(True, pixels[1:] != pixels[:-1]))
    place, found = pd.factorize(pixels[starts])
    lengths = np.diff(starts, append=len(pixels))
    return np.repeat(place.astype(np.min_scalar_type(len(found))), lengths).reshape(image.shape[:2]), found


def _choose(found: npt.NDArray[np.uint32], counts: npt.NDArray[np.int64], colours: int) -> Pixels:
    roles = np.array([getrgb(colour) for colour in theme.palette_roles()], dtype=np.uint8)
    used = roles[np.isin(_pack(roles), found)]
    is_other = ~np.isin(found, _pack(roles))
    free = colours - len(used)
    if free < 0:
        raise ValueError(f"a palette of {colours} cannot hold {len(used)} colours of the theme")
    others, weights = found[is_other], counts[is_other]
    if len(others) <= free:
        return np.concatenate([used, _unpack(others)])
    return np.concatenate([used, _fill(others, weights, free)])


def _fill(colours: npt.NDArray[np.uint32], weights: npt.NDArray[np.int64], free: int) -> Pixels:
    # Rare colours get extra weight: a thin line matters as much as a wide edge.
    repeats = np.ceil(np.sqrt(weights)).astype(int)
    strip = Image.fromarray(np.repeat(_unpack(colours), repeats, axis=0)[None, :, :])
    chosen = strip.quantize(colors=free, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    flat = np.array((chosen.getpalette() or [])[: 3 * free], dtype=np.uint8)
    return flat.reshape(-1, 3)


def _find_nearest(wanted: Pixels, palette: Pixels) -> Pixels:
    # Squared distances without the constant part: integers, exact as floats.
    have = palette.astype(np.float32)
    sizes, nearest = (have**2).sum(axis=1), np.empty(len(wanted), dtype=np.uint8)
    for start in range(0, len(wanted), 8192):
        chunk = wanted[start : start + 8192].astype(np.float32)
        nearest[start : start + 8192] = np.argmin(sizes - 2 * chunk @ have.T, axis=1)
    return nearest


def to_image(indices: npt.NDArray[np.uint8], palette: Pixels) -> Image.Image:
    image = Image.frombytes("P", (indices.shape[1], indices.shape[0]), np.ascontiguousarray(indices).tobytes())
    image.putpalette(palette.ravel().tolist())
    return image


def merge_equal(frames: Pixels, times: list[int]) -> tuple[Pixels, list[int]]:
    """Merge equal consecutive frames (frames x height x width), adding up their times."""
    kept, lasting = [0], [times[0]]
    for number in range(1, len(frames)):
        if np.array_equal(frames[number], frames[kept[-1]]):
            lasting[-1] += times[number]
        else:
            kept.append(number)
            lasting.append(times[number])
    return frames[kept], lasting


def leave_unchanged(frames: Pixels, number: int) -> Pixels:
    """Replace every pixel that is unchanged from the frame before by one number that no pixel has."""
    marked = frames.copy()
    np.copyto(marked[1:], number, where=frames[1:] == frames[:-1])
    return marked
