"""Write one kind of file repeatedly until killed; `begun` is set after the first.

A file's length depends on its version, so that half of one or a mixture of two can be recognised.
"""

import itertools
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
import pandas as pd

from crime_dagster.core.artefacts import ZIP, write_artefact
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.records import StepRecord, write_record
from crime_dagster.defs.release.releases import name_next_release, point_to
from crime_dagster.drawing.kit.finish import save_gif, save_page
from crime_dagster.drawing.kit.stamp import Stamp

STAMP = Stamp("Nowhere", True, "2025", ("Nobody",), "No licence", "")


def write_table(folder: Path, number: int) -> None:
    write_parquet(pd.DataFrame({"number": np.full(20_000 + number, number)}), folder / "table.parquet")


def write_model(folder: Path, number: int) -> None:
    write_artefact(folder / "model.skops", ZIP + bytes([number % 256]) * 500_000, {"number": number})


def write_gif(folder: Path, number: int) -> None:
    frames = [np.full((120, 160, 3), (number * 7 + step) % 256, dtype=np.uint8) for step in (0, 90)]
    save_gif(frames, folder / "moving.gif", 1, STAMP, "Two colours.")


def write_map(folder: Path, number: int) -> None:
    save_page(f"<!doctype html>{number:06d}<p>" + "x" * 500_000 + f"{number:06d}</html>", folder / "map.html")


def write_step(folder: Path, number: int) -> None:
    outputs = {f"file {one}": str(number) for one in range(2_000)}
    write_record(StepRecord("code", "config", {}, outputs, str(number)), folder / "step.json")


def publish(folder: Path, number: int) -> None:
    release = name_next_release(folder / "releases")
    partial = release.with_name(f".{release.name}.partial")
    partial.mkdir(exist_ok=True)
    for one in range(20):
        (partial / f"{one}.html").write_text(f"{number}")
    partial.rename(release)
    point_to(folder / "published", release)


KINDS = {
    "table": write_table,
    "model": write_model,
    "GIF": write_gif,
    "map": write_map,
    "record": write_step,
    "publish": publish,
}


def write_until_killed(kind: str, folder: Path, begun: Event) -> None:
    for version in itertools.count(1):
        KINDS[kind](folder, version)
        begun.set()
