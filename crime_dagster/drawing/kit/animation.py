"""Compression of frames: equal ones are stored once, and each has only its changes from the one before."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint8]


def merge_equal(frames: Numbers, times: list[int]) -> tuple[Numbers, list[int]]:
    """Merge equal consecutive frames (frames x height x width), adding up their times."""
    kept, lasting = [0], [times[0]]
    for number in range(1, len(frames)):
        if np.array_equal(frames[number], frames[kept[-1]]):
            lasting[-1] += times[number]
        else:
            kept.append(number)
            lasting.append(times[number])
    return frames[kept], lasting


def leave_unchanged(frames: Numbers, number: int) -> Numbers:
    """Replace every pixel that is unchanged from the frame before by one number that no pixel has."""
    marked = frames.copy()
    np.copyto(marked[1:], number, where=frames[1:] == frames[:-1])
    return marked
