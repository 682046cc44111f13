"""Frames of numbers, made small: equal ones stored once, and in each only what changed since the one before."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint8]


def merge_equal(frames: Numbers, times: list[int]) -> tuple[Numbers, list[int]]:
    """Let one frame stand for those after it that are the same.

    Args:
        frames: Frames x height x width.
        times: How long each stands.

    Returns:
        The frames that differ from the one before, and how long each stands now.
    """
    kept, lasting = [0], [times[0]]
    for number in range(1, len(frames)):
        if np.array_equal(frames[number], frames[kept[-1]]):
            lasting[-1] += times[number]
        else:
            kept.append(number)
            lasting.append(times[number])
    return frames[kept], lasting


def leave_unchanged(frames: Numbers, number: int) -> Numbers:
    """Put one number in the place of every pixel that is as in the frame before: it is drawn as see-through.

    Args:
        frames: Frames x height x width.
        number: What no pixel has.

    Returns:
        As many frames; the first is whole.
    """
    is_unchanged = frames[1:] == frames[:-1]
    return np.concatenate([frames[:1], np.where(is_unchanged, np.uint8(number), frames[1:])])
