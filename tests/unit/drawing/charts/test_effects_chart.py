import numpy as np
import pytest

from crime_dagster.drawing.charts import effects_chart


@pytest.mark.parametrize(
    ("share", "inner", "expected"),
    [
        ([0.0, 0.5, 1.0], [True, True, True], [0, 1, 2]),
        ([0.0, 0.8, 0.9, 1.0], [False, True, True, True], [1]),
        ([0.0, 0.5, 0.9, 1.0], [True, False, True, True], [0, 3]),
        ([0.0, 0.99, 1.0], [False, True, False], [1]),
    ],
)
def test_ticks_that_would_print_on_each_other_are_left_out(share, inner, expected):
    assert effects_chart.choose_ticks(np.array(share), np.array(inner)) == expected
