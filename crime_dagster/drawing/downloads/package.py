"""Documents of a release: dictionary, data package, file metadata, README, licence and citation."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from crime_dagster.core.table_words import ColumnWords, TableWords
from crime_dagster.drawing.kit.navigation import make_slug
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import SYNTHETIC_SENTENCE

LICENCES = {
    "Open Government Licence v2.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/2/",
    "Open Government Licence v3.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "Open Parliament Licence v3.0": "https://www.parliament.uk/site-information/copyright-parliament/open-parliament-licence/",
}
README, LICENCE = "readme.txt.j2", "licence.txt.j2"
# DuckDB type -> type of a Frictionless table schema.
TYPES = {"varchar": "string", "date": "date", "boolean": "boolean", "double": "number", "blob": "any"}
PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
# As written by `core.safe_text.write_csv`: with a byte order mark if there are letters beyond ASCII.
CSV = {
    "profile": "tabular-data-resource",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8-sig",
    "dialect": {"lineTerminator": "\r\n"},
}


@dataclass(frozen=True)
class About:
    """The data for the documents of a release."""

    place: str  # the city or the part of it that has figures
    is_synthetic: bool  # whether the data is made up
    months: tuple[str, str]  # first and last month of crime, YYYY-MM
    version: str  # of the project
    commit: str  # commit of the code, or a statement that it is not known
    built_at: str  # when the release was assembled, ISO 8601
    sources: Sequence[Mapping[str, Any]]  # rows of the mart of that name whose files were read
    tables: Sequence[TableWords]  # descriptions of the tables
    rows: Mapping[str, int] = field(default_factory=dict)  # rows per table

    @property
    def title(self) -> str:
        first, last = self.months
        return f"Recorded crime in {self.place}, {first} to {last}"

    @property
    def licences(self) -> list[str]:
        return list(dict.fromkeys(str(source["licence"]) for source in self.sources))

    def list_left_out(self) -> dict[str, list[str]]:
        """Return, by table that lists features, its columns without any value in this data set; files omit them."""
        found = {table.name: [one.name for one in table.columns if not one.has_values] for table in self.tables}
        return {name: found[name] for name in ("lsoa_features",) if found.get(name)}


def tabulate_dictionary(tables: Sequence[TableWords]) -> pd.DataFrame:
    """Return a row per column of every table: what it is, its unit and what NULL means."""
    return pd.DataFrame(
        {
            "table": table.name,
            "column": one.name,
            "label": one.label,
            "unit": one.unit,
            "role": one.role or "context",
            "data_type": one.data_type,
            "null": one.null,
            "has_values": one.has_values,
            "sources": "; ".join(one.sources),
            "vintage": one.vintage,
            "description": one.description,
        }
        for table in tables
        for one in table.columns
    )


def describe_package(about: About, sizes: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    """Return the Frictionless data package of a release; `sizes` has bytes and sha256 of its Parquet and CSV files."""
    words, left_out = {table.name: table for table in about.tables}, about.list_left_out()
    resources = []
    for path, (size, sha256) in sorted(sizes.items()):
        name, _, ending = path.rpartition("/")[2].rpartition(".")
        table = words.get(name, _DICTIONARY if name == "dictionary" else None)
        if table is not None:
            schema = _describe_schema(table, left_out.get(name, []), is_csv=ending == "csv")
            kind = CSV if ending == "csv" else PARQUET
            found = {"name": f"{name}_csv" if ending == "csv" and name in words else name, "path": path, **kind}
            resources.append(
                {**found, "description": table.description, "bytes": size, "hash": f"sha256:{sha256}", "schema": schema}
            )
    first, last = about.months
    return {
        "profile": "data-package",
        "name": make_slug(f"{about.place} crime").replace("_", "-"),
        "title": about.title,
        "description": SYNTHETIC_SENTENCE if about.is_synthetic else "Recorded, not all crime: counts, not risk.",
        "version": about.version,
        "commit": about.commit,
        "temporal": {"start": first, "end": last},
        "licenses": [
            {"title": name, **({"path": LICENCES[name]} if name in LICENCES else {"name": "notspecified"})}
            for name in about.licences
        ],
        "sources": [
            {
                "title": f"{one['credit']}: {one['title']}",
                "path": one["landing_page"],
                "attribution": one["attribution"],
            }
            for one in about.sources
        ],
        "resources": resources,
    }


def _describe_schema(table: TableWords, left_out: Sequence[str], *, is_csv: bool) -> dict[str, Any]:
    # Spreadsheets cannot show a shape.
    columns = [one for one in table.columns if one.name not in left_out and not (is_csv and one.data_type == "blob")]
    schema: dict[str, Any] = {"fields": [_describe_field(one, is_csv=is_csv) for one in columns]}
    if table.key and all(one.null == "never" for one in columns if one.name in table.key):
        schema["primaryKey"] = list(table.key)
    if table.links and not is_csv:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [there]}}
            for column, other, there in table.links
        ]
    return schema


def _describe_field(column: ColumnWords, *, is_csv: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": column.name,
        "type": TYPES.get(column.data_type, "integer"),
        "title": column.label,
        "description": column.description,
        "unit": column.unit,
        "null": column.null,
    }
    if column.null == "never":
        said["constraints"] = {"required": True}
    if is_csv and said["type"] == "boolean":
        said |= {"trueValues": ["True"], "falseValues": ["False"]}
    return said


def describe_file(about: About, table: TableWords) -> dict[str, str]:
    """Return the key-value metadata of a table's Parquet file."""
    columns = {one.name: {"description": one.description, "unit": one.unit, "null": one.null} for one in table.columns}
    return {
        "title": f"{table.name}: {about.title}",
        "description": table.description + (f" {SYNTHETIC_SENTENCE}" if about.is_synthetic else ""),
        "columns": json.dumps(columns, ensure_ascii=False),
        "licence": "; ".join(about.licences),
        "version": about.version,
        "commit": about.commit,
    }


