"""Lines for the person at a terminal: those that stay, and those that the next one replaces."""

from __future__ import annotations

import shutil


def tell(words: str) -> None:
    """Write a line that stays."""
    print(words, flush=True)


def show(words: str) -> None:
    """Write a line that the next one replaces; what is wider than the terminal would stay."""
    print(f"\r\x1b[K{words[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)


def tell_over(words: str) -> None:
    """Write a line that stays where one was shown that does not."""
    print(f"\r\x1b[K{words}", flush=True)
