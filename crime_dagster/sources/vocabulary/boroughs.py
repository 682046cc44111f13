"""Boroughs of London by the many spellings of their names."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

BOROUGHS = Path(__file__).with_name("boroughs.csv")
TITLES = re.compile(r"^(the )?((royal|london) )*borough of |^(the )?city of (?=westminster)|^lb |( london)? borough$")


def find_borough(name: str) -> str | None:
    """The code of a borough, from a name in any spelling, a code, or one from before 2011; None for anything else."""
    return _read_names().get(_fold(name))


@cache
def _read_names() -> dict[str, str]:
    with BOROUGHS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    # The Metropolitan Police Service writes Kingston and Richmond.
    spellings = [(row["code"], *row.values(), row["name"].removesuffix(" upon Thames")) for row in rows]
    return {_fold(spelling): code for code, *others in spellings for spelling in others}


def _fold(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", name.casefold().replace("&", " and ")).strip()
    return TITLES.sub("", words)