_MEANINGS = {
    "table": "The table.",
    "column": "The column.",
    "label": "What a heading prints.",
    "unit": "The unit of its figures, or none.",
    "role": "key names a row, target is predicted, models learn from feature and exposure, never from context.",
    "data_type": "DuckDB's type.",
    "null": "never, or what NULL or an empty cell means.",
    "has_values": "Whether it has a value in this data set.",
    "sources": "Published sources that it is made of: publisher/thing.",
    "vintage": "The time of its figures.",
    "description": "What it is.",
}
_NULLS = {
    "sources": "where the table says it for all columns",
    "vintage": "where the table's own months say it",
}
_DICTIONARY = TableWords(
    "dictionary",
    "One row per column of every table.",
    tuple(
        ColumnWords(
            name=name,
            label=name.replace("_", " ").capitalize(),
            unit="none",
            role="",
            data_type="boolean" if name == "has_values" else "varchar",
            description=meaning,
            null=_NULLS.get(name, "never"),
        )
        for name, meaning in _MEANINGS.items()
    ),
    ("table", "column"),
)


def write_readme(about: About) -> str:
    return render_template(README, about=about, synthetic=SYNTHETIC_SENTENCE)


def write_licence(about: About) -> str:
    return render_template(LICENCE, about=about, synthetic=SYNTHETIC_SENTENCE, addresses=LICENCES)


def write_citation(about: About) -> str:
    made_up = f"{SYNTHETIC_SENTENCE} " * about.is_synthetic
    said = {
        "cff-version": "1.2.0",
        "message": f"{made_up}Cite the release and the sources that LICENCE.txt names.",
        "type": "dataset",
        "title": about.title,
        "version": about.version,
        "date-released": about.built_at[:10],
        "authors": [{"name": "The crime-dagster authors"}],
    }
    # YAML 1.2 is a superset of JSON, so JSON strings need no YAML quoting rules.
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
    return "\n".join([*lines, f"# code: {about.commit}"]) + "\n"
