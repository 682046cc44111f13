"""Tables that hold the same areas several times, block below block, without a word which block is what."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source, SourceColumn
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.header import Field
from crime_dagster.sources.readers.tables.rows import Rows


def name_blocks(rows: Rows, source: Source, file: SourceFile) -> None:
    """Add the column that says which block a row belongs to: the order of the blocks is all that tells them apart.

    A block ends before the area that it has already. All blocks must hold the same areas and be as many as the
    catalogue names, as one row too many or too few would give every later block a wrong name.

    Args:
        rows: The rows; changed in place.
        source: Its option `blocks` has the `column` to add and the `names` of the blocks in their order.
        file: Whose rows they are, for messages.

    Raises:
        InputError: There are more or fewer blocks, or they hold different areas.
    """
    option = source.options["blocks"]
    key = next(place for place, item in enumerate(rows.fields) if item.column.kind in CODE_PATTERNS)
    pattern = re.compile(CODE_PATTERNS[rows.fields[key].column.kind])
    codes = [code if code and pattern.match(code) else None for code in rows.values[key].to_pylist()]
    numbers, blocks = _part(codes)
    names = option["names"]
    if len(blocks) != len(names) or any(block != blocks[0] for block in blocks):
        sizes = ", ".join(str(len(block)) for block in blocks)
        raise InputError(
            file=file.name,
            column=rows.fields[key].header,
            found=f"{len(blocks)} blocks of {sizes} areas",
            expected=f"{len(names)} blocks of the same areas: {', '.join(names)}",
            remedy="put the publisher's whole file in its place; otherwise the blocks cannot be distinguished",
        )
    column = SourceColumn(name=option["column"], headers=(option["column"],))
    rows.fields.append(Field(column=column, header=option["column"], position=-1))
    rows.values.append(pa.array([names[number] for number in numbers], type=pa.string()))


def _part(codes: Sequence[str | None]) -> tuple[list[int], list[set[str]]]:
    """The number of each row's block, from 0, and the areas of each block."""
    blocks: list[set[str]] = [set()]
    numbers: list[int] = []
    for code in codes:
        if code is not None:
            if code in blocks[-1]:
                blocks.append(set())
            blocks[-1].add(code)
        numbers.append(len(blocks) - 1)
    return numbers, blocks
