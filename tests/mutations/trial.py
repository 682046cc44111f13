"""Every table of a data folder, damaged in every way: what landing makes of it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crime_dagster.sources.catalogue import load_catalogue
from crime_dagster.sources.entry import Source
from tests.mutations.damages import DAMAGES, HARMLESS
from tests.mutations.maps import MAP_DAMAGES, name_map, read_map
from tests.mutations.tables import Outcome, Table, land_folder, list_tables, write_csv

RIGHT, REFUSED, WARNED, SILENT, CRASHED = "right", "refused", "warned", "silent", "traceback"
VERDICTS = (RIGHT, REFUSED, WARNED, SILENT, CRASHED)
# What no damage may come to.
WRONG = (SILENT, CRASHED)


@dataclass(frozen=True)
class Verdict:
    """What became of one damage of one table."""

    source: str
    name: str
    damage: str
    verdict: str
    words: str


def try_folder(data_dir: Path) -> Iterator[Verdict]:
    """Damage each table and map of a data folder, and land what came of it."""
    catalogue = load_catalogue()
    for table in list_tables(catalogue, data_dir):
        yield from _try_table(table)
    for source in catalogue.values():
        if source.reader == "boundaries":
            yield from _try_map(source, data_dir)


def describe(verdicts: list[Verdict]) -> str:
    """A Markdown table: damages by verdicts, then what was silent."""
    damages = list(dict.fromkeys(one.damage for one in verdicts))
    counts = Counter((one.damage, one.verdict) for one in verdicts)
    lines = [f"| damage | {' | '.join(VERDICTS)} |", f"|---|{'---|' * len(VERDICTS)}"]
    for damage in damages:
        cells = " | ".join(str(counts[damage, verdict]) for verdict in VERDICTS)
        lines.append(f"| {damage.replace('_', ' ')} | {cells} |")
    silent = [f"- {one.damage}, {one.source}, {one.name}: {one.words}" for one in verdicts if one.verdict in WRONG]
    return "\n".join([*lines, *silent])


def _try_table(table: Table) -> Iterator[Verdict]:
    clean = _land(table.source, lambda folder: write_csv(table.as_rows(), folder / table.csv_name))
    if clean is None or clean.error or clean.crash:
        return
    for damage in DAMAGES:
        spoiled = _land(table.source, partial(damage, table))
        if spoiled is not None:
            yield _judge(clean, spoiled, table.source.key, table.name, damage.__name__, is_harmless=damage in HARMLESS)


def _try_map(source: Source, data_dir: Path) -> Iterator[Verdict]:
    shapes = read_map(source, data_dir)
    if shapes is None:
        return
    name = partial(name_map, source)
    clean = _land(source, lambda folder: _write_map(shapes, folder / name(".gpkg")))
    if clean is None or clean.error or clean.crash:
        return
    for damage in MAP_DAMAGES:
        spoiled = _land(source, partial(damage, shapes, name))
        if spoiled is not None:
            yield _judge(clean, spoiled, source.key, name(""), damage.__name__, is_harmless=True)


def _write_map(shapes, path: Path) -> Path:
    shapes.to_file(path, driver="GPKG")
    return path


def _land(source: Source, write: Callable[[Path], Path | None]) -> Outcome | None:
    with tempfile.TemporaryDirectory(prefix="crime-mutation-") as folder:
        return land_folder(source, Path(folder)) if write(Path(folder)) is not None else None


def _judge(clean: Outcome, spoiled: Outcome, source: str, name: str, damage: str, *, is_harmless: bool) -> Verdict:
    if spoiled.crash:
        verdict, words = CRASHED, spoiled.crash
    elif spoiled.error:
        verdict, words = REFUSED, spoiled.error
    elif is_harmless and spoiled.figures == clean.figures:
        verdict, words = RIGHT, ""
    elif spoiled.set_aside > clean.set_aside or set(spoiled.warnings) - set(clean.warnings):
        verdict, words = WARNED, "; ".join(spoiled.warnings)
    else:
        verdict, words = SILENT, f"{clean.figures} became {spoiled.figures}"
    return Verdict(source, name, damage, verdict, " ".join(words.split())[:300])
