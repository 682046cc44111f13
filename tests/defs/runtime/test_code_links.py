"""An asset's page links to its code."""

from pathlib import Path
from typing import Any

import dagster as dg

from crime_dagster.defs.pages import data_page
from crime_dagster.defs.runtime.code_links import link_code


def read_places(asset: dg.AssetsDefinition) -> list[Any]:
    (spec,) = asset.specs
    return list(spec.metadata["dagster/code_references"].code_references)


def test_a_step_is_found_behind_its_decorators():
    (asset,) = (one for one in vars(data_page).values() if isinstance(one, dg.AssetsDefinition))
    (place,) = read_places(asset)
    assert place.file_path == data_page.__file__
    linked = link_code(dg.Definitions([asset], resources={"settings": None}), "https://github.com/owner/project")
    (place,) = read_places(linked.resolve_assets_def(asset.key))
    address, _, line = place.url.partition("#L")
    assert address == "https://github.com/owner/project/tree/HEAD/crime_dagster/defs/pages/data_page.py"
    assert "@step" in Path(data_page.__file__).read_text(encoding="utf-8").splitlines()[int(line) - 1]
