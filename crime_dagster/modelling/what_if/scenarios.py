"""What-if scenarios as people write them in a file, and a check that they can be answered."""

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.core.yaml_files import parse_yaml
from crime_dagster.modelling.what_if.officers import DRACA, StudyEstimates

RELATIVE, ABSOLUTE = "relative", "absolute"
KINDS = (RELATIVE, ABSOLUTE)
DIRECTIONS = ("up", "down")
LONGEST_NAME = 100
KEYS = (
    *("name", "feature", "change", "kind", "direction", "percentile"),
    *("boroughs", "areas", "crime_types", "force"),
)
BUSIEST = 90.0
CHANGES = (-1.0, 5.0)
LONGEST_FOUND = 300
PER_CENT = re.compile(r"\s*(?P<number>[+-]?\d+(\.\d+)?)\s*%\s*")
ALL = "all"


@dataclass(frozen=True)
class Scenario:
    """One feature, changed in the areas with most predicted crime."""

    name: str  # as in files and tables
    feature: str
    change: float = -0.2  # relative change, -0.2 is 20 % less; or, for `absolute`, an amount in the feature's own unit
    # Areas at or above this percentile of predicted crime are changed, of all or of those named; 90 is the top tenth.
    percentile: float = BUSIEST
    kind: str = RELATIVE  # `relative` or `absolute`
    crime_types: tuple[str, ...] = ()  # all types if empty
    boroughs: tuple[str, ...] = ()  # names or codes of the boroughs where areas are changed; all if no place is named
    areas: tuple[str, ...] = ()  # names or codes of further areas; the codes of all areas once resolved
    place: str = ""  # the resolved places in words; empty for the whole city
    force: bool = False  # answer even if most areas would be outside the known range

    def concerns(self, crime_type: str) -> bool:
        return not self.crime_types or crime_type in self.crime_types


def read_scenario(said: Mapping[str, Any], file: Path | str | None = None) -> Scenario:
    """Parse a scenario as written in a file, which is only named in messages.

    It has `feature`; optional `name`, `change` (a share, "20%", or an amount), `kind`, `direction` ("up" or "down", for
    a change without a sign), `boroughs`, `areas`, `percentile` (90; with boroughs or areas 0, which is all of these),
    `crime_types` ("all" or a list), `force`.
    """
    for key in said:
        _require_word("key", str(key), KEYS, file)
    feature = said.get("feature")
    if not feature:
        expected = "the name of a column of lsoa_features with the role `feature`"
        remedy = "add `feature: <name>` to the scenario"
        raise _refuse("feature", f"no feature in {dict(said)!r}", expected, file, remedy)
    kind = _require_word("kind", str(said.get("kind") or RELATIVE), KINDS, file)
    change = _read_change(said.get("change", -0.2), str(said.get("direction") or ""), kind, file)
    boroughs, areas, types = (_read_names(said.get(key)) for key in ("boroughs", "areas", "crime_types"))
    percentile = _read_number("percentile", said.get("percentile", 0 if boroughs or areas else BUSIEST), file)
    name = str(said.get("name") or _name(str(feature), change, percentile, kind, (*boroughs, *areas)))
    if len(name) > LONGEST_NAME:
        expected = f"at most {LONGEST_NAME}: it is in the titles of charts"
        raise _refuse("name", f"a name of {len(name)} letters", expected, file, "shorten the name")
    force = said.get("force") or False
    if not isinstance(force, bool):
        raise _refuse("force", repr(force), "true or false", file)
    return Scenario(name, str(feature), change, percentile, kind, types, boroughs, areas, force=force)


def check_scenario(scenario: Scenario, allowed: Sequence[str], crime_types: Sequence[str] = ()) -> None:
    """Refuse a scenario that cannot be answered; the message lists what is allowed, the likeliest first."""
    lowest, highest = CHANGES
    is_share = scenario.kind == RELATIVE
    _require(scenario, "feature", scenario.feature, scenario.feature in allowed, _list(scenario.feature, allowed))
    _require(scenario, "kind", scenario.kind, scenario.kind in KINDS, _list(scenario.kind, KINDS))
    is_possible = lowest <= scenario.change <= highest if is_share else math.isfinite(scenario.change)
    expected = f"a share from {lowest:g} to {highest:g}; -0.2 or -20% is 20 % less" if is_share else "an amount"
    _require(scenario, "change", scenario.change, is_possible, expected)
    is_possible = scenario.percentile == 0 or 1 <= scenario.percentile < 100
    expected = "a percentile from 0 (every area) to below 100, and no share of 1; 90 is the top tenth"
    _require(scenario, "percentile", scenario.percentile, is_possible, expected)
    for name in scenario.crime_types if crime_types else ():
        _require(scenario, "crime_types", name, name in crime_types, _list(name, crime_types))


def check_scenarios(scenarios: Sequence[Scenario], allowed: Sequence[str], crime_types: Sequence[str] = ()) -> None:
    """Refuse scenarios that cannot be answered or have the same name."""
    names = set[str]()
    for scenario in scenarios:
        check_scenario(scenario, allowed, crime_types)
        _require(scenario, "name", scenario.name, scenario.name not in names, "a name of its own for each scenario")
        names.add(scenario.name)


