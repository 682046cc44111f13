"""Every table of a data folder, damaged in every way, and the result of landing it."""

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import geopandas as gpd

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from tests.mutations.kinds import DAMAGES, Damage
from tests.mutations.maps import MAP_DAMAGES, MapDamage, name_map, read_map
from tests.mutations.tables import Outcome, Table, land_folder, list_tables, write_csv

RIGHT, REFUSED, WARNED, ASTRAY, SILENT, CRASHED = "right", "refused", "warned", "astray", "silent", "traceback"
NOT_TRIED = "not tried"
VERDICTS = (RIGHT, REFUSED, WARNED, ASTRAY, SILENT, CRASHED)
# Forbidden results. ASTRAY: a message does not name the problem, or leaves figures that it spoils.
WRONG = (ASTRAY, SILENT, CRASHED)
# If a mark cannot be distinguished from a figure, the rows stay and the mark is named.
KEPT = "are kept"


@dataclass(frozen=True)
class Verdict:
    """The result of one damage to one table."""

    source: str
    name: str
    damage: str
    verdict: str
    words: str


def try_folder(data_dir: Path) -> Iterator[Verdict]:
    """Damage each table and map of a data folder, and land the result."""
    catalogue = load_catalogue()
    for table in list_tables(catalogue, data_dir):
        yield from _try_table(table)
    for source in catalogue.values():
        if source.reader == "boundaries":
            yield from _try_map(source, data_dir)


def describe(verdicts: list[Verdict]) -> str:
    """Return a Markdown table of damage by verdict, then what was wrong and what could not be tried."""
    tried = [one for one in verdicts if one.verdict in VERDICTS]
    counts = Counter((one.damage, one.verdict) for one in tried)
    lines = [f"| damage | {' | '.join(VERDICTS)} |", f"|---|{'---|' * len(VERDICTS)}"]
    for damage in dict.fromkeys(one.damage for one in tried):
        lines.append(f"| {damage} | {' | '.join(str(counts[damage, verdict]) for verdict in VERDICTS)} |")
    shown = [one for one in verdicts if one.verdict in (*WRONG, NOT_TRIED)]
    return "\n".join(
        [*lines, *(f"- {one.verdict}, {one.damage}, {one.source}, {one.name}: {one.words}" for one in shown)]
    )


def _try_table(table: Table) -> Iterator[Verdict]:
    write = partial(_write_table, table)
    clean = _land(table.source, write)
    if clean is None or clean.error or clean.crash:
        yield _pass_over(table.source, table.name, clean)
        return
    for damage in DAMAGES:
        if damage.spoiled is not None and "blocks" in table.source.options:
            # Without some of its records its blocks cannot be distinguished: there is nothing to compare with.
            continue
        found = _land(table.source, partial(damage.put, table))
        if found is not None:
            expected = clean if damage.spoiled is None else _land(table.source, partial(_write_others, table, damage))
            yield _judge(clean, expected, found, damage, table.source, table.name)


def _try_map(source: Source, data_dir: Path) -> Iterator[Verdict]:
    shapes = read_map(source, data_dir)
    if shapes is None:
        return
    name = partial(name_map, source)
    clean = _land(source, lambda folder: _write_map(shapes, folder / name(".gpkg")))
    if clean is None or clean.error or clean.crash:
        yield _pass_over(source, name(""), clean)
        return
    for damage in MAP_DAMAGES:
        found = _land(source, partial(damage.put, shapes, name))
        if found is not None:
            yield _judge(clean, clean, found, damage, source, name(""))


def _write_table(table: Table, folder: Path) -> Path:
    return write_csv(table.as_rows(), folder / table.csv_name)


def _write_others(table: Table, damage: Damage, folder: Path) -> Path:
    """The table without the records that a damage spoils."""
    spoiled = set(damage.spoiled(table)) if damage.spoiled else set()
    others = [record for at, record in enumerate(table.records) if at not in spoiled]
    return _write_table(table.with_records(others), folder)


def _write_map(shapes: gpd.GeoDataFrame, path: Path) -> Path:
    shapes.to_file(path, driver="GPKG")
    return path


def _land(source: Source, write: Callable[[Path], Path | None]) -> Outcome | None:
    with tempfile.TemporaryDirectory(prefix="crime-mutation-") as name:
        folder = Path(name)
        if write(folder) is None:
            return None
        before = _stamp(folder)
        outcome = land_folder(source, folder)
        return outcome if _stamp(folder) == before else Outcome(crash="the data folder was written to")


def _stamp(folder: Path) -> list[tuple[str, int, int]]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in found]


def _judge(
    clean: Outcome, expected: Outcome | None, found: Outcome, damage: Damage | MapDamage, source: Source, name: str
) -> Verdict:
    said = [*(set(found.warnings) - set(clean.warnings)), found.error]
    naming = [words for words in said if re.search(damage.words, words)]
    words = "; ".join(said)
    if found.crash:
        verdict, words = CRASHED, found.crash
    elif found.error:
        verdict = REFUSED if naming else ASTRAY
    elif damage.is_harmless and found.figures == clean.figures:
        verdict, words = RIGHT, ""
    elif naming:
        is_true = expected is not None and found.figures == expected.figures
        verdict = WARNED if is_true or any(KEPT in said for said in naming) else ASTRAY
        words = f"{words}: {expected.figures if expected else None} expected, {found.figures} found"
    else:
        verdict, words = SILENT, f"{clean.figures} became {found.figures}; {words}"
    return Verdict(source.key, name, damage.name, verdict, " ".join(words.split())[:400])


def _pass_over(source: Source, name: str, clean: Outcome | None) -> Verdict:
    words = "it cannot be written" if clean is None else clean.crash or clean.error
    return Verdict(
        source.key, name, "whole", CRASHED if clean and clean.crash else NOT_TRIED, " ".join(words.split())[:400]
    )
