"""Human-readable documents of a release: README, licence and citation."""

import json
from textwrap import fill

from crime_dagster.drawing.downloads.package import LICENCES, About
from crime_dagster.drawing.kit.stamp import SYNTHETIC_SENTENCE

READ_COMMENTS = "select column_name, comment from duckdb_columns() where table_name = 'borough_months';"
WIDTH = 100


def write_readme(about: About) -> str:
    tables = [
        f"{table.name} ({about.rows.get(table.name, 0):,} rows; key: {', '.join(table.key) or 'none'})\n"
        + fill(table.description, WIDTH, initial_indent="    ", subsequent_indent="    ")
        for table in about.tables
    ]
    left_out = [
        f"Columns of {name} without any value here, because no file of this data set has them: {len(names)}.\n"
        "The files in data/ and the counts of features leave them out; in crime.duckdb they are NULL:\n"
        + fill(", ".join(names) + ".", WIDTH, initial_indent="    ", subsequent_indent="    ")
        for name, names in about.list_left_out().items()
    ]
    synthetic = [SYNTHETIC_SENTENCE] if about.is_synthetic else []
    parts = [about.title, *synthetic, _CONTENT, _NULLS, *left_out, "TABLES", *tables, _END.format(about=about)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def write_licence(about: About) -> str:
    """Return whose data it is, and under which licence."""
    head = [SYNTHETIC_SENTENCE + " The publishers below have the files whose format it follows."] * about.is_synthetic
    licences = [f"{name}\n    {LICENCES.get(name, '')}".rstrip() for name in about.licences]
    sources = [
        f"{one['credit']}: {one['title']}\n    {one['attribution']}\n    {one['licence']}\n    {one['landing_page']}"
        for one in about.sources
    ]
    parts = [
        "The figures are made from published files and are yours to use under the licences of those files:",
        *licences,
        "Name the sources when you use them:",
        *sources,
        "The pages and the code behind them: MIT License, the crime-dagster authors.",
    ]
    return "\n\n".join([*head, *parts]) + "\n"


def write_citation(about: About) -> str:
    """Return the citation as a Citation File Format file."""
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


_CONTENT = """
index.html          begin here: pages, maps and charts; data.html says where the data comes from and what was left out
crime.duckdb        every table, in the schema marts; each table and column has a comment that says what it is
data/*.parquet      the same tables as files; their key-value metadata says what the columns are
data/*.csv          the analysis table (lsoa_features), places (lsoas) and the dictionary of all columns
data/*.xlsx, *.gpkg a workbook, and layers with shapes for QGIS and other programs
data/boroughs/      areas of each borough
docs/               tables.html: how each table is made and from what; questions.md and questions.ipynb: questions
                    of analysts with the SQL and the answers
datapackage.json    types, units, keys, licences and sources, for programs (Frictionless Data Package)
manifest.json       sha256 of every file, sources, checks, versions
LICENCE.txt, CITATION.cff"""
_NULLS = f"""
What a column means, in the database itself:
    {READ_COMMENTS}
Zero is no recorded crime. NULL, or an empty cell, is not zero: the comment of each column says what it is.
Figures are recorded crime: what was reported to the police and written down. Counts are not risk. Predictions are
associations, not causes, and must not be used to target policing."""
_END = """
Version {about.version}, commit {about.commit}. When it was built stands in manifest.json.
Sources and licences: LICENCE.txt. How to cite: CITATION.cff."""
