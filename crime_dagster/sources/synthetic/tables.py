"""Tables of the city: those that it is drawn from, and files whose bytes depend only on their table."""

import gzip
from pathlib import Path

import pandas as pd

BOM = "\ufeff"


def read_table(name: str) -> pd.DataFrame:
    return pd.read_csv(Path(__file__).with_name(f"{name}.csv"))


def save_csv(
    table: pd.DataFrame, path: Path, *, bom: bool = False, line_end: str = "\n", quote_all: bool = False
) -> None:
    """Write a table as CSV in UTF-8, optionally with a byte order mark (as Excel) or every text quoted (as Nomis)."""
    # 2 and 0 are csv.QUOTE_NONNUMERIC and csv.QUOTE_MINIMAL, as the pandas stubs require.
    text = table.to_csv(index=False, lineterminator=line_end, quoting=2 if quote_all else 0)
    save_text((BOM if bom else "") + text, path)


def save_text(text: str, path: Path) -> None:
    """Write UTF-8 text with line ends unchanged; a name that ends in .gz is compressed without a timestamp."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8")
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
