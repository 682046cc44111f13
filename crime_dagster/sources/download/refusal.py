"""Errors about what an address holds, and the way out of each."""

from __future__ import annotations

from crime_dagster.core.errors import InputError

AGAIN = "run it again later"
COMPARE = "compare the address in the catalogue with the publisher's page"


def refuse(url: str, found: str, expected: str = "the published file", remedy: str = COMPARE) -> InputError:
    """An error about what an address holds.

    Args:
        url: The address.
        found: What it holds; half characters and control characters of a server are written as numbers.
        expected: What would have been right.
        remedy: The way out: `AGAIN` only where the same request may succeed at another time.
    """
    return InputError(file=_spell(url), found=_spell(found), expected=expected, remedy=remedy)


def _spell(text: str) -> str:
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
