"""Archives and workbooks as bytes."""

import io
import zipfile
from collections.abc import Iterable, Mapping

import openpyxl


def pack(
    members: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]], kind: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return a zip archive of files by name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", kind) as packed:
        for name, text in members.items() if isinstance(members, Mapping) else members:
            packed.writestr(name, text)
    return content.getvalue()


def make_book(**sheets: Iterable[Iterable[object]]) -> bytes:
    """Return a workbook of sheets by name, each a list of rows."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    book.save(content)
    return content.getvalue()
