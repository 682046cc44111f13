"""Generated files: sources list and dbt source tables from the catalogue, data dictionary from dbt's YAML."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from crime_dagster.core.dictionary import describe_marts, markdown_table
from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source, SourceColumn

STAGING = Path("dbt_project") / "models" / "staging"
HEAD = "# Written by `make docs` from crime_dagster/sources/catalogue/catalogue.yml: change it there.\n"
READ = re.compile(r"source\('(\w+)', '(\w+)'\)")
WIDTH = 130
# Columns that are not landed as text state their type.
TYPES = {"geometry_wkb": {"data_type": "blob"}, "row_number": {"data_type": "bigint"}}
_KINDS = {"counts": ("count",), "numbers": ("number", "share"), "months": ("month",)}
LONGEST_MONTH = 31
NEWEST_MONTH = "select coalesce(max(month_ended), now()) from landing_records.newest_months where source = '{}'"
MARKER = "<!-- Everything below is written by `make docs` from the catalogue. -->"
SOURCES, DICTIONARY = Path("docs") / "data-sources.md", Path("docs") / "data-dictionary.md"


def draft_sources(project_dir: Path, catalogue: Mapping[str, Source]) -> dict[Path, str]:
    """Return one YAML file per publisher that a staging model reads, by path in the code folder.

    Sources that no model reads are landed and counted, but dbt does not need them.
    """
    models = (path.read_text(encoding="utf-8") for path in (project_dir / STAGING).rglob("stg_*.sql"))
    read = {f"{publisher}/{thing}" for sql in models for publisher, thing in READ.findall(sql)}
    by_publisher: dict[str, list[Source]] = {}
    for key in sorted(read & set(catalogue), key=list(catalogue).index):
        by_publisher.setdefault(catalogue[key].publisher, []).append(catalogue[key])
    return {
        STAGING / publisher / f"_{publisher}__sources.yml": _describe_publisher(publisher, sources)
        for publisher, sources in by_publisher.items()
    }


class _Line:
    """A value that is written on one line, as far as it fits."""

    def __init__(self, value: object) -> None:
        self.value = value


class _Dumper(yaml.SafeDumper):
    def represent_line(self, line: _Line) -> yaml.Node:
        node: Any = self.represent_data(line.value)
        node.flow_style = True
        return node


_Dumper.add_representer(_Line, _Dumper.represent_line)


def _describe_publisher(publisher: str, sources: Sequence[Source]) -> str:
    credits = " and ".join(dict.fromkeys(source.credit for source in sources))
    described = {
        "name": publisher,
        "description": f"Published by {credits}.",
        "schema": f"landing_{publisher}",
        "config": _Line({"meta": {"optional": True}}),
        "tables": [_describe_table(source) for source in sources],
    }
    written = {"sources": [described]}
    return HEAD + yaml.dump(written, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


def _describe_table(source: Source) -> dict[str, object]:
    config = {}
    if source.due_days is not None:
        # Late where the month after the newest landed one has ended, and then the publisher has had its days.
        late = {"count": LONGEST_MONTH + source.due_days, "period": "day"}
        freshness = {"freshness": {"warn_after": late}, "loaded_at_query": NEWEST_MONTH.format(source.key)}
        config["config"] = _Line(freshness)
    claims = {"name": f"{source.publisher}_{source.thing}_is_landed_as_catalogued", "arguments": _list_claims(source)}
    return {
        "name": source.thing,
        "description": f"{source.title} ({source.vintage}).",
        **config,
        "data_tests": [{"landed_as_catalogued": _Line(claims)}],
        "columns": _Line([{"name": name, **TYPES.get(name, {})} for name in source.landed_columns]),
    }


def _list_claims(source: Source) -> dict[str, object]:
    """Return the arguments of the test of a landed table: its key, and its columns by what their values are."""
    of_kind = {name: [one.name for one in source.columns if one.kind in kinds] for name, kinds in _KINDS.items()}
    is_wide = source.spread_name == "month"
    of_kind["months"] += ["month"] if is_wide else []
    filled = [one.name for one in source.columns if one.kind in CODE_PATTERNS and one.required]
    claims = {"key": _key(source), "filled": filled, **of_kind, "is_wide": is_wide}
    return {name: claim for name, claim in claims.items() if claim}


def _key(source: Source) -> list[str]:
    """Return the columns that identify a landed row: the key within a file, and what header, name and file add."""
    if not source.unique:
        return []
    file = ["source_file"] if source.many_files else []
    said = [*source.given_names, source.spread_name]
    return list(dict.fromkeys(name for name in (*file, *source.unique, *said) if name))


def draft_docs(project_dir: Path, catalogue: Mapping[str, Source]) -> dict[Path, str]:
    """Return the text of each generated file by its path; prose above the marker is kept."""
    path = project_dir / SOURCES
    prose, marker, _ = path.read_text(encoding="utf-8").partition(MARKER)
    if not marker:
        raise InputError(
            file=path, found="no marker line", expected=MARKER, remedy="put this line where the list of sources begins"
        )
    return {
        SOURCES: f"{prose}{MARKER}\n\n{describe_sources(catalogue)}",
        DICTIONARY: describe_marts(project_dir / "dbt_project"),
        **draft_sources(project_dir, catalogue),
    }


def describe_sources(catalogue: Mapping[str, Source]) -> str:
    """Return the sources as Markdown: a table of all, then a section with a table of columns for each."""
    overview = [
        {
            "Source": f"`{source.key}`",
            "Title": source.title,
            "Publisher": source.credit,
            "Vintage": source.vintage,
            "Published": source.cadence,
            "Needed": f"one of {source.needed_for}" if source.needed_for else "no",
            "Fetched": source.download.kind,
        }
        for source in catalogue.values()
    ]
    return "\n".join(["## Sources\n", markdown_table(overview), *map(_describe_source, catalogue.values())])


def _describe_source(source: Source) -> str:
    columns = markdown_table([_describe_column(column) for column in source.columns])
    address = source.download
    facts = [
        ("Publisher", source.credit),
        ("Page", source.landing_page),
        ("Vintage", source.vintage),
        ("Published", source.cadence),
        ("Licence", source.licence),
        ("Attribution", source.attribution),
        ("Area codes", source.lsoa_vintage),
        ("Fetched", f"{address.kind}: {address.why or address.url or address.id}"),
        ("Known by name", ", ".join(f"`{pattern}`" for pattern in source.patterns)),
        ("A row is", ", ".join(f"`{name}`" for name in source.unique)),
        ("Use", "context: shown beside the rest, never a feature" if source.context else ""),
    ]
    table = markdown_table([{"Field": name, "Value": value} for name, value in facts if value])
    return f"### {source.key}\n\n{source.title}\n\n{table}\n{columns}"


def _describe_column(column: SourceColumn) -> dict[str, object]:
    headers = column.headers if column.spread is None else (f"like {column.spread}",)
    return {
        "Column": f"`{column.name}`",
        "Expected headers": " or ".join(f"`{' '.join(header.split())}`" for header in headers),
        "Kind": column.kind,
        "Unit": column.unit,
        "Needed": "yes" if column.required else "no",
    }
