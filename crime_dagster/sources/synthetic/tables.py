"""Tables as files whose bytes depend on nothing but the table."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd

BOM = "\ufeff"


def save_csv(
    table: pd.DataFrame, path: Path, *, bom: bool = False, line_end: str = "\n", quote_all: bool = False
) -> None:
    """Write a table as CSV in UTF-8, with a byte order mark as of Excel or every text quoted as by Nomis."""
    # 2 and 0 are csv.QUOTE_NONNUMERIC and csv.QUOTE_MINIMAL, as the stubs of pandas require.
    text = table.to_csv(index=False, lineterminator=line_end, quoting=2 if quote_all else 0)
    save_text((BOM if bom else "") + text, path)


def save_text(text: str, path: Path) -> None:
    """Write a text as UTF-8 with its line ends as they are; a name that ends in .gz is compressed without a date."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8")
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
