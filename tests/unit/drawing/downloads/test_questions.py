"""Questions with their queries, as a document and as a notebook."""

import json

import pandas as pd

from crime_dagster.drawing.downloads.questions import answer_questions, read_questions, write_notebook

TEXT = """\
# Questions

Before.

## 1. How many?

A note.

```sql
select 1
```

| old |

## 2. None?

```sql
select none
```
"""
ANSWERS = {
    "select 1": pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-02-01"]),
            "crimes": [12.0],
            "share": [0.123456789],
            "note": [None],
            "is": [True],
        }
    ),
    "select none": pd.DataFrame({"crimes": []}),
}


def ask(sql: str) -> pd.DataFrame | None:
    return ANSWERS[sql.strip()]


def test_a_document_gets_its_answers_and_keeps_what_people_wrote() -> None:
    text = answer_questions(TEXT, ask)
    assert "| 2026-02-01 | 12 | 0.123457 | NULL | True |" in text
    assert "No rows" in text
    assert "| old |" not in text
    assert text.startswith("# Questions\n\nBefore.\n\n## 1. How many?\n\nA note.\n")
    assert answer_questions(text, ask) == text, "answers are the same the second time"
    assert [(one.number, one.note, one.sql) for one in read_questions(text)] == [
        (1, "A note.", "select 1"),
        (2, "", "select none"),
    ]


def test_a_query_that_fails_says_so() -> None:
    assert "The query fails" in answer_questions(TEXT, lambda _: None)


def test_a_notebook_has_each_query_with_its_answer() -> None:
    cells = json.loads(write_notebook(TEXT, ask, "SYNTHETIC", "../crime.duckdb"))["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code", "markdown", "code", "markdown", "code"]
    assert "../crime.duckdb" in "".join(cells[1]["source"])
    assert "0.123457" in cells[3]["outputs"][0]["data"]["text/plain"]
