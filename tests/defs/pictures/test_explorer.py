"""The pages of the explorer: one of all areas and one per police force."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from crime_dagster.core.settings import Settings
from crime_dagster.defs.pictures import explorer
from tests.unit.drawing.findings import name_year

FORCES = ("North Police", "South Police")


@dataclass(frozen=True)
class Content:
    areas: object
    forces: object
    types: tuple[object, ...]
    stamp: SimpleNamespace


def test_the_page_of_a_force_tells_changes_in_the_recording_of_that_force_alone(tmp_path: Path, monkeypatch):
    drawn: list[str] = []

    def draw(own: Content, *_: object) -> str:
        drawn.append(own.stamp.note)
        return "<head>"

    content = Content(SimpleNamespace(codes=[]), None, (), SimpleNamespace(place="Wex", note="whole"))
    regions = [SimpleNamespace(force=force, name=force, name_page=lambda _: "page.html") for force in FORCES]
    monkeypatch.setattr(explorer, "read_explorer", lambda *_: content)
    monkeypatch.setattr(explorer, "divide", lambda *_: regions)
    monkeypatch.setattr(explorer, "build_stamp", lambda *_, note, **__: SimpleNamespace(place="Wex", note=note))
    monkeypatch.setattr(explorer, "draw_explorer", draw)
    year = name_year(changes="A new system.", force_changes={"South Police": "A new system."}, provisional="March.")
    explorer._save_explorer(Settings(tmp_path, tmp_path), [year])
    assert drawn == ["March.", "March. A new system.", "whole"]
