"""Parse and validate the entries of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import parse_address
from crime_dagster.sources.catalogue.entry import KINDS, NEEDS, READER_NAMES, Source, SourceColumn


def parse_source(key: str, entry: Any, file: str) -> Source:
    """Turn the entry of `publisher/thing` in a YAML file into a source; a malformed one is refused."""
    if not isinstance(entry, dict):
        raise _refuse(file, key, repr(entry), "a mapping of fields")
    publisher, slash, thing = key.partition("/")
    if not (slash and publisher and thing):
        raise _refuse(file, key, f"key '{key}'", "a key of the form publisher/thing")
    given = dict(entry)
    columns = given.pop("columns", None)
    if not isinstance(columns, dict) or not columns:
        raise _refuse(file, f"{key}.columns", repr(columns), "a mapping of landed names to headers")
    ranges = given.pop("ranges", {})
    for name in ("patterns", "unique", "missing"):
        given[name] = _as_tuple(file, f"{key}.{name}", given.get(name, ()))
    if "download" in given:
        try:
            given["download"] = parse_address(given["download"])
        except ValueError as error:
            expected = "an address as described at the top of the catalogue"
            raise _refuse(file, f"{key}.download", str(error), expected) from error
    parsed = [_parse_column(file, f"{key}.columns.{name}", str(name), spec) for name, spec in columns.items()]
    try:
        found = find_ranges([column.name for column in parsed if column.is_number], ranges)
    except ValueError as error:
        expected = "globs of numeric columns, each with [lowest, highest]"
        raise _refuse(file, f"{key}.ranges", str(error), expected) from error
    with_ranges = tuple(replace(column, range=found.get(column.name)) for column in parsed)
    try:
        source = Source(publisher=publisher, thing=thing, columns=with_ranges, **given)
    except TypeError as error:
        raise _refuse(file, key, str(error), "the fields of crime_dagster.sources.catalogue.entry.Source") from error
    _validate(source, file)
    return source


def find_ranges(names: Sequence[str], ranges: Any) -> dict[str, tuple[float, float]]:
    """The lowest and highest plausible value of each numeric column that has them.

    Ranges are given by glob of landed names, of which the first that fits counts.

    Raises:
        ValueError: A range is not a pair of numbers, the lower first, or fits no column.
    """
    if not isinstance(ranges, dict):
        raise ValueError(repr(ranges))
    found: dict[str, tuple[float, float]] = {}
    for glob, pair in ranges.items():
        if not _is_range(pair):
            raise ValueError(f"{glob}: {pair!r}")
        fitting = [name for name in names if fnmatchcase(name, str(glob))]
        if not fitting:
            raise ValueError(f"{glob}: no numeric column of that name")
        for name in fitting:
            found.setdefault(name, (float(pair[0]), float(pair[1])))
    return found


def _is_range(pair: Any) -> bool:
    if not isinstance(pair, list) or len(pair) != 2:
        return False
    return all(isinstance(edge, (int, float)) and not isinstance(edge, bool) for edge in pair) and pair[0] < pair[1]


def _parse_column(file: str, where: str, name: str, spec: Any) -> SourceColumn:
    given = {"headers": spec} if isinstance(spec, list) else spec
    if not isinstance(given, dict) or "range" in given:
        expected = "a list of headers, or a mapping with `headers` or `spread`; ranges are below the columns"
        raise _refuse(file, where, repr(spec), expected)
    given = {**given, "headers": _as_tuple(file, f"{where}.headers", given.get("headers", ()))}
    try:
        column = SourceColumn(name=name, **given)
    except TypeError as error:
        expected = "the fields of crime_dagster.sources.catalogue.entry.SourceColumn"
        raise _refuse(file, where, str(error), expected) from error
    if column.kind not in KINDS:
        raise _refuse(file, f"{where}.kind", column.kind, f"one of {', '.join(KINDS)}")
    if not column.headers and column.spread is None:
        raise _refuse(file, where, repr(spec), "`headers`, `spread` or both")
    if column.spread is not None:
        _find_group(file, f"{where}.spread", column.spread)
    return column


def _find_group(file: str, where: str, pattern: str) -> str:
    """The name of the one named group of a pattern."""
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise _refuse(file, where, f"{pattern} ({error})", "a regular expression") from error
    if len(groups) != 1:
        raise _refuse(file, where, pattern, "a regular expression with one named group")
    return next(iter(groups))


def _validate(source: Source, file: str) -> None:
    unknown = set(source.unique) - set(source.landed_names)
    is_wide, has_spread = source.reader == "wide", source.spread_name is not None
    vintage, need = source.lsoa_vintage, source.needed_for
    for is_fault, name, found, expected in (
        (source.reader not in READER_NAMES, "reader", source.reader, f"one of {', '.join(READER_NAMES)}"),
        (not source.patterns, "patterns", "none", "at least one glob of the file's name"),
        (is_wide != has_spread, "columns", f"reader {source.reader}", "`spread` in the reader `wide` only"),
        (vintage not in (None, "2011", "2021"), "lsoa_vintage", repr(vintage), "'2011', '2021' or null"),
        (need not in (None, *NEEDS), "needed_for", repr(need), f"one of {', '.join(NEEDS)}"),
        (bool(unknown), "unique", ", ".join(sorted(unknown)), "names of landed columns"),
    ):
        if is_fault:
            raise _refuse(file, f"{source.key}.{name}", found, expected)
    if "partition" in source.options:
        where, pattern = f"{source.key}.options.partition", source.options["partition"]
        if _find_group(file, where, pattern) != "month":
            raise _refuse(file, where, pattern, "a regular expression with the group `month`")


def _as_tuple(file: str, where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise _refuse(file, where, repr(value), "a list of texts (quote what YAML reads as a number)")
    return tuple(value)


def _refuse(file: str, where: str, found: str, expected: str) -> InputError:
    remedy = "correct this entry of the catalogue of sources"
    return InputError(file=file, column=where, found=found, expected=expected, remedy=remedy)
