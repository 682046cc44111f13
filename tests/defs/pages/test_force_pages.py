"""Where a police force's map is, whether one page holds it or several."""

from pathlib import Path

import pandas as pd

from crime_dagster.defs.pages.borough_pages import link_force_maps


def test_every_force_with_a_map_is_listed_and_a_force_of_several_leads_to_their_list(tmp_path: Path):
    (tmp_path / "maps").mkdir()
    for name in ("total", "total-kent-police", "total-avon-police-1", "total-avon-police-2"):
        (tmp_path / "maps" / f"{name}.html").touch()
    pages = pd.DataFrame({"group": ["Avon Police", "Avon Police", "Kent Police", "Dorset Police", ""]})
    found = link_force_maps(tmp_path, pages, "total", "../")
    assert [(one.label, one.href) for one in found] == [
        ("Avon", "../maps/total.html#region-avon-police-1"),
        ("Kent", "../maps/total-kent-police.html"),
    ]
