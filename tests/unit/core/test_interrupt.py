"""Ctrl-C ends a command at once with one line, wherever it arrives."""

import signal
import subprocess
import sys

import pytest

from crime_dagster.core.terminal import STATUS, WORDS

# Where Python's own exception would be lost: inside another library's handler, and in a long computation in C, which
# checks for signals only at its end.
PLACES = {
    "sleeping": "import time; print(1, flush=True); time.sleep(600)",
    "swallowing": """
import signal
signal.signal(signal.SIGINT, lambda *_: None)
print(1, flush=True)
while True:
    try:
        import time; time.sleep(600)
    except BaseException:
        pass
""",
    "computing": "import hashlib; print(1, flush=True); hashlib.pbkdf2_hmac('sha256', b'a', b'b', 2_000_000_000)",
}


@pytest.mark.parametrize("place", PLACES)
def test_one_line_and_the_end(place: str):
    words = ["from crime_dagster.core.terminal import end_at_interrupt", "end_at_interrupt()", PLACES[place]]
    command = [sys.executable, "-c", "\n".join(words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors == WORDS
    assert process.returncode == STATUS


def test_other_signals_are_as_they_were():
    # It waits only for a signal, as the end of its input would end it too. The process that starts the tests may ignore
    # SIGTERM.
    imports = "import signal; from crime_dagster.core.terminal import end_at_interrupt"
    words = "signal.signal(signal.SIGTERM, signal.SIG_DFL); end_at_interrupt(); print(1, flush=True); signal.pause()"
    words = f"{imports}; {words}"
    command = [sys.executable, "-c", words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (-signal.SIGTERM, b"")


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_process_with_others_to_end_gets_an_exception(kind: signal.Signals):
    words = (
        "import time; from crime_dagster.core.terminal import end_at_interrupt, raise_at_interrupt\n"
        "end_at_interrupt(); raise_at_interrupt()\n"
        "try:\n    print(1, flush=True); time.sleep(600)\nexcept KeyboardInterrupt:\n    print('ended')"
    )
    with subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(kind)
        assert process.communicate(timeout=60)[0] == "ended\n"
    assert process.returncode == 0
