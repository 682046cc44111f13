"""Parsing and validation of catalogue entries."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import SIGNS, Source, SourceColumn, find_group

Found = TypeVar("Found")
SOURCE, COLUMN = TypeAdapter(Source), TypeAdapter(SourceColumn)
REMEDY = "correct the catalogue of sources"
EXPECTED = "an entry as described at the top of the catalogue (quote what YAML reads as a number)"


def parse_source(key: str, entry: Any, file: str) -> Source:
    """Parse the entry of `publisher/thing`; a malformed one is refused."""
    if not isinstance(entry, dict):
        raise _refuse(file, key, repr(entry), "a mapping of fields")
    publisher, slash, thing = key.partition("/")
    if not (slash and publisher and thing):
        raise _refuse(file, key, f"key '{key}'", "a key of the form publisher/thing")
    given = dict(entry)
    columns, ranges = given.pop("columns", None), given.pop("ranges", {})
    if not isinstance(columns, dict) or not columns:
        raise _refuse(file, f"{key}.columns", repr(columns), "a mapping of landed names to headers")
    parsed = []
    for name, spec in columns.items():
        fields = {"headers": spec} if isinstance(spec, list) else spec
        if not isinstance(fields, dict) or "range" in fields:
            expected = "a list of headers, or a mapping with `headers` or `spread`; ranges are below the columns"
            raise _refuse(file, f"{key}.columns.{name}", repr(spec), expected)
        parsed.append(parse(COLUMN, {"name": str(name), **fields}, file, f"{key}.columns.{name}"))
    try:
        found = find_ranges([column.name for column in parsed if column.is_number], ranges)
    except ValueError as error:
        expected = "globs of numeric columns, each with [lowest, highest]"
        raise _refuse(file, f"{key}.ranges", str(error), expected) from error
    given["rules"] = tuple(rule for text in given.get("rules", ()) for rule in _expand(str(text), [*columns]))
    with_ranges = tuple(replace(column, range=found.get(column.name)) for column in parsed)
    source = parse(SOURCE, {"publisher": publisher, "thing": thing, "columns": with_ranges, **given}, file, key)
    _validate(source, file)
    return source


def parse(kind: TypeAdapter[Found], given: dict[str, Any], file: str, where: str) -> Found:
    try:
        return kind.validate_python(given)
    except ValidationError as error:
        faults = error.errors()
        names = [".".join(part for part in one["loc"] if isinstance(part, str)) for one in faults]
        found = "; ".join(
            f"{name} {one['msg']} ({one['input']!r:.60})" for name, one in zip(names, faults, strict=True)
        )
        raise _refuse(file, ".".join([where, *filter(None, names[:1])]), found, EXPECTED) from error


def find_ranges(names: Sequence[str], ranges: Any) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest plausible value of each numeric column that has them.

    Ranges are given by glob of landed names; the first match counts.
    """
    if not isinstance(ranges, dict):
        raise ValueError(repr(ranges))
    found: dict[str, tuple[float, float]] = {}
    for glob, pair in ranges.items():
        is_pair = isinstance(pair, list) and len(pair) == 2 and all(type(edge) in (int, float) for edge in pair)
        if not is_pair or pair[0] >= pair[1]:
            raise ValueError(f"{glob}: {pair!r}, not a pair of numbers, the lower first")
        fitting = [name for name in names if fnmatchcase(name, str(glob))]
        if not fitting:
            raise ValueError(f"{glob}: no numeric column of that name")
        found = {**dict.fromkeys(fitting, (float(pair[0]), float(pair[1]))), **found}
    return found


def _expand(rule: str, names: Sequence[str]) -> list[str]:
    """Return a rule for every part of a name that `*` may be, such that each name in it is a column.

    Without one it is the rule itself, which is then refused: it would never be applied.
    """
    if "*_" not in rule:
        return [rule]
    wanted = re.findall(r"\*(_\w+)", rule)
    parts = [name.removesuffix(wanted[0]) for name in names if name.endswith(wanted[0])]
    return [rule.replace("*_", f"{part}_") for part in parts if all(part + end in names for end in wanted)] or [rule]


def _validate(source: Source, file: str) -> None:
    if (source.reader == "wide") != (source.spread_name is not None):
        expected = "`spread` in the reader `wide` only"
        raise _refuse(file, f"{source.key}.columns", f"reader {source.reader}", expected)
    if unknown := sorted(set(source.unique) - set(source.landed_names)):
        raise _refuse(file, f"{source.key}.unique", ", ".join(unknown), "names of landed columns")
    numeric = {column.name for column in source.columns if column.is_number} | {"the", "middle", "sum", "to", "or"}
    for rule in source.rules:
        sides = re.split(SIGNS, rule)[::2]
        if strange := sorted({name for side in sides for name in re.findall(r"[a-z]\w*", side)} - numeric):
            raise _refuse(file, f"{source.key}.rules", ", ".join(strange), "names of numeric columns")
        if len(sides) != 2:
            raise _refuse(file, f"{source.key}.rules", rule, "two sides, as described at the top of the catalogue")
    pattern = source.options.get("partition", "(?P<month>)")
    with suppress(ValueError):
        if find_group(pattern) == "month":
            return
    raise _refuse(file, f"{source.key}.options.partition", pattern, "a regular expression with the group `month`")


def _refuse(file: str, where: str, found: str, expected: str) -> InputError:
    return InputError(file=file, column=where, found=found, expected=expected, remedy=REMEDY)
