"""A build that waited for another run, from read-only code: it says for which, and writes nothing into the code."""

import os

from tests.recipes.conftest import Copied, Followed


def test_a_run_waits_for_another_one_and_says_for_which(followed: Followed):
    process = f"(process {os.getpid()})"
    assert followed.told == f"Another run is building in {followed.copied.warehouse} {process}; waiting for it ...\n"
    assert followed.ask("select sum(crimes) as crimes from marts.lsoa_crimes")["crimes"].item() > 0


def test_nothing_is_written_into_the_code(followed: Followed):
    assert followed.after == followed.before


def test_a_warehouse_that_would_be_in_read_only_code_is_refused_with_its_name(copied: Copied):
    done = copied.start_hampered(None)
    _, errors = done.communicate(timeout=900)
    assert done.returncode == 2
    assert str(copied.folder / "warehouse" / "town") in errors
    assert "CRIME_WAREHOUSE_DIR" in errors
    assert "Traceback" not in errors
