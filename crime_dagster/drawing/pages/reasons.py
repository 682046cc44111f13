"""Why a row counts nowhere, in a plain sentence for readers."""

from __future__ import annotations

SENTENCES = {
    "duplicate": "Duplicate; counted once.",
    "unlocated": "The record names no place, so it belongs to no area.",
    "outside": "The place is outside the areas shown.",
    "bad_code": "Invalid code.",
    "bad_number": "Not a number, or outside the plausible range.",
    "short_row": "The row ends before its last column.",
    "long_row": "The row has more cells than the header.",
    "total_row": "A total of other rows; counting it would count them twice.",
    "title_row": "The line belongs to the title above the table.",
    "repeated_header": "The line repeats the header.",
    "other_table": "The line belongs to another table of the same sheet.",
    "bad_text": "A name holds characters that change how text is displayed.",
    "bad_month": "Invalid month.",
    "footnote": "The line is a note to the table, not a record.",
    "blank_line": "The line is empty.",
    "superseded": "A later release of the same month replaces the record.",
    "no_geometry": "The area has no outline.",
}


def explain_reason(reason: str) -> str:
    """A sentence for a reason of `marts.set_aside_rows`; one that is not known here is shown as it is."""
    return SENTENCES.get(reason, f"Excluded as “{reason.replace('_', ' ')}”.")
