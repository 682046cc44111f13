"""Errors about what an address returns."""

from __future__ import annotations

from crime_dagster.core.errors import InputError

AGAIN = "run it again later"
COMPARE = "compare the address in the catalogue with the publisher's page"


def refuse(
    url: str, found: str, expected: str = "the published file", remedy: str = COMPARE, column: str | None = None
) -> InputError:
    """An error about what an address returns; `remedy` is `AGAIN` only if the same request may succeed later."""
    return InputError(file=_escape(url), column=column, found=_escape(found), expected=expected, remedy=remedy)


def _escape(text: str) -> str:
    """Write the control characters and half characters that a server may send as numbers."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
