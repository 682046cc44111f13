"""Analysts' questions with the SQL that answers them: a data set's answers, as Markdown and as a notebook."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crime_dagster.core.dictionary import markdown_table
from crime_dagster.core.safe_text import DIGITS, shorten

Ask = Callable[[str], pd.DataFrame | None]
_QUESTION = re.compile(r"^## (\d+)\. (.+?)\n(.*?)^```sql\n(.*?)^```\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
NOTHING, FAILED = "No rows: this data set has no such figures.", "The query fails on this data set."
OPEN = """\
import duckdb

crime = duckdb.connect("{database}", read_only=True)"""


@dataclass(frozen=True)
class Question:
    """A question, a sentence or two about its answer, and the SQL."""

    number: int
    title: str
    note: str
    sql: str


def read_questions(text: str) -> list[Question]:
    return [
        Question(int(number), title, note.strip(), sql.strip())
        for number, title, note, sql, _ in _QUESTION.findall(text)
    ]


def answer_questions(text: str, ask: Ask) -> str:
    """Return the document with its answers replaced by those of a database."""

    def answer(found: re.Match[str]) -> str:
        number, title, note, sql, _ = found.groups()
        return f"## {number}. {title}\n{note}```sql\n{sql}```\n\n{_tabulate(ask(sql.strip()))}\n"

    return _QUESTION.sub(answer, text).rstrip("\n") + "\n"


def write_notebook(text: str, ask: Ask, intro: str, database: str) -> str:
    """Return the questions of a Markdown document as an executed Jupyter notebook.

    `intro` is the first cell, `database` the path of the database, relative to the notebook.
    """
    cells = [_write_cell("markdown", intro), _write_cell("code", OPEN.format(database=database))]
    for question in read_questions(text):
        rows = ask(question.sql)
        said = f"## {question.number}. {question.title}\n\n{question.note}".strip()
        cells += [
            _write_cell("markdown", said),
            _write_cell("code", f'crime.sql("""\n{question.sql}\n""").df()', rows),
        ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            for output in cell["outputs"]:
                output["execution_count"] = number
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _write_cell(kind: str, source: str, rows: pd.DataFrame | None = None) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    if kind == "code":
        data = {} if rows is None else {"text/html": rows.to_html(), "text/plain": rows.to_string()}
        cell["outputs"] = [{"output_type": "execute_result", "metadata": {}, "data": data}] if data else []
    return cell


def _tabulate(rows: pd.DataFrame | None) -> str:
    if rows is None:
        return f"{FAILED}\n"
    if rows.empty:
        return f"{NOTHING}\n"
    written = [{str(name): _write_value(value) for name, value in row.items()} for row in rows.to_dict("records")]
    return markdown_table(written)


def _write_value(value: object) -> str:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return "NULL"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return shorten(value, DIGITS) if isinstance(value, float) else str(value)
