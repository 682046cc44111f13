"""Compare two published folders: tables row by row, pictures by their pixels, pages by their words.

Usage: python benchmarks/compare_published.py <before> <after>

Prints one line per table or file that differs, and ends with status 1 if any does. Times and run identifiers of
`manifest.json` are not compared.
"""

import difflib
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import numpy as np
from PIL import Image, ImageSequence

SHOWN = 5


class Words(HTMLParser):
    """The words of a page, without markup, scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        self.lines += [value for name, value in attrs if name in ("alt", "title", "aria-label") and value]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.lines.append(" ".join(data.split()))


def compare_tables(before: Path, after: Path) -> Iterator[str]:
    """Differences of the marts of two databases."""
    with duckdb.connect() as connection:  # noqa: TID251 it attaches two releases at once
        for name, path in (("old", before), ("new", after)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        listed = {
            name: dict(
                connection.execute(
                    "select table_name, list(column_name order by column_name) from information_schema.columns "
                    "where table_catalog = ? and table_schema = 'marts' group by 1",
                    [name],
                ).fetchall()
            )
            for name in ("old", "new")
        }
        for table in sorted({*listed["old"], *listed["new"]}):
            old, new = listed["old"].get(table), listed["new"].get(table)
            if old is None or new is None:
                yield f"marts.{table}: {'new' if old is None else 'gone'}"
                continue
            if old != new:
                yield f"marts.{table}: columns gone {sorted({*old} - {*new})}, new {sorted({*new} - {*old})}"
            shared = ", ".join(f'"{column}"' for column in sorted({*old} & {*new}))
            lost, found = (
                connection.execute(
                    f"select count(*) from (select {shared} from {a}.marts.{table} "  # noqa: S608 names of our own tables
                    f"except all select {shared} from {b}.marts.{table})"
                ).fetchall()[0][0]
                for a, b in (("old", "new"), ("new", "old"))
            )
            if lost or found:
                yield f"marts.{table}: {lost} rows of before and {found} rows of after have no equal"


def compare_pictures(before: Path, after: Path) -> str:
    """How two pictures or animations differ, in words; empty where they do not."""
    frames = [
        [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(Image.open(p))] for p in (before, after)
    ]
    if len(frames[0]) != len(frames[1]):
        return f"{len(frames[0])} frames, then {len(frames[1])}"
    if frames[0][0].shape != frames[1][0].shape:
        return f"size {frames[0][0].shape[:2]}, then {frames[1][0].shape[:2]}"
    shares = [float((a != b).any(axis=2).mean()) for a, b in zip(*frames, strict=True)]
    return f"{max(shares):.2%} of the pixels of a frame" if max(shares) > 0 else ""


def compare_words(before: Path, after: Path) -> str:
    """The first lines in which two texts differ; empty where they do not."""
    lines = []
    for path in (before, after):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            words = Words()
            words.feed(text)
            lines.append(words.lines)
        else:
            lines.append(re.sub(r"clip-path=\"[^\"]*\"|id=\"[^\"]*\"", "", text).splitlines())
    old, new = lines
    found = [
        line for line in difflib.unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))
    ]
    return f"{len(found)} lines, such as {found[:SHOWN]}" if found else ""


def compare_files(before: Path, after: Path) -> Iterator[str]:
    """Differences of all other files."""
    names = sorted({p.relative_to(f).as_posix() for f in (before, after) for p in f.rglob("*") if p.is_file()})
    for name in names:
        old, new = before / name, after / name
        if not (old.is_file() and new.is_file()):
            yield f"{name}: {'gone' if old.is_file() else 'new'}"
        elif name in ("manifest.json", "crime.duckdb") or old.read_bytes() == new.read_bytes():
            continue
        elif old.suffix in (".png", ".gif"):
            if difference := compare_pictures(old, new):
                yield f"{name}: {difference}"
        elif old.suffix in (".html", ".csv", ".svg", ".md", ".json"):
            yield f"{name}: {compare_words(old, new) or 'the same words, other markup or data'}"
        else:
            yield f"{name}: other bytes"


def main() -> int:
    """Compare the two folders of the command line."""
    before, after = (Path(argument).resolve() for argument in sys.argv[1:3])
    differences = [*compare_tables(before / "crime.duckdb", after / "crime.duckdb"), *compare_files(before, after)]
    print("\n".join(differences) or "no difference")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
