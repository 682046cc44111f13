"""Paths of landed files: `<publisher>/<thing>.parquet`, or one file per month in a folder of that name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from crime_dagster.core.errors import list_some
from crime_dagster.core.parquet import (
    count_landed_rows,
    read_parquet,
    read_parquet_version,
    write_parquet,
    write_parquet_parts,
)
from crime_dagster.sources.catalogue.entry import WHOLE, Source

if TYPE_CHECKING:
    from crime_dagster.sources.land.land import Landed

# Editions of one file differ by a few per cent of their rows; a copy that broke off, or a filter, takes more.
LEAST_LEFT = 0.9
ACCOUNTS = "_source_files"
SET_ASIDE = "_set_aside"


@dataclass(frozen=True)
class Place:
    """The landed files of one portion of a source."""

    rows: Path  # its rows, with the version; written last, so that a killed run lands it again
    accounts: Path  # the account of each of its files
    set_aside: Path  # its excluded records

    def holds(self, version: str) -> bool:
        """Whether it is complete, in this version."""
        is_whole = self.accounts.is_file() and self.set_aside.is_file()
        return is_whole and read_parquet_version(self.rows) == version

    def write(self, parts: Iterable[Landed], version: str) -> list[str]:
        """Replace the landed files by parts, at least one, as they are read; return all warnings."""
        accounts, set_aside, warnings = [], [], []
        before = sum(read_parquet([self.accounts])["rows_kept"].to_pylist()) if self.accounts.is_file() else 0
        with write_parquet_parts(self.rows, version) as add:
            for part in parts:
                add(part.rows)
                accounts.append(part.files)
                set_aside.append(part.set_aside)
                warnings += part.warnings
            account = pa.concat_tables(accounts)
            if (now := sum(account["rows_kept"].to_pylist())) < LEAST_LEFT * before:
                words = f"{now:,} rows, and {before:,} were kept when it was last landed"
                words = f"{words}; if this is no shorter edition, replace it with a complete file"
                warnings.append(f"{list_some(account['file'].to_pylist())}: {words}")
                account = _add_doubt(account, warnings[-1])
            write_parquet(account, self.accounts)
            write_parquet(pa.concat_tables(set_aside), self.set_aside)
        return warnings

    def remove(self) -> None:
        for path in (self.rows, self.accounts, self.set_aside):
            path.unlink(missing_ok=True)


def _add_doubt(account: pa.Table, words: str) -> pa.Table:
    """Add a doubt to the first of some files."""
    first, *others = account["doubts"].to_pylist()
    place, kind = account.column_names.index("doubts"), account.schema.field("doubts").type
    return account.set_column(place, "doubts", pa.array([[*(first or ()), words], *others], type=kind))


def find_place(source: Source, landing_dir: Path, portion: str) -> Place:
    """Return where a portion of a source is landed; `WHOLE` for a source that is landed as one."""
    tail = f"__{portion}" if portion != WHOLE else ""
    beside = f"{source.publisher}__{source.thing}{tail}.parquet"
    folder = landing_dir / source.publisher
    rows = folder / f"{source.thing}.parquet" if portion == WHOLE else folder / source.thing / f"{portion}.parquet"
    return Place(rows=rows, accounts=landing_dir / ACCOUNTS / beside, set_aside=landing_dir / SET_ASIDE / beside)


def list_landed(source: Source, landing_dir: Path) -> list[str]:
    """Return the portions of a source that have landed files, sorted."""
    name = f"{source.publisher}__{source.thing}"
    whole = find_place(source, landing_dir, WHOLE)
    found = {WHOLE} if whole.rows.exists() or whole.accounts.exists() else set()
    found |= {path.stem for path in (landing_dir / source.publisher / source.thing).glob("*.parquet")}
    found |= {path.stem.removeprefix(f"{name}__") for path in (landing_dir / ACCOUNTS).glob(f"{name}__*.parquet")}
    return sorted(found)


def is_landed(source: Source, landing_dir: Path) -> bool:
    """Whether a source has landed rows; one of another place has a table without any."""
    paths = [find_place(source, landing_dir, name).rows for name in list_landed(source, landing_dir)]
    return any(path.is_file() and count_landed_rows([path]) for path in paths)
