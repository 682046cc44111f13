"""The person at a terminal: lines that stay, lines that the next one replaces, and Ctrl-C.

Ctrl-C gives one line, and the process ends at once, whatever it is doing. Everything is written whole or not at all, so
that nothing has to be tidied first. Python raises an exception where it happens to be instead, which libraries turn
into tracebacks, or swallow, and which waits until a long computation in C is over.
"""

import os
import shutil
import signal
import threading

STATUS = 130
WORDS = (
    "\nStopped by Ctrl-C: finished steps are kept and what is published stays as it was; "
    "to go on, run the same command again.\n"
)


def tell(words: str) -> None:
    """Write a line that stays."""
    print(words, flush=True)


def show(words: str) -> None:
    """Write a line that the next one replaces; what is wider than the terminal would stay."""
    print(f"\r\x1b[K{words[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)


def tell_over(words: str) -> None:
    """Write a line that stays where one was shown that does not."""
    print(f"\r\x1b[K{words}", flush=True)


def end_at_interrupt() -> None:
    """From now on, end this process at the first Ctrl-C; to be called once, from the main thread."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    # Written to the moment that a signal comes, whoever has a handler for it.
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    # Without a handler the signal would end the process by itself, and Python's own prints a traceback.
    signal.signal(signal.SIGINT, lambda *_: None)
    threading.Thread(target=_wait, args=(reading,), daemon=True).start()


def _wait(reading: int) -> None:
    while True:
        if signal.SIGINT in os.read(reading, 1):
            os.write(2, WORDS.encode())
            os._exit(STATUS)
