"""The first records of a workbook's sheets, without reading the rest of them."""

from __future__ import annotations

from itertools import islice

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.cells import show_cell
from crime_dagster.sources.readers.reading import SourceFile


def read_sheet_heads(file: SourceFile, limit: int) -> list[list[list[str]]]:
    """The first records of each sheet that is not hidden.

    Args:
        file: The workbook (.xlsx).
        limit: Number of records of each sheet.

    Returns:
        Per sheet its records of cells as text, in the workbook's order.

    Raises:
        InputError: The file is no workbook or is damaged.
    """
    heads = []
    try:
        with file.path.open("rb") as stream, CalamineWorkbook.from_object(stream) as book:
            for page in book.sheets_metadata:
                if page.visible == SheetVisibleEnum.Visible:
                    sheet = book.get_sheet_by_name(page.name)
                    left = [""] * (sheet.start[1] if sheet.start else 0)
                    rows = islice(sheet.iter_rows(), limit)
                    heads.append([left + [show_cell(None if cell == "" else cell) for cell in row] for row in rows])
    except (CalamineError, OSError, ValueError, EOFError) as error:
        raise InputError(
            file=file.name,
            found=f"it cannot be opened as a workbook ({error})",
            expected="a whole workbook (.xlsx or .ods)",
            remedy="download the file again from its publisher",
        ) from error
    return heads
