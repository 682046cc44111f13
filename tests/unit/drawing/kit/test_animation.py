import numpy as np

from crime_dagster.drawing.kit.palette import leave_unchanged, merge_equal


def frames(*values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.uint8)[:, None, :]


def test_equal_frames_are_one_that_stands_longer():
    kept, times = merge_equal(frames([1, 2], [1, 2], [3, 2], [1, 2], [1, 2]), [10, 20, 30, 40, 50])
    assert kept.tolist() == frames([1, 2], [3, 2], [1, 2]).tolist()
    assert times == [30, 30, 90]


def test_one_frame_stays():
    kept, times = merge_equal(frames([1, 2]), [10])
    assert (kept.tolist(), times) == ([[[1, 2]]], [10])
    assert leave_unchanged(kept, 9).tolist() == [[[1, 2]]]


def test_what_did_not_change_is_left_out_and_what_comes_back_is_not():
    found = leave_unchanged(frames([1, 2, 3], [1, 5, 3], [1, 2, 4]), 9)
    assert found.tolist() == frames([1, 2, 3], [9, 5, 9], [9, 2, 4]).tolist()
