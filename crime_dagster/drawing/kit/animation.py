"""Frames of numbers, made small: equal ones stored once, and in each only what changed since the one before."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint8]


def merge_equal(frames: Numbers, times: list[int]) -> tuple[Numbers, list[int]]:
    """Leave out frames (frames x height x width) that equal the one before, which then stays for the time of both."""
    kept, lasting = [0], [times[0]]
    for number in range(1, len(frames)):
        if np.array_equal(frames[number], frames[kept[-1]]):
            lasting[-1] += times[number]
        else:
            kept.append(number)
            lasting.append(times[number])
    return frames[kept], lasting


def leave_unchanged(frames: Numbers, number: int) -> Numbers:
    """Put one number, which no pixel has, in the place of every pixel that is as in the frame before."""
    is_unchanged = frames[1:] == frames[:-1]
    return np.concatenate([frames[:1], np.where(is_unchanged, np.uint8(number), frames[1:])])
