"""Documents of a release: table and column descriptions, README, licence, citation and data package."""

import datetime as dt
import functools
import json
import re
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from crime_dagster.core.code_version import PROJECT, say_commit
from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_file, read_json, write_json
from crime_dagster.core.safe_text import write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.table_words import fit_to_rows, read_tables
from crime_dagster.core.warehouse import count_marts, count_values, hold_open, read_mart, read_rows
from crime_dagster.defs.pages.data_page import describe_period
from crime_dagster.defs.release.releases import DATABASE, MANIFEST
from crime_dagster.defs.runtime.pictures import build_stamp, find_terms
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.downloads.package import (
    About,
    describe_package,
    tabulate_dictionary,
    write_citation,
    write_licence,
    write_readme,
)
from crime_dagster.drawing.downloads.questions import Ask, answer_questions, write_notebook
from crime_dagster.drawing.kit.finish import save_file, save_page
from crime_dagster.drawing.kit.stamp import SYNTHETIC_SENTENCE
from crime_dagster.drawing.pages.data_page import FILES, draw_files_page

PACKAGE, NOTEBOOK, QUESTIONS = "datapackage.json", "docs/questions.ipynb", "docs/questions.md"
# More than any of the queries returns.
MOST_ROWS = 50


def read_about(settings: Settings, built_at: str) -> About:
    """Return what the documents of a release say, with the current descriptions of every mart."""
    tables = fit_to_rows(read_tables(settings.manifest, settings.dbt_dir), count_values(settings.database))
    sources = read_mart(settings.database, "sources").sort_values("sort_order")
    months = read_mart(settings.database, "city_months").dropna(subset="crimes")["month"].astype(str).str[:7]
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


def write_documents(settings: Settings, release: Path, about: About, page: str) -> None:
    """Write the documents of a release whose tables exist; `page` is the one about how tables are made."""
    _write_answers(settings, release, about)
    save_file(write_csv(tabulate_dictionary(about.tables)), release / "data" / "dictionary.csv")
    for name, text in (
        ("README.txt", write_readme(about)),
        ("LICENCE.txt", write_licence(about)),
        ("CITATION.cff", write_citation(about)),
        ("docs/tables.html", page),
    ):
        save_file(find_terms(settings).say(text).encode(), release / name)
    save_file(_write_dbt_state(settings), release / "dbt" / "manifest.json")
    files = sorted(path for path in (release / "data").iterdir() if path.suffix in {".csv", ".parquet"})
    sizes = {path.relative_to(release).as_posix(): (path.stat().st_size, hash_file(path) or "") for path in files}
    write_json(describe_package(about, sizes), release / PACKAGE)
    _list_files(settings, release, about)


def _list_files(settings: Settings, release: Path, about: About) -> None:
    """Write the page that lists every file; the manifest is written later and has no size yet."""
    paths = (path for path in release.rglob("*") if path.is_file() and not path.name.startswith("."))
    files = {path.relative_to(release).as_posix(): path.stat().st_size for path in paths}
    period, note = describe_period(settings, read_mart(settings.database, "data_sets").iloc[0])
    stamp = build_stamp(settings, period, is_model=True, note=note)
    page = draw_files_page({**files, MANIFEST: None}, stamp, dt.date.fromisoformat(about.built_at[:10]))
    save_page(page, release / FILES)


def _write_dbt_state(settings: Settings) -> bytes:
    """What dbt needs to read the tables of this release in place of its own (`--defer --state`): no times, no paths."""
    manifest = read_json(settings.manifest)
    kept = ("dbt_schema_version", "dbt_version", "project_name", "adapter_type")
    known = {key: manifest["metadata"][key] for key in kept}
    said = json.dumps({**manifest, "metadata": known}, sort_keys=True)
    # The warehouse first, as it may be inside the project; a release says of no machine where it was built.
    for folder in (settings.warehouse_dir, settings.data_dir, settings.project_dir):
        said = said.replace(str(folder), ".")
    return re.sub(r'"created_at": [0-9.]+', '"created_at": 0.0', said).encode()


def draft_questions(settings: Settings) -> str:
    """Return the document of questions with answers from the published release of the sample."""
    if settings.data_set.name != "sample":
        raise InputError(
            file=settings.data_dir,
            found="another data set than the sample",
            expected="the sample, whose answers the document shows",
            remedy="unset CRIME_DATA_DIR; the answers of other data are in published/docs/questions.md",
        )
    text = (settings.project_dir / QUESTIONS).read_text(encoding="utf-8")
    return answer_questions(text, _find_answers(settings.published_dir))


def copy_notebook(settings: Settings) -> Path:
    """Copy the published notebook for the user, one per release; an existing copy is kept."""
    release = settings.published_dir.resolve()
    if not (release / NOTEBOOK).is_file():
        file, expected = settings.published_dir / NOTEBOOK, "the notebook of a published release"
        raise InputError(file=file, found="no such file", expected=expected, remedy="run `make run` first")
    copy = settings.warehouse_dir / "notebooks" / f"questions_{release.name}.ipynb"
    if not copy.exists():
        copy.parent.mkdir(exist_ok=True)
        text = (release / NOTEBOOK).read_text(encoding="utf-8")
        copy.write_text(text.replace(f"../{DATABASE}", f"../releases/{release.name}/{DATABASE}"), encoding="utf-8")
    return copy


def _write_answers(settings: Settings, release: Path, about: About) -> None:
    """Write analysts' questions with the answers of this release."""
    head, mark, questions = (settings.project_dir / QUESTIONS).read_text(encoding="utf-8").partition("## 1. ")
    made_up = f" **{SYNTHETIC_SENTENCE}**" * about.is_synthetic
    said = "\n\n".join([*head.strip().split("\n\n")[:-1], f"The answers are of this release: {about.title}.{made_up}"])
    text, ask = f"{said}\n\n{mark}{questions}", _find_answers(release)
    with hold_open(release / DATABASE):
        save_file(answer_questions(text, ask).encode(), release / "docs" / Path(QUESTIONS).name)
        save_file(write_notebook(text, ask, said, f"../{DATABASE}").encode(), release / NOTEBOOK)


def _find_answers(release: Path) -> Ask:
    """Return a function that runs a query on a release, each once."""

    @functools.cache
    def ask(query: str) -> pd.DataFrame | None:
        return read_rows(release / DATABASE, query, MOST_ROWS)

    return ask
