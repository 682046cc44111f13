"""The file of scenarios that people edit: YAML with a list `scenarios` and a part `officers`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.core.yaml_files import parse_yaml
from crime_dagster.modelling.what_if.officers import DRACA, Evidence
from crime_dagster.modelling.what_if.scenarios import Scenario, read_scenario

PARTS = ("scenarios", "officers")
OFFICERS = ("change", "direction", "elasticity", "range", "source")
LONGEST_FOUND = 300
EXPECTED = (
    f"YAML with a list `scenarios` (each with `feature`) and optionally `officers` with {', '.join(OFFICERS)}; "
    "the elasticity within its range, the change above -100 %"
)
REMEDY = "correct the file, or delete it to have the scenarios that come with the project"


@dataclass(frozen=True)
class ScenarioFile:
    """What a run answers: scenarios, of which the first is drawn, and the question of officers if it is asked."""

    scenarios: tuple[Scenario, ...]
    evidence: Evidence | None


def read_scenario_file(text: str, file: Path | str) -> ScenarioFile:
    """Read the YAML of a file of scenarios; the file is only named in messages."""
    said = parse_yaml(text, file, EXPECTED, REMEDY)
    if not isinstance(said, Mapping) or not set(said) <= set(PARTS):
        found = ", ".join(map(str, said)) if isinstance(said, Mapping) else type(said).__name__
        raise _refuse(file, found)
    listed = said.get("scenarios") or []
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise _refuse(file, f"scenarios: {listed!r}")
    return ScenarioFile(tuple(read_scenario(one, file) for one in listed), _read_officers(said.get("officers"), file))


def _read_officers(said: Any, file: Path | str) -> Evidence | None:
    if not said:
        return None
    if not isinstance(said, Mapping) or not set(said) <= set(OFFICERS):
        raise _refuse(file, f"officers: {said!r}")
    # A change of officers is written as every other change is, and read by the same rules.
    wanted = {key: said[key] for key in ("change", "direction") if key in said}
    change = read_scenario({"feature": "officers", "change": "20%", **wanted}, file).change
    try:
        elasticity = float(said.get("elasticity", DRACA.elasticity))
        lowest, highest = sorted(float(end) for end in said.get("range", (DRACA.lowest, DRACA.highest)))
    except (TypeError, ValueError, OverflowError) as error:
        raise _refuse(file, f"officers: {error}") from error
    if not (lowest <= elasticity <= highest and -1 < change <= 5):
        raise _refuse(file, f"officers: change {change:g}, elasticity {elasticity:g}, range {lowest:g} to {highest:g}")
    return Evidence(change, elasticity, lowest, highest, str(said.get("source") or DRACA.source))


def _refuse(file: Path | str, found: str) -> InputError:
    return InputError(file=file, found=found[:LONGEST_FOUND], expected=EXPECTED, remedy=REMEDY)