def find_places(scenario: Scenario, lsoas: pd.DataFrame) -> Scenario:
    """Resolve a scenario's places to area codes and words; of an unknown one, the nearest names are listed."""
    chosen, names = set[str](), list[str]()
    for column, kind, said in (("boroughs", "borough", scenario.boroughs), ("areas", "area", scenario.areas)):
        code = "borough_code" if kind == "borough" else "lsoa_code"
        words = lsoas[code].str.casefold(), lsoas[f"{kind}_name"].str.casefold()
        for one in said:
            rows = lsoas[(words[0] == one.strip().casefold()) | (words[1] == one.strip().casefold())]
            known = sorted(lsoas[f"{kind}_name"].dropna().unique())
            near = difflib.get_close_matches(one, known, n=5, cutoff=0.4)
            expected = f"the name or code of {'a borough' if kind == 'borough' else 'an area'}, such as "
            _require(scenario, column, one, not rows.empty, expected + ", ".join(near or known[:5]))
            chosen |= {*rows["lsoa_code"]}
            names.append(str(rows[f"{kind}_name"].iloc[0]))
    if not names:
        return scenario
    shown = ", ".join(names[:3]) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} more places"
    return replace(scenario, areas=tuple(sorted(chosen)), place=shown)


def _refuse(
    column: str, found: str, expected: str, file: Path | str | None = None, remedy: str = "correct the scenario"
) -> InputError:
    return InputError(file=file, column=column, found=found[:LONGEST_FOUND], expected=expected, remedy=remedy)


def _require(scenario: Scenario, column: str, value: object, is_right: bool, expected: str) -> None:
    if not is_right:
        raise _refuse(column, f"{value!r} in the scenario {scenario.name}", expected)


def _require_word(column: str, value: str, allowed: Sequence[str], file: Path | str | None) -> str:
    if value not in allowed:
        raise _refuse(column, repr(value), _list(value, allowed), file)
    return value


def _list(value: str, allowed: Sequence[str]) -> str:
    close = difflib.get_close_matches(value, allowed, n=5)
    return "one of " + ", ".join([*close, *sorted(name for name in allowed if name not in close)])


def _read_change(said: Any, direction: str, kind: str, file: Path | str | None) -> float:
    found = PER_CENT.fullmatch(said) if isinstance(said, str) and kind == RELATIVE else None
    change = float(found["number"]) / 100 if found else _read_number("change", said, file)
    if not direction:
        return change
    _require_word("direction", direction, DIRECTIONS, file)
    if change < 0:
        remedy = "write the change without its sign, or leave out the direction"
        expected = "a sign or a direction, not both"
        raise _refuse("change", f"{said} with the direction {direction}", expected, file, remedy)
    return change if direction == "up" else -change


def _read_number(column: str, said: Any, file: Path | str | None) -> float:
    try:
        if isinstance(said, bool):
            raise TypeError
        return float(said)
    except (TypeError, ValueError, OverflowError):
        expected = "a number" + (", or a share as 20%" if column == "change" else "")
        raise _refuse(column, repr(said), expected, file) from None


def _read_names(said: Any) -> tuple[str, ...]:
    """Return a list of names, given one or several; empty means all."""
    names = said if isinstance(said, list | tuple) else [said]
    return () if said in (None, ALL) else tuple(map(str, names))


def _name(feature: str, change: float, percentile: float, kind: str, places: Sequence[str]) -> str:
    size = f"{change:+.4g}" if kind == ABSOLUTE else f"{100 * change:+.4g} %"
    where = [f"top {100 - percentile:g} %"] if percentile or not places else []
    return ", ".join([f"{feature} {size}", *where, *places])


PARTS = ("scenarios", "officers")
OFFICERS = ("change", "direction", "elasticity", "range", "source")
EXPECTED = (
    f"YAML with a list `scenarios` (each with `feature`) and optionally `officers` with {', '.join(OFFICERS)}; "
    "the elasticity within its range, the change above -100 %"
)
REMEDY = "correct the file, or delete it to have the scenarios that come with the project"


@dataclass(frozen=True)
class ScenarioFile:
    """The what-ifs of a run: scenarios, of which the first is drawn, and the officers question if it is asked."""

    scenarios: tuple[Scenario, ...]
    evidence: StudyEstimates | None


def read_scenario_file(text: str, file: Path | str) -> ScenarioFile:
    """Read the YAML of a file of scenarios; the file is only named in messages."""
    said = parse_yaml(text, file, EXPECTED, REMEDY)
    if not isinstance(said, Mapping) or not set(said) <= set(PARTS):
        found = ", ".join(map(str, said)) if isinstance(said, Mapping) else type(said).__name__
        raise _refuse_file(file, found)
    listed = said.get("scenarios") or []
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise _refuse_file(file, f"scenarios: {listed!r}")
    return ScenarioFile(tuple(read_scenario(one, file) for one in listed), _read_officers(said.get("officers"), file))


def _read_officers(said: Any, file: Path | str) -> StudyEstimates | None:
    if not said:
        return None
    if not isinstance(said, Mapping) or not set(said) <= set(OFFICERS):
        raise _refuse_file(file, f"officers: {said!r}")
    # A change of officers is written like every other change, and parsed by the same rules.
    wanted = {key: said[key] for key in ("change", "direction") if key in said}
    change = read_scenario({"feature": "officers", "change": "20%", **wanted}, file).change
    try:
        elasticity = float(said.get("elasticity", DRACA.elasticity))
        lowest, highest = sorted(float(end) for end in said.get("range", (DRACA.lowest, DRACA.highest)))
    except (TypeError, ValueError, OverflowError) as error:
        raise _refuse_file(file, f"officers: {error}") from error
    if not (lowest <= elasticity <= highest and -1 < change <= 5):
        found = f"officers: change {change:g}, elasticity {elasticity:g}, range {lowest:g} to {highest:g}"
        raise _refuse_file(file, found)
    return StudyEstimates(change, elasticity, lowest, highest, str(said.get("source") or DRACA.source))


def _refuse_file(file: Path | str, found: str) -> InputError:
    return InputError(file=file, found=found[:LONGEST_FOUND], expected=EXPECTED, remedy=REMEDY)
