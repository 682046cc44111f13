"""What a release says of itself: words of tables and columns, README, licence, citation and data package."""

import json
from importlib.metadata import version
from pathlib import Path

from crime_dagster.core.code_version import PROJECT, say_commit
from crime_dagster.core.files import hash_file, write_json
from crime_dagster.core.safe_text import write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.table_words import TableWords, fit_to_rows, read_tables
from crime_dagster.core.warehouse import count_marts, count_values, read_mart
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.downloads.package import (
    About,
    describe_file,
    describe_package,
    tabulate_dictionary,
    write_citation,
    write_licence,
    write_readme,
)
from crime_dagster.drawing.kit.finish import save_file

PACKAGE = "datapackage.json"


def read_words(settings: Settings) -> list[TableWords]:
    """What is said of every table of marts, as it is now."""
    return fit_to_rows(read_tables(settings.manifest, settings.dbt_dir), count_values(settings.database))


def read_about(settings: Settings, tables: list[TableWords], built_at: str) -> About:
    """What the documents of a release are written from."""
    sources = read_mart(settings.database, "sources").sort_values("sort_order")
    months = read_mart(settings.database, "city_months")["month"].astype(str).str[:7]
    return About(
        place=read_place(settings).name,
        is_synthetic=settings.data_set.synthetic,
        months=(months.min(), months.max()),
        version=version(PROJECT),
        commit=say_commit(settings.project_dir),
        built_at=built_at,
        sources=json.loads(sources[sources["files"] > 0].to_json(orient="records")),
        tables=tables,
        rows=count_marts(settings.database),
    )


def list_comments(about: About) -> dict[str, tuple[str, dict[str, str]]]:
    """What the database says of each table and of its columns."""
    return {
        table.name: (table.description, {one.name: one.write_comment() for one in table.columns})
        for table in about.tables
    }


def list_file_words(about: About) -> dict[str, dict[str, str]]:
    """What the Parquet file of each table says of it."""
    return {table.name: describe_file(about, table) for table in about.tables}


def write_documents(release: Path, about: About) -> None:
    """Write the documents of a release whose tables are there already."""
    save_file(write_csv(tabulate_dictionary(about.tables)), release / "data" / "dictionary.csv")
    for name, text in (
        ("README.txt", write_readme(about)),
        ("LICENCE.txt", write_licence(about)),
        ("CITATION.cff", write_citation(about)),
    ):
        save_file(text.encode(), release / name)
    files = sorted(path for path in (release / "data").iterdir() if path.suffix in {".csv", ".parquet"})
    sizes = {path.relative_to(release).as_posix(): (path.stat().st_size, hash_file(path) or "") for path in files}
    write_json(describe_package(about, sizes), release / PACKAGE)
