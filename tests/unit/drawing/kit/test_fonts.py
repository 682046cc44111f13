"""Pictures use the fonts bundled with matplotlib, whatever fonts a machine has."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont

from crime_dagster.drawing.kit import theme


def test_letters_come_from_matplotlib_itself():
    with theme.use_picture_style():
        found = [Path(findfont(FontProperties(weight=weight))) for weight in ("normal", "bold")]
    assert [path.name for path in found] == ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]
    assert {path.parent for path in found} == {Path(mpl.get_data_path(), "fonts", "ttf")}
