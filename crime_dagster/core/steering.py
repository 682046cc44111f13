"""Characters that steer how text is shown: in a page or a sheet they make one name look like another."""

from __future__ import annotations

# Control characters, but for tabs and ends of lines, and the marks that turn the direction of writing.
RANGES = (
    *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x7F)),
    *((0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),
)
SIGNS = frozenset(chr(code) for first, last in RANGES for code in range(first, last + 1))
# A class of them, as Arrow's regular expressions have it.
ARROW_PATTERN = "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in RANGES) + "]"


def is_steering(text: str) -> bool:
    """Whether a text holds such a character."""
    return not SIGNS.isdisjoint(text)
