"""Terminal output: lines that stay, lines that the next one replaces, and Ctrl-C.

Ctrl-C prints one line and ends the process at once. Nothing needs cleaning up, as all files are written atomically.
Python's own KeyboardInterrupt is raised wherever code happens to be: libraries turn it into tracebacks or swallow it,
and it waits for long computations in C.
"""

import os
import shutil
import signal
import sys
import threading

STATUS = 130
CLEAR = "\r\x1b[K"
WORDS = (
    "\nStopped by Ctrl-C: finished steps are kept and what is published stays as it was; "
    "to go on, run the same command again.\n"
)


def tell(words: str) -> None:
    """Print a line that stays."""
    print(words, flush=True)


def show(words: str) -> None:
    """Print a line that the next one replaces, cut to the terminal's width: a wider one would stay."""
    print(f"{CLEAR}{words[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)


def tell_over(words: str) -> None:
    """Print a line that stays, on a terminal in place of one that does not."""
    print(f"{CLEAR if sys.stdout.isatty() else ''}{words}", flush=True)


def end_at_interrupt() -> None:
    """End this process at the first Ctrl-C; call once, from the main thread."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    # Written to as soon as a signal arrives, whoever handles it.
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    # Without a handler the signal ends the process, and Python's own handler prints a traceback.
    signal.signal(signal.SIGINT, lambda *_: None)
    threading.Thread(target=_wait, args=(reading,), daemon=True).start()


def raise_at_interrupt() -> None:
    """Undo `end_at_interrupt` for a process that has others to end: Ctrl-C or a kill raises KeyboardInterrupt."""
    signal.set_wakeup_fd(-1)
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.default_int_handler)


def _wait(reading: int) -> None:
    while True:
        if signal.SIGINT in os.read(reading, 1):
            os.write(2, WORDS.encode())
            os._exit(STATUS)
