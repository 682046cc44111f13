"""Whether a data folder has what a run needs, before anything is built."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import NEEDS, Source
from crime_dagster.sources.folder.folder import is_empty
from crime_dagster.sources.folder.inventory import Inventory, take_inventory

SHOWN_FILES = 12


def require_files(catalogue: dict[str, Source], data_dir: Path, needs: Sequence[str] = ()) -> None:
    """Refuse a folder without crimes or areas, or without a source that the data set needs, by its key.

    Every other source may be absent. One message lists all that is missing.
    """
    inventory = Inventory() if is_empty(data_dir) else take_inventory(data_dir, tuple(catalogue.values()))
    unknown = [key for key in needs if key not in catalogue]
    if unknown:
        raise InputError(
            file=data_dir / "data_set.yml",
            found=f"needs: {', '.join(unknown)}",
            expected="keys of the catalogue of sources, such as mps/lsoa_crime",
            remedy="correct the list `needs` of this file",
        )
    held = {recognition.source for _, recognition in inventory.known}
    kinds = [need for need in NEEDS if need not in {source.needed_for for source in held if source is not None}]
    lacking = [catalogue[key] for key in needs if catalogue[key] not in held]
    missing = [source for source in catalogue.values() if source.needed_for in kinds or source in lacking]
    if not missing:
        return
    names = sorted([*(file.name for file, _ in inventory.known), *(one.file for one in inventory.left_out)])
    shown = ", ".join(names[:SHOWN_FILES]) + (" ..." if len(names) > SHOWN_FILES else "")
    found = f"{len(names)} files ({shown})" if names else "a folder without files"
    absent = [*[f"no {kind}" for kind in kinds], *[f"none for {source.key}" for source in lacking]]
    wanted = []
    for source in missing:
        need = f"{source.needed_for}, at least one: " if source.needed_for in kinds else ""
        wanted.append(f"{need}{source.key}: a file named like {source.named_like}")
    pages = [f"{source.key}: {source.title}, {source.landing_page}" for source in missing]
    raise InputError(
        file=data_dir,
        found=f"{found}, and {', '.join(absent)}" + _items(inventory.describe()),
        expected="in this folder or below it" + _items(wanted),
        remedy="check that CRIME_DATA_DIR names the right folder, or download what is missing" + _items(pages),
    )


def _items(lines: list[str]) -> str:
    return "".join(f"\n            - {line}" for line in lines)
