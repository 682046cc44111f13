"""What is generated: the list of sources and dbt's source tables from the catalogue, the dictionary from dbt's YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crime_dagster.core.dictionary_words import describe_marts, markdown_table
from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.dbt_sources import draft_sources
from crime_dagster.sources.catalogue.entry import Source, SourceColumn

MARKER = "<!-- Everything below is written by `make docs` from the catalogue. -->"
SOURCES, DICTIONARY = Path("docs") / "data-sources.md", Path("docs") / "data-dictionary.md"


def draft_docs(project_dir: Path, catalogue: Mapping[str, Source]) -> dict[Path, str]:
    """Path in the code folder to text of each generated file; the prose above the marker is kept."""
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
    """The list of sources as Markdown: a table of all, then a section with a table of columns for each."""
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
    table = markdown_table(overview, ["Source", "Title", "Publisher", "Vintage", "Published", "Needed", "Fetched"])
    return "\n".join(["## Sources\n", table, *map(_describe_source, catalogue.values())])


def _describe_source(source: Source) -> str:
    columns = markdown_table(
        [_describe_column(column) for column in source.columns],
        ["Column", "Expected headers", "Kind", "Unit", "Needed"],
    )
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
    table = markdown_table([{"Field": name, "Value": value} for name, value in facts if value], ["Field", "Value"])
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
